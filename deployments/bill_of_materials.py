"""The bill of materials, from the locks and from what is vendored, as CycloneDX 1.6 JSON.

    python -m deployments.bill_of_materials > build/bom.json

It asks no registry: names, versions and digests are the locks', licences those of what is installed here.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {
    "requirements.lock": "required",
    "requirements-weights.lock": "required",
    "requirements-dev.lock": "excluded",
    "requirements-tools.lock": "excluded",
}
"""The locks, and whether what they name is part of what runs."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read_lock(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 digests of everything that a lock names."""
    starts = [*_PINNED.finditer(text)]
    ends = [*(match.start() for match in starts[1:]), len(text)]
    for match, end in zip(starts, ends, strict=True):
        yield match[1].lower().replace("_", "-"), match[2], _DIGEST.findall(text[match.start() : end])


def make_bill(root: Path = ROOT) -> dict[str, Any]:
    """The bill of materials of this tree; the same for the same locks on the same installation."""
    components: dict[str, dict[str, Any]] = {}
    digest = hashlib.sha256()
    for lock, scope in LOCKS.items():
        text = (root / lock).read_text("utf-8")
        digest.update(text.encode())
        for name, version, digests in read_lock(text):
            reference = f"pkg:pypi/{name}@{version}"
            components.setdefault(reference, _component(reference, name, version, scope, digests))
    for licence in sorted((root / "coursewright" / "book" / "fonts").glob("*-LICENSE.txt")):
        components[licence.name] = _font(licence)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest.digest()[:16], version=4)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "coursewright", "name": "coursewright"}},
        "components": [components[reference] for reference in sorted(components)],
    }


def _component(reference: str, name: str, version: str, scope: str, digests: list[str]) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "purl": reference,
        "scope": scope,
        "properties": [{"name": "coursewright:lock:sha256", "value": one} for one in digests],
    }
    if licence := _licence_of(name):
        component["licenses"] = [{"license": {"name": licence}}]
    return component


def _licence_of(name: str) -> str:
    """The licence that an installed package states; empty where it is not installed or states none."""
    try:
        told: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    return ", ".join(classified) or str(told.get("License") or "").split("\n", 1)[0][:80]


def _font(licence: Path) -> dict[str, Any]:
    family = licence.name.removesuffix("-LICENSE.txt")
    files = sorted(licence.parent.glob(f"{family}-*.ttf"))
    return {
        "type": "file",
        "bom-ref": licence.name,
        "name": family,
        "scope": "required",
        "licenses": [{"license": {"id": "OFL-1.1"}}],
        "components": [
            {
                "type": "file",
                "name": file.name,
                "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}],
            }
            for file in files
        ],
    }


if __name__ == "__main__":
    json.dump(make_bill(), sys.stdout, indent=1)
    print()
