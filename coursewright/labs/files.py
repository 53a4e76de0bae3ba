"""Starter and solution files of a lab: fenced blocks that name a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coursewright.languages import Language
from coursewright.lessons.checks.code import read_language
from coursewright.lessons.checks.syntax import PARSERS, SyntaxFault, compile_python
from coursewright.markdown.document import Document, Fence
from coursewright.markdown.fences import scan_fences

Kind = Literal["starter", "solution"]

MOST_FILES = 40
LONGEST_NAME = 120
CHECK_FLAG = "check"

_FILE = re.compile(r"(?:^|\s)(starter|solution)=(\"[^\"\n]*\"|'[^'\n]*'|\S*)", re.IGNORECASE)
_PART = r"\.?[A-Za-z0-9_][A-Za-z0-9._+-]*"
_SAFE_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,4}}")
# What Windows cannot have as a file's name, whatever the ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_SHELLS = ("bash", "sh", "shell")
_LANGUAGES = {
    "py": "python",
    "sh": "bash",
    "bash": "bash",
    "json": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
}


@dataclass(frozen=True, slots=True)
class LabFile:
    """A file of a lab.

    Attributes:
        name: relative, with ``/`` between its parts, such as ``src/app.py``.
        line: of its fence, from 1.
    """

    kind: Kind
    name: str
    text: str
    language: str
    line: int

    @property
    def path(self) -> str:
        """Where it is kept, relative to the lab's folder: ``starter/src/app.py``."""
        return f"{self.kind}/{self.name}"


def read_files(document: Document) -> tuple[LabFile, ...]:
    """The files that a guide's fences name, in order, whatever their names are."""
    return tuple(_read(document.fences))


def safe_files(document: Document) -> dict[str, str]:
    """The files that may be written, by path; what has no safe name, or one that is taken, is left out."""
    files: dict[str, str] = {}
    for file in read_files(document):
        if not name_fault(file.name) and not in_the_way(file.path, files) and len(files) < MOST_FILES:
            files[file.path] = file.text
    return files


def in_the_way(path: str, others: Iterable[str]) -> str:
    """The one of these paths that cannot be beside `path`; empty where there is none.

    It is the same one, on systems that do not tell capitals from small letters as well, or one of the two
    is a folder of the other.
    """
    own = path.casefold()
    for other in others:
        there = other.casefold()
        if there == own or there.startswith(f"{own}/") or own.startswith(f"{there}/"):
            return other
    return ""


def name_fault(name: str) -> str:
    """Why a file cannot have this name; empty where it can."""
    if not name:
        return "it is empty"
    if len(name) > LONGEST_NAME:
        return f"it has more than {LONGEST_NAME} characters"
    if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name:
        return "it leads out of the lab's folder"
    if not _SAFE_NAME.fullmatch(name):
        return "it may only hold letters, digits, dots, hyphens and slashes, and at most five parts"
    if any(_DEVICE.match(part) or part.endswith(".") for part in name.split("/")):
        return "not every system can have a file of that name"
    if ".generated." in name:
        return "such names are the program's own"
    return ""


def parse_fault(file: LabFile) -> SyntaxFault | None:
    """Why a file does not parse, by its ending or else by its fence's language; None where it does."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    language = _LANGUAGES.get(ending, file.language)
    parse = PARSERS.get(language)
    if parse is None:
        return None
    try:
        parse(file.text)
        if language == "python":
            # What may stand in a text, such as a session with prompts, may not in a file.
            compile_python(file.text)
    except SyntaxFault as fault:
        return fault
    except SyntaxError as error:
        return SyntaxFault(error.msg, line=error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxFault(str(error) or "nested too deeply")
    return None


def check_commands(document: Document) -> tuple[str, ...]:
    """The contents of the fences whose commands test the lab's result, in order."""
    return tuple(
        fence.content
        for fence in document.fences
        if read_language(fence.info) in _SHELLS and CHECK_FLAG in fence.info.split()[1:]
    )


def label_files(text: str, language: Language) -> str:
    """The guide with a line before each file, and before check commands, that says what they are.

    A fence's info tells it to the program alone; a reader would see code without a name.
    """
    lines = text.split("\n")
    for span in reversed(scan_fences(lines)):
        named = _FILE.search(span.info)
        indent = span.opening[: len(span.opening) - len(span.opening.lstrip())]
        if named and not name_fault(name := named[2].strip("\"'")):
            kind = named[1].lower()
            word = language.lab["starter_file" if kind == "starter" else "reference_solution"]
            label = f"**{word}:** `{kind}/{name}`"
        elif CHECK_FLAG in span.info.split()[1:] and read_language(span.info) in _SHELLS:
            label = f"**{language.lab['check_commands']}:**"
        else:
            continue
        if span.opening.lstrip()[:1] in "`~":
            lines[span.first : span.first] = ["", f"{indent}{label}", ""]
    return "\n".join(lines)


def _read(fences: Sequence[Fence]) -> Iterator[LabFile]:
    for fence in fences:
        for kind, name in _FILE.findall(fence.info):
            yield LabFile(
                "starter" if kind.lower() == "starter" else "solution",
                name.strip("\"'"),
                fence.content,
                read_language(fence.info),
                fence.line,
            )
