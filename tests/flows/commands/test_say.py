"""Nothing that a command shows is obeyed by the terminal, wherever the value came from."""

from __future__ import annotations

import ast
import json
import logging
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, lesson

from coursewright.errors import CourseError, InputError
from coursewright.project.outcome import ItemOutcome
from coursewright.store.folder import FolderStore
from flows.__main__ import main
from flows.commands.console import PlainConsole
from flows.commands.say import printable, say, say_json
from flows.commands.terminal import RunDisplay

EXAMPLE = str(Path(__file__).parents[3] / "examples" / "web-basics.yaml")
COMMANDS = Path(__file__).parents[3] / "flows" / "commands"
HOSTILE = "a\x1b]0;owned\x07b\x1b[2Jc\x9b31md\x7fe\rf\x00g"
HARMLESS = "a�]0;owned�b�[2Jc�31md�e�f�g"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def test_control_characters_are_marked_and_lines_stay() -> None:
    assert printable(HOSTILE) == HARMLESS
    assert printable("half \ud83d") == "half �", "no stream can encode it"
    assert printable("¿Qué?\n\t– 日本 😀") == "¿Qué?\n\t– 日本 😀"


def test_a_result_for_scripts_keeps_every_value(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"why": HOSTILE, "título": "niño 😀"})
    said = capsys.readouterr().out
    assert not OBEYED.search(said)
    assert json.loads(said) == {"why": HOSTILE, "título": "niño 😀"}
    assert "niño 😀" in said


def test_a_table_has_them_neither(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "0")
    table = Table("one")
    table.add_row(f"[bold]{HOSTILE}[/] :smile:")
    PlainConsole(width=200).print(HOSTILE, table)
    said = capsys.readouterr().out
    assert said.count(HARMLESS) == 2
    assert ":smile:" in said, "a title is no shorthand"
    assert not OBEYED.search(said)


@pytest.fixture
def tampered(tmp_path: Path) -> Path:
    """A store whose project has control characters in everything that was remembered of it."""
    outline = tmp_path / "outline.yaml"
    modules = [{"title": "One", "lessons": [lesson("Probes", "Liveness"), lesson("Alerts", "Rules")]}]
    outline.write_bytes(as_yaml({"course": {"title": "Kept", "language": "en"}, "modules": modules}))
    store = FolderStore(tmp_path / "courses")
    with scripted_by(answer_from_outline(outline)).installed():
        make_course(store, outline, formats=("md",))
    project = tmp_path / "courses" / "kept"
    (project / "lessons" / "01-02.md").unlink()
    shutil.rmtree(project / ".finished")
    record = project / "project.json"
    data: dict[str, Any] = json.loads(record.read_bytes())
    for item in data["lessons"].values():
        item |= {"model": HOSTILE, "reason": HOSTILE}
    record.write_text(json.dumps(data))
    return tmp_path / "courses"


def test_status_of_a_project_that_somebody_changed_is_harmless(
    tampered: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "0")
    assert main(["status", "kept", "--store", str(tampered)]) == 0
    said = capsys.readouterr()
    assert f"written by {HARMLESS}" in said.out
    assert f"missing: {HARMLESS}" in said.out
    assert not OBEYED.search(said.out + said.err)
    assert main(["status", "kept", "--store", str(tampered), "--json"]) == 0
    said = capsys.readouterr()
    assert HOSTILE in [row["why"] for row in json.loads(said.out)["items"]]
    assert not OBEYED.search(said.out + said.err)


def test_a_models_reason_is_harmless_while_a_run_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with RunDisplay(None, quiet=False) as display:
        display.item(ItemOutcome("lesson", "01-01", HOSTILE, "set aside", reason=HOSTILE))
    said = capsys.readouterr().err
    assert said.count(HARMLESS) == 2
    assert not OBEYED.search(said)


@pytest.mark.parametrize("kind", [InputError, CourseError])
def test_an_error_is_harmless_as_well(
    kind: type[CourseError], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise kind(f"The model says: {HOSTILE}")

    monkeypatch.setattr("flows.commands.check.read_outline", fail)
    assert main(["check", "outline.yaml"]) in (1, 2)
    assert capsys.readouterr().err == f"coursewright: The model says: {HARMLESS}\n"


def test_a_warning_of_the_log_is_harmless_too() -> None:
    assert main(["check", EXAMPLE]) == 0
    assert logging.lastResort is not None
    assert logging.lastResort.format(logging.makeLogRecord({"msg": HOSTILE})) == HARMLESS


def test_a_complaint_about_an_option_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "outline.yaml", "--\x1b[2J"])
    assert "there is no option --�[2J" in capsys.readouterr().err


def test_no_command_prints_past_the_one_place() -> None:
    past = {
        f"{path.name}, line {node.lineno}"
        for path in COMMANDS.glob("*.py")
        if path.name not in ("say.py", "console.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.ImportFrom) and node.module == "rich.console")
    }
    assert past == set()


def test_a_stream_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    say("out")
    say("err", sys.stderr)
    assert capsys.readouterr() == ("out\n", "err\n")
