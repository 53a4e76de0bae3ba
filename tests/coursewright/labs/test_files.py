"""Starter and solution files: named by their fences, under safe names only."""

from __future__ import annotations

import shutil

import pytest
from servers.lab_text import good_lab, make_lab_brief

from coursewright.labs.checks import check_lab
from coursewright.labs.files import check_commands, label_files, name_fault, read_files, safe_files
from coursewright.languages import load_language
from coursewright.markdown.parse import parse_document

CODE = ("code", "files")


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "src/app.py",
        ".env",
        ".github/workflows/ci.yml",
        "Dockerfile",
        "a/b/c/d/e.txt",
        "main_test.go",
    ],
)
def test_a_plain_relative_name_is_safe(name: str) -> None:
    assert name_fault(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../app.py",
        "src/../../app.py",
        "..",
        ".",
        "src/.",
        "a//b",
        "C:\\app.py",
        "C:app.py",
        "src\\app.py",
        "~/app.py",
        "a b.py",
        "$HOME/a",
        "a\x00b",
        "über.py",
        "con",
        "nul.txt",
        "app.",
        "-rf",
        "app.generated.py",
        "a/b/c/d/e/f.txt",
        "x" * 130,
    ],
)
def test_a_name_that_could_lead_elsewhere_is_not(name: str) -> None:
    assert name_fault(name)
    document = parse_document(f"```python starter='{name}'\nA = 1\n```\n")
    assert safe_files(document) == {}


@pytest.mark.parametrize(
    "names",
    [("data", "data/a.txt"), ("data/a.txt", "data"), ("App.py", "app.py"), ("Data/a", "data/a/b")],
)
def test_of_files_that_no_folder_can_hold_both_only_the_first_is_written(names: tuple[str, str]) -> None:
    fences = "\n\n".join(f"```text starter={name}\n{name}\n```" for name in (*names, "database"))
    assert list(safe_files(parse_document(fences))) == [f"starter/{names[0]}", "starter/database"]


def test_files_are_read_with_their_kind_and_whole_text() -> None:
    starter, solution = (
        "```python starter=app.py\nA = 1\n\n```",
        "~~~yaml solution='conf/app.yaml'\na: 1\n~~~",
    )
    text = f"{starter}\n\n{solution}\n\n```sh\nls\n```\n"
    files = read_files(parse_document(text))
    assert [(file.path, file.text, file.language, file.line) for file in files] == [
        ("starter/app.py", "A = 1\n\n", "python", 1),
        ("solution/conf/app.yaml", "a: 1\n", "yaml", 6),
    ]


def test_only_shell_fences_with_the_flag_are_check_commands() -> None:
    fences = ("bash check\ntrue", "bash\nrm -rf x", "text check\nno", "bash title=check\nno")
    text = "\n\n".join(f"```{fence}\n```" for fence in fences)
    assert check_commands(parse_document(text)) == ("true\n",)


@pytest.mark.parametrize(
    ("name", "text", "parses"),
    [
        ("app.py", "print(1)\n", True),
        ("app.py", "def f():\n", False),
        ("app.py", "!pip install requests\nimport requests\n", False),
        ("app.py", ">>> 1 + 1\n2\n", False),
        ("app.py", "    x = 1\n", False),
        ("conf.yaml", "a: [1\n", False),
        ("data.json", "{}\n", True),
        ("run.sh", "if true; then\n", not shutil.which("bash")),
        ("notes.txt", "if true; then (\n", True),
    ],
)
def test_a_file_is_held_to_what_runs_and_not_to_what_can_be_shown(name: str, text: str, parses: bool) -> None:
    brief = make_lab_brief()
    fence = f"```{'python' if name.endswith('.py') else 'text'} starter={name}\n{text}```"
    guide = good_lab(brief).replace("## Cleanup", f"{fence}\n\n## Cleanup")
    found = [one.check for one in check_lab(guide, brief) if one.severity == "error" and one.check in CODE]
    assert (found == []) is parses
    assert len(found) <= 1, "one fault is told once"


def test_a_reader_is_told_which_file_a_listing_is() -> None:
    text = (
        "Escribe:\n```python starter=app.py\nA = 1\n```\n\n"
        "- y\n\n  ~~~yaml solution='conf/app.yaml'\n  a: 1\n  ~~~\n\n"
        "```bash check\ntrue\n```\n\n```python starter=../app.py\nA = 2\n```\n\n"
        "```text\nstarter=app.py\n```\n"
    )
    assert label_files(text, load_language("es")) == (
        "Escribe:\n\n**Archivo de partida:** `starter/app.py`\n\n"
        "```python starter=app.py\nA = 1\n```\n\n- y\n\n\n"
        "  **Solución de referencia:** `solution/conf/app.yaml`\n\n"
        "  ~~~yaml solution='conf/app.yaml'\n  a: 1\n  ~~~\n\n\n"
        "**Comandos de comprobación:**\n\n```bash check\ntrue\n```\n\n"
        "```python starter=../app.py\nA = 2\n```\n\n"
        "```text\nstarter=app.py\n```\n"
    )
