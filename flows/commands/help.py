"""How the command's help and its complaints look."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn

from rich_argparse import RawDescriptionRichHelpFormatter

from flows.commands.say import printable

EXIT_CODES = """\
Exit codes: 0 complete · 2 wrong input, nothing was run · 3 finished with gaps
            4 stopped by a quota or a cost limit · 1 anything else"""

_WIDTH = 80


class HelpFormatter(RawDescriptionRichHelpFormatter):
    """Headings as they are written, and examples that keep their lines."""

    group_name_formatter = str.capitalize


class CommandParser(argparse.ArgumentParser):
    """Complains in two lines, where argparse would print the usage of all options before it.

    It refuses values that are no text: bytes that cannot be decoded, which nothing can store or print.
    """

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse; a command's own parser leaves nothing over for the one above, which could not explain it."""
        parsed, unknown = super().parse_known_args(args, namespace)
        for action in self._actions:
            value = getattr(parsed, action.dest, None)
            if isinstance(value, str) and not _is_text(value):
                shown = re.sub(r"\\udc(?=[89a-f])", r"\\x", repr(value))
                self.error(str(argparse.ArgumentError(action, f"{shown} is not UTF-8 text")))
        if unknown and self.get_default("run"):
            self.error(_unknown(unknown[0], self.format_help()))
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; ends the program with exit code 2."""
        told = printable(f"{self.prog}: {message}{_meant(message)}")
        self.exit(2, f"{told}\nHelp: {self.prog} --help\n")


def with_examples(examples: Sequence[tuple[str, str]], more: str = "") -> str:
    """The text below a command's options: examples, each with what it is for, then `more`."""
    width = max(len(command) for command, _ in examples)
    lines = [f"  {command:{width}}  {what}".rstrip() for command, what in examples]
    if max(map(len, lines)) > _WIDTH:
        lines = [f"  {what}:\n    {command}" for command, what in examples]
    lines.insert(0, "Examples:")
    return "\n".join([*lines, "", more]) if more else "\n".join(lines)


def show_version() -> str:
    """The program's name and version; from a plain clone there is none."""
    try:
        return f"coursewright {version('coursewright')}"
    except PackageNotFoundError:
        return "coursewright, from a clone that is not installed"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _meant(message: str) -> str:
    """What a misspelt choice was probably meant to be."""
    found = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message)
    known = re.findall(r"'([^']+)'", found[2]) if found else []
    close = difflib.get_close_matches(found[1], known, n=1, cutoff=0.5) if found else []
    return f". Did you mean {close[0]}?" if close else ""


def _unknown(argument: str, own_help: str) -> str:
    """What is wrong with an argument that a command does not know."""
    if not argument.startswith("-"):
        return f"{argument!r} is one argument too many; several names go with commas between them: html,pdf"
    name = argument.partition("=")[0]
    close = difflib.get_close_matches(name, set(re.findall(r"--[a-z][a-z-]+", own_help)), n=1)
    return f"there is no option {name}" + (f". Did you mean {close[0]}?" if close else "")
