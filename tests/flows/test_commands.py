"""The command: what it prints, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest
from servers.small_course import as_yaml, small_outline

from coursewright.errors import InputError
from flows.__main__ import main
from flows.commands.parser import make_parser

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "web-basics.yaml")
FIELDS = [
    "module_number",
    "batch_index",
    "total_batches",
    "batch_start_idx",
    "batch_end_idx",
    "course_bucket",
    "outline_s3_key",
    "project_folder",
    "model_provider",
]


def test_check_says_that_an_outline_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", EXAMPLE]) == 0
    assert capsys.readouterr().out == "Web Basics: good. 2 modules, 4 lessons, 2 labs.\n"


def test_check_shortens_a_title_that_is_as_long_as_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outline, key = tmp_path / "outline.yaml", "k" * 900
    course = f"course:\n  title: {'x' * 5000}\n  {key}: 1\n"
    outline.write_text(f"{course}modules: [{{title: M, lessons: [L]}}]", "utf-8")
    assert main(["check", str(outline)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("x…: good. 1 module, 1 lesson, 0 labs.")
    assert max(map(len, lines)) < 400
    for command in (["estimate"], ["generate", "--dry-run", "--store", str(tmp_path), "--project", "long"]):
        assert main([*command, str(outline), "--model", "openai:gpt-4o"]) == 0
        assert len(capsys.readouterr().out.splitlines()[0]) < 200


@pytest.mark.shared
def test_check_names_all_four_broken_lines_at_once_with_their_mends(
    shared_outlines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shared_outlines / "ia-generativa-yaml-roto.yaml"
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    for line in (47, 137, 365, 398):
        title = path.read_text("utf-8").splitlines()[line - 1].partition("title: ")[2]
        assert f"write line {line} as:" in said
        assert f'- title: "{title}"' in said


def test_check_tells_what_else_is_odd_beside_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outline = tmp_path / "outline.yaml"
    outline.write_text("course:\n  title: A\nmodules:\n- title: B\n  lesons:\n  - title: C\n", "utf-8")
    odd = "The key lesons is unknown and is not used. Is it lessons?"
    assert main(["check", str(outline)]) == 2
    said = capsys.readouterr()
    assert "Module 1 has no lessons." in said.err
    assert f"What else is odd:\n  warning: line 5, modules[0].lesons: {odd}\n" in said.err
    assert said.out == ""
    assert main(["check", "--json", str(outline)]) == 2
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    assert warnings == [{"path": "modules[0].lesons", "line": 5, "message": odd}]


@pytest.mark.shared
def test_check_gives_problems_as_json(shared_outlines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(shared_outlines / "ia-generativa-yaml-roto.yaml")]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [problem["line"] for problem in problems] == [47, 137, 365, 398]


@pytest.mark.shared
def test_the_42_lesson_outline_gives_15_batches_field_for_field(
    shared_outlines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shared_outlines / "seguridad-ia-42-lecciones.yaml"
    assert main(["batches", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["batches", "total_batches"]
    assert found["total_batches"] == len(found["batches"]) == 15
    assert all(list(batch) == FIELDS for batch in found["batches"])
    bounds = [(b["module_number"], b["batch_start_idx"], b["batch_end_idx"]) for b in found["batches"]]
    assert bounds[:4] == [(1, 0, 3), (1, 3, 6), (1, 6, 7), (2, 0, 3)]
    assert found["batches"][0]["course_bucket"] is None
    assert found["batches"][0]["outline_s3_key"] == str(path)


def test_the_batches_of_a_bucket_name_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batches", EXAMPLE, "--store", "s3://bucket/some/where", "--project", "web"]) == 0
    batch = json.loads(capsys.readouterr().out)["batches"][0]
    assert (batch["course_bucket"], batch["project_folder"]) == ("bucket", "some/where/web")


def test_a_dry_run_tells_what_why_and_what_it_would_cost_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "courses"
    assert main(["generate", EXAMPLE, "--store", str(store), "--model", "openai:gpt-4o", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "01-01" in said
    assert "missing" in said
    assert "cost           $" in said
    assert not store.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--modules", "7"], "7"),
        (["--lessons", "everything"], "everything"),
        (["--labs", "01-00-01"], "theory"),
        (["--model", "nobody:knows"], "nobody"),
        (["--project", "No Such Name!"], "No Such Name!"),
        (["--store", "ftp://somewhere"], "ftp"),
        (["--quota-reset", "25:00"], "25:00"),
        (["--batch-size", "0"], "0"),
        (["--model", "openai:gpt-4o"], "OPENAI_API_KEY"),
        (["--model", ","], "names nothing"),
        (["--formats", "pdf,doc"], "There is no format doc"),
        (["--language", "xx"], "There is no language 'xx'"),
        (["--temperature", "nan"], "temperature"),
        (["--temperature", "3"], "from 0 to 2"),
        (["--max-cost", "-1"], "max_cost"),
        (["--max-illustrations", "-1"], "max_illustrations"),
        (["--image-model", "ollama:llava"], "makes no pictures"),
        (
            ["--visuals", "diagrams and illustrations", "--image-model", "openai:gpt-image-1"],
            "OPENAI_API_KEY",
        ),
        (["--note", "shorter"], "--again"),
    ],
)
def test_wrong_input_is_told_before_anything_is_run(
    options: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.commands.generate._run_flow", _refuse_to_run)
    place = [] if "--store" in options else ["--store", str(tmp_path / "courses")]
    assert main(["generate", EXAMPLE, *place, *options]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "courses").exists()


def test_a_cost_limit_is_refused_with_pictures_of_unknown_price(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.commands.generate._run_flow", _refuse_to_run)
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-loopback")
    pictures = ["--visuals", "diagrams and illustrations", "--image-model", "openai:dall-e-3"]
    store = ["--store", str(tmp_path / "courses")]
    assert main(["generate", EXAMPLE, *store, *pictures, "--max-cost", "5"]) == 2
    assert "the price of openai:dall-e-3 is not known" in capsys.readouterr().err


def _refuse_to_run(*_: object) -> int:
    raise AssertionError("Prefect is started")


def test_nothing_is_told_to_prefects_makers_unless_the_person_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}

    def run_course(*_: object) -> None:
        seen.update({name: os.environ.get(name, "") for name in variables})
        raise InputError("not run")

    variables = ["DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED"]
    for name in (*variables, "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    monkeypatch.setattr("flows.run_course.run_course", run_course)
    assert main(["generate", EXAMPLE, "--store", str(tmp_path)]) == 2
    assert seen == {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def test_a_limit_is_refused_for_a_model_whose_price_nobody_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.commands.generate._run_flow", _refuse_to_run)
    monkeypatch.setenv("OPENAI_API_KEY", "unused")
    place = ["--store", str(tmp_path / "courses"), "--model", "openai:a-model-of-ones-own"]
    assert main(["generate", EXAMPLE, *place, "--max-cost", "1"]) == 2
    assert "the price of openai:a-model-of-ones-own is not known" in capsys.readouterr().err
    assert not (tmp_path / "courses").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["check", "s3://courses/outline.yaml"],
        ["status", "web-basics", "--store", "s3://courses/x"],
        ["generate", EXAMPLE, "--store", "s3://courses/x"],
        ["generate", EXAMPLE, "--model", "bedrock"],
        ["generate", EXAMPLE, "--model", "openai:gpt-4o"],
    ],
    ids=" ".join,
)
def test_missing_credentials_are_wrong_input_and_nothing_is_run(
    command: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flows.commands.generate._run_flow", _refuse_to_run)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    assert main(command) == 2
    said = capsys.readouterr().err
    assert re.search("AWS credentials|needs a key", said)
    assert said.count("\n") == 1


def test_the_command_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "generate" in said
    assert "Exit codes" in said


COMMANDS = ["check", "batches", "generate", "estimate", "status", "accept", "book", "prune", "import"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_that_parse(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    examples = [line.strip().split("  ")[0] for line in lines if line.strip().startswith("coursewright ")]
    assert examples
    for example in examples:
        assert make_parser().parse_args(shlex.split(example)[1:]).run
    assert "--json" in " ".join(lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generat"], "Did you mean generate?"),
        (["generate", "--content", "thery"], "Did you mean theory?"),
        (["check"], "required: OUTLINE"),
        (["generate", "--batch-size", "many"], "invalid int value: 'many'"),
        (["generate", "--bath-size=3"], "there is no option --bath-size. Did you mean --batch-size?"),
        (
            ["generate", "a.yaml", "--formats", "html", "pdf"],
            "'pdf' is one argument too many; several names go",
        ),
    ],
)
def test_a_wrong_option_is_told_in_two_lines(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert said in lines[0]
    assert lines[1].startswith("Help: coursewright")
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["generate", "outline.yaml", "--requirements", "\udcff"], "--requirements"),
        (["generate", "outline.yaml", "--model", "x\udcff"], "--model"),
        (["generate", "outline.yaml", "--note=\udcff"], "--note"),
        (["estimate", "\udcff.yaml"], "OUTLINE"),
        (["accept", "web", "\udcff"], "LESSON"),
        (["prune", "\udcff"], "PROJECT"),
        (["status", "web", "--store", "\ud83d"], "--store"),
    ],
)
def test_bytes_that_are_no_text_are_refused_by_their_option(
    arguments: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"coursewright {arguments[0]}: argument {name}: '")
    assert lines[0].endswith("' is not UTF-8 text")
    assert "\\udc" not in lines[0], "the byte itself is shown"
    assert len(lines) == 2


def test_the_embedded_model_refuses_a_spanish_outline_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outline = tmp_path / "outline.yaml"
    outline.write_bytes(as_yaml(small_outline(language="es")))
    assert main(["generate", str(outline), "--store", str(tmp_path / "courses")]) == 2
    assert "Spanish" in capsys.readouterr().err


def test_what_a_run_would_refuse_is_told_where_it_is_estimated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outline = tmp_path / "outline.yaml"
    outline.write_bytes(as_yaml(small_outline(language="es")))
    dry = ["generate", str(outline), "--store", str(tmp_path / "courses"), "--dry-run"]
    for command in (["estimate", str(outline)], dry):
        assert main([*command, "--json"]) == 0
        said = capsys.readouterr()
        assert said.err.startswith("warning: The model embedded does not write Spanish")
        assert json.loads(said.out)
        assert main([*command, "--model", "openai:gpt-4o"]) == 0
        said = capsys.readouterr()
        assert said.err == ""
        assert "openai:gpt-4o" in said.out.splitlines()[0], "whose estimate it is"


def test_an_outline_that_is_not_there_is_told_with_its_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "no/such/outline.yaml"]) == 2
    assert "no/such/outline.yaml" in capsys.readouterr().err


def test_an_estimate_tells_calls_tokens_cost_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", EXAMPLE, "--model", "openai:gpt-4o", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["items"] == 4
    assert found["calls"][0] >= 4
    assert 0 < found["cost_usd"][0] < found["cost_usd"][1]


def test_an_unknown_price_is_unknown_and_never_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", EXAMPLE, "--model", "openai:a-model-of-ones-own"]) == 0
    assert "cost           unknown" in capsys.readouterr().out


def test_status_of_no_project_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "nothing", "--store", str(tmp_path)]) == 2
    assert "coursewright generate" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["nan", "-1", "1e12"])
def test_work_of_no_age_is_not_pruned(days: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--store", str(tmp_path), f"--older-than={days}"]) == 2
    assert "give days" in capsys.readouterr().err


def test_nothing_to_prune_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--store", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Nothing is unused.\n"
