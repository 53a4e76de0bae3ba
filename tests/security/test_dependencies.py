"""What is installed is what was locked: each by its version and digest, from no named address."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deployments.bill_of_materials import LOCKS, make_bill, read_lock

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_a_lock_has_a_version_and_digests(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    pinned = list(read_lock(text))
    assert len(pinned) == len(named), "every line that names something pins it"
    assert all(digests for _, _, digests in pinned)
    assert not re.search(r"https?://|--index-url|--extra-index|--find-links|git\+|file:|-e ", text)


def test_set_up_installs_from_locks_with_their_digests_and_nothing_else() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8")
    installs = re.findall(r"pip install (?:.*\\\n)*.*", recipe)
    assert installs
    for one in installs:
        assert "--require-hashes" in one or "--no-deps --no-build-isolation --editable ." in one, one


def test_what_was_told_to_be_avoided_is_not_there() -> None:
    names = {name for lock in LOCKS for name, _, _ in read_lock((ROOT / lock).read_text("utf-8"))}
    # Releases of it stole credentials; GPL-like licences would bind those who build on this.
    assert not names & {"litellm", "ebooklib", "pydantic-ai", "pymupdf"}


def test_the_bill_of_materials_lists_all_of_it() -> None:
    bill = make_bill()
    listed = {(one["name"], one.get("version")) for one in bill["components"]}
    for lock in LOCKS:
        for name, version, _ in read_lock((ROOT / lock).read_text("utf-8")):
            assert (name, version) in listed
    assert {"IBMPlexSans", "IBMPlexSerif", "IBMPlexMono"} <= {name for name, _ in listed}
    assert json.dumps(make_bill()) == json.dumps(bill)
    references = [one["bom-ref"] for one in bill["components"]]
    assert len(references) == len(set(references))


def test_what_runs_has_a_licence_that_allows_it() -> None:
    unknown, strict = [], []
    for one in make_bill()["components"]:
        if one["scope"] != "required":
            continue
        told = one.get("licenses", [{"license": {}}])[0]["license"]
        licence = told.get("id") or told.get("name") or ""
        # Where several are offered, one may be chosen.
        chosen = "" if re.search(r"Lesser|LGPL|Artistic|MIT|Apache", licence) else licence
        if re.search(r"\bA?GPL|GNU (Affero )?General", chosen):
            strict.append((one["name"], licence))
        if not licence:
            unknown.append(one["name"])
    assert strict == []
    assert len(unknown) <= 12, unknown
