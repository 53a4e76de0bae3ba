"""Dependencies are audited: what is vulnerable fails, and a registry that does not answer is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployments.audit import AuditFailed, ask_registry, audit

SAFE = {"name": "one", "version": "1.0", "vulns": []}
BAD = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}]}
UNKNOWN = {"name": "three", "skip_reason": "Dependency not found and could not be audited: three (3.0)"}
LOCKS = [Path("small.lock"), Path("large.lock")]


def run(*answers: list[dict[str, Any]], lenient: bool = False) -> tuple[int, list[str]]:
    """The exit code, and the locks that were asked about."""
    asked: list[str] = []

    def ask(lock: Path) -> list[dict[str, Any]]:
        asked.append(lock.name)
        return answers[len(asked) - 1]

    return audit(LOCKS, ask, lenient=lenient), asked


def test_nothing_known_against_anything_is_good() -> None:
    assert run([SAFE], [SAFE, SAFE]) == (0, ["small.lock", "large.lock"])


@pytest.mark.parametrize("lenient", [False, True])
def test_what_is_vulnerable_fails_and_names_the_release_that_mends_it(
    lenient: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([SAFE], [SAFE, BAD], lenient=lenient)[0] == 1
    assert "two 2.0: PYSEC-1; mended in 2.1" in capsys.readouterr().out


@pytest.mark.parametrize(("lenient", "code"), [(False, 2), (True, 0)])
def test_a_registry_that_does_not_answer_is_told_and_asked_no_more(
    lenient: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([UNKNOWN, UNKNOWN], [SAFE], lenient=lenient) == (code, ["small.lock"])
    assert "NOT AUDITED" in capsys.readouterr().out


def test_a_package_that_a_registry_which_answers_does_not_know_fails() -> None:
    assert run([SAFE], [SAFE, UNKNOWN], lenient=True)[0] == 1


def test_a_lock_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(AuditFailed, match=r"none\.lock could not be audited: "):
        ask_registry(tmp_path / "none.lock")
