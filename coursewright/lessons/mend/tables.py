"""Tables whose rows lack cells."""

from __future__ import annotations

import re

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.fences import mark_fenced

_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


def is_delimiter(line: str) -> bool:
    """Whether a line is the one under a table's head, such as ``| --- | :-: |``."""
    return "|" in line and "-" in line and bool(_DELIMITER.match(line))


def count_cells(line: str) -> int:
    """How many cells a table's line has; an escaped ``\\|`` is text."""
    bare = line.strip().replace("\\\\", "").replace("\\|", "")
    return bare.count("|") + 1 - bare.startswith("|") - (len(bare) > 1 and bare.endswith("|"))


def find_tables(lines: list[str]) -> list[tuple[int, int]]:
    """The tables outside code: the line of each one's head and the line after its last row, from 0."""
    fenced = mark_fenced(lines)
    tables = []
    number = 1
    while number < len(lines):
        head = lines[number - 1]
        if fenced[number] or "|" not in head or not is_delimiter(lines[number]):
            number += 1
            continue
        end = number + 1
        while end < len(lines) and "|" in lines[end] and not fenced[end]:
            end += 1
        tables.append((number - 1, end))
        number = end + 1
    return tables


def pad_tables(text: str, brief: LessonBrief) -> Mended:
    """Give the rows that are shorter than their table's head empty cells at their end."""
    lines = text.split("\n")
    findings = []
    for head, end in find_tables(lines):
        width = count_cells(lines[head])
        if count_cells(lines[head + 1]) != width:
            continue
        short = [n for n in range(head + 2, end) if count_cells(lines[n]) < width]
        for number in short:
            row = lines[number].rstrip()
            missing = width - count_cells(row)
            lines[number] = (row if row.endswith("|") else f"{row} |") + "  |" * missing
        if short:
            findings.append(mended(f"{len(short)} table rows got the cells they lacked.", line=short[0] + 1))
    return "\n".join(lines), findings
