"""Every command of the README is one that there is; those that need no account are run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from flows.__main__ import main
from flows.commands.parser import make_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
_PLACEHOLDER = re.compile(r"\b(OUTLINE|NAME|FOLDER|A|B)\b")


def commands(start: str) -> list[str]:
    """The commands that begin so, in code blocks and in tables, without their comments."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", README)
    found = [line.split("  #")[0].split(" # ")[0].strip() for line in lines]
    return sorted({line for line in found if line.startswith(start + " ")})


def test_the_readme_has_commands() -> None:
    assert len(commands("coursewright")) >= 12
    assert {"make demo", "make test"} <= set(commands("make"))


@pytest.mark.parametrize("command", commands("coursewright"))
def test_a_command_has_the_options_that_it_has(command: str) -> None:
    make_parser().parse_args(shlex.split(command)[1:])


RUNNABLE = [
    command
    for command in commands("coursewright")
    if not _PLACEHOLDER.search(command.replace("openai:gpt-4o", "")) and " prune" not in command
]


@pytest.mark.parametrize("command", RUNNABLE)
def test_a_command_that_needs_no_account_works(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    arguments = shlex.split(command)[1:]
    if arguments[0] == "generate":
        arguments += ["--store", str(tmp_path)]
    assert main(arguments) == 0


@pytest.mark.parametrize("command", commands("make"))
def test_a_make_target_is_there(command: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert command.split()[1] in targets


def test_every_file_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target:
            assert (ROOT / target).exists(), target
