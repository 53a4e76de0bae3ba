"""Check commands: run only where they can be shut in, and their verdict printed in the guide."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from servers.lab_text import good_lab, make_lab_brief

from coursewright.labs import run_checks
from coursewright.labs.produce import produce_lab
from coursewright.labs.run_checks import CheckRun, RunLimits, find_enclosure, run_enclosed, run_lab_checks
from coursewright.models.scripted import ScriptedModel

ENCLOSURE = find_enclosure()
ENCLOSED = pytest.mark.skipif(ENCLOSURE is None, reason="this system cannot shut commands in")
FILES = {"starter/app.py": "print(1)\n", "solution/app.py": "print(2)\n", "starter/data/a.txt": "x\n"}


def run(*commands: str, **limits: float) -> CheckRun:
    assert ENCLOSURE is not None
    return run_enclosed(commands, FILES, ENCLOSURE, RunLimits(**{"seconds": 10, **limits}))  # type: ignore[arg-type]


@ENCLOSED
def test_the_solution_files_are_there_in_the_place_of_the_starters() -> None:
    assert run('grep -q "print(2)" app.py', "test -f data/a.txt").verdict == "verified"


@ENCLOSED
@pytest.mark.parametrize(
    "command", ["false", "echo here; exit 3", "cat no-such-file", 'echo "$UNSET"', "false | true"]
)
def test_a_command_that_fails_fails_the_lab(command: str) -> None:
    found = run(command, "true")
    assert found.verdict == "failed"
    assert "exit code" in found.reason


@ENCLOSED
def test_there_is_no_network() -> None:
    """Not even this machine's own: the loopback device is down, and there is no other."""
    assert run("test $(grep -c : /proc/net/dev) = 1").verdict == "verified"
    found = run("exec 3<>/dev/tcp/127.0.0.1/80")
    assert found.verdict == "failed" and "unreachable" in found.output.lower()


@ENCLOSED
def test_nothing_outside_the_folder_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / "written"
    found = run(f"touch '{target}' || echo refused; touch /usr/written || echo refused too; touch here")
    assert "refused too" in found.output
    assert not target.exists()
    assert run("mount -o remount,bind,rw / 2>/dev/null").verdict == "failed"


@ENCLOSED
def test_a_persons_home_is_not_seen() -> None:
    assert run(f"test -z \"$(ls -A '{Path.home()}')\"").verdict == "verified"


@ENCLOSED
def test_a_command_without_end_is_ended() -> None:
    start = time.monotonic()
    found = run("sleep 30 & wait", seconds=0.8)
    assert (found.verdict, found.reason) == ("failed", "they took more than 0.8 s")
    assert time.monotonic() - start < 10


@ENCLOSED
def test_output_and_memory_are_bounded() -> None:
    found = run("yes lab", file_bytes=1 << 20, output_characters=200)
    assert found.verdict == "failed"
    assert 0 < len(found.output) <= 200
    assert run("printf -v big '%*s' 900000000 x", memory=1 << 27).verdict == "failed"


def test_a_guide_without_check_commands_is_not_run() -> None:
    found = run_lab_checks(good_lab(make_lab_brief()))
    assert (found.verdict, found.reason) == ("not_run", "the guide has no check commands")


def test_where_nothing_can_be_shut_in_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_checks, "find_enclosure", lambda: None)
    found = run_lab_checks(good_lab(make_lab_brief(), files=True))
    assert found.verdict == "not_run"
    assert "cannot run commands without a network" in found.reason


def test_commands_are_never_run_without_their_enclosure(tmp_path: Path) -> None:
    """An enclosure that fails, here one that is no program of the kind, runs nothing."""
    found = run_enclosed(
        [f"touch '{tmp_path / 'ran'}'"], {}, ("/bin/false", "/bin/false"), RunLimits(seconds=5)
    )
    assert (found.verdict, found.reason) == ("not_run", "the commands could not be shut in")
    assert not (tmp_path / "ran").exists()


@ENCLOSED
@pytest.mark.parametrize(
    ("language", "row"),
    [("en", "| Check commands | verified |"), ("es", "| Comandos de comprobación | comprobados |")],
)
def test_the_verdict_is_printed_in_the_guide(language: str, row: str) -> None:
    brief = make_lab_brief(language)
    text = good_lab(brief, files=True).replace("python3 app.py | grep -q 80", "grep -q 80 app.py")
    draft = produce_lab(brief, ScriptedModel([text]), run_checks=True)
    assert draft.accepted and row in draft.text


@ENCLOSED
def test_a_failed_verdict_is_printed_and_warned_of() -> None:
    text = good_lab(make_lab_brief(), files=True).replace("python3 app.py | grep -q 80", "echo wrong; exit 1")
    draft = produce_lab(make_lab_brief(), ScriptedModel([text]), run_checks=True)
    assert "| Check commands | failed |" in draft.text
    assert [f.message for f in draft.findings if f.check == "check-commands"] == [
        "The check commands failed: they ended with exit code 1; the last that they printed was “wrong”."
    ]


def test_nothing_is_run_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursewright.labs.produce.run_lab_checks", lambda text: pytest.fail("it was run"))
    draft = produce_lab(make_lab_brief(), ScriptedModel([good_lab(make_lab_brief(), files=True)]))
    assert "| Check commands | not run |" in draft.text
