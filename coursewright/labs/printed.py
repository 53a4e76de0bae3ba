"""What a published guide says of itself: its time, its complexity and its software.

A guide outlives the plan that it was written from, and a person may have edited it. So whoever adds up the
times or prepares the room goes by what learners read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from coursewright.labs.levels import Complexity, read_complexity
from coursewright.labs.names import section_key
from coursewright.labs.planned import Software
from coursewright.languages import Language, language_codes, load_language
from coursewright.lessons.format import plain_title
from coursewright.markdown.document import Block
from coursewright.markdown.parse import parse_document

_TIME = re.compile(
    r"(?:(?P<hours>\d{1,3}(?:[.,]\d+)?)\s*h\w*\.?)?\s*(?:[a-zà-ÿ]{1,3}\s+)?"
    r"(?:(?P<minutes>\d{1,4}(?:[.,]\d+)?)\s*(?:min\w*\.?|[’'])?)?",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class PrintedLab:
    """What stands in a guide's metadata and in its environment.

    Attributes:
        minutes: None where the guide does not say, or not in hours and minutes.
        complexity: None where it does not say.
        software: with versions, in the guide's order; empty where it has no table of them.
    """

    minutes: float | None
    complexity: Complexity | None
    software: tuple[Software, ...]


def read_printed(text: str, language: Language) -> PrintedLab:
    """What a guide's text says, whatever text it is; names are known in every language."""
    minutes: float | None = None
    complexity: Complexity | None = None
    software: list[Software] = []
    key = ""
    for section in parse_document(text).sections:
        if section.heading is not None and section.heading.level <= 2:
            key = section_key(section.heading.title, language) if section.heading.level == 2 else ""
        for table in (block for block in section.blocks if block.kind == "table"):
            if key == "metadata":
                facts = {plain_title(row[0]): row[1] for row in _rows(table) if len(row) > 1}
                minutes = next(
                    (_read_time(facts[name]) for name in table_names("duration") & facts.keys()), minutes
                )
                found = (read_complexity(facts[name]) for name in table_names("complexity") & facts.keys())
                complexity = next(found, complexity)
            elif key == "lab_environment":
                rows = (row for row in version_rows(table) if row[1])
                software += [Software(_words(name), _words(version)) for _, name, version in rows]
    return PrintedLab(minutes, complexity, tuple(dict.fromkeys(software)))


def version_rows(table: Block) -> Iterator[tuple[int, str, str]]:
    """Of a table with a column of versions, each row's line, first cell and version."""
    head = [plain_title(cell) for cell in read_cells(table.source.strip().split("\n")[0])]
    at = next(
        (n for n, cell in enumerate(head) if any(cell.startswith(word) for word in table_names("version"))),
        None,
    )
    if at is None:
        return
    for number, cells in enumerate(_rows(table), table.line + 2):
        yield number, cells[0] if cells else "", cells[at] if len(cells) > at else ""


def names_software(table: Block) -> bool:
    """Whether a column of a table is one of software."""
    head = {plain_title(cell) for cell in read_cells(table.source.strip().split("\n")[0])}
    return not head.isdisjoint(table_names("software"))


def _rows(table: Block) -> Iterator[list[str]]:
    return (read_cells(line) for line in table.source.strip().split("\n")[2:])


def read_cells(line: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _words(text: str) -> str:
    """A cell's words, without emphasis and without a link's address."""
    return " ".join(_LINK.sub(r"\1", text).replace("\\|", "/").strip("*_` ").split())


def _read_time(text: str) -> float | None:
    match = _TIME.fullmatch(text.strip(" .*_`"))
    if match is None or not match[0]:
        return None
    hours, minutes = (float((part or "0").replace(",", ".")) for part in match.groups())
    return hours * 60 + minutes


@cache
def table_names(key: str) -> frozenset[str]:
    """What a row or column is called in any language, as `plain_title` has it."""
    return frozenset(plain_title(load_language(code).lab[key]) for code in language_codes())
