"""Tables: rows of even width, under a line that makes them tables."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.findings import Finding
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.mend.tables import count_cells, find_tables, is_delimiter


def check_tables(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Every row has as many cells as the head."""
    lines = subject.lesson.lines
    inside: set[int] = set()
    for head, end in find_tables(lines):
        inside.update(range(head, end))
        width = count_cells(lines[head])
        for number in range(head + 1, end):
            cells = count_cells(lines[number])
            if cells != width:
                yield subject.find(
                    "tables",
                    "error",
                    f"The table's row in line {number + 1} has {cells} cells and its head has {width}; give "
                    "every "
                    "row the same number, and write a | inside a cell as \\|.",
                    number + 1,
                )
    for number, line in enumerate(lines):
        stripped = line.strip()
        if (
            number in inside
            or subject.fenced[number]
            or not stripped.startswith("|")
            or stripped.count("|") < 3
        ):
            continue
        if number == 0 or not lines[number - 1].strip().startswith("|"):
            what = (
                "starts with the line of dashes"
                if is_delimiter(line)
                else "has no line of dashes under its head"
            )
            yield subject.find(
                "tables",
                "error",
                f"The table in line {number + 1} {what}; write head, | --- | line and rows.",
                number + 1,
            )
