"""How the columns of a table share the page, so that no word leaves its cell."""

from __future__ import annotations

from dataclasses import dataclass

from coursewright.book.nodes import Table, plain_text

LONGEST_WHOLE_WORD = 18
"""A longer word may be broken, where the table is too wide to give it a column of its length."""

WHOLE_ROW_LINES = 14
"""A row of so many lines or fewer is not parted by the end of a page."""


@dataclass(frozen=True)
class TableLayout:
    """Widths of a table's columns.

    Attributes:
        size: of the text, in points.
        inset: space left and right within a cell, in points.
        shares: of the table's width, one a column.
        characters: that fit on a line of each column.
        whole_rows: for each row, whether it stays on one page.
    """

    size: float
    inset: float
    shares: tuple[int, ...]
    characters: tuple[int, ...]
    whole_rows: tuple[bool, ...]


def lay_out_table(table: Table, width: float) -> TableLayout:
    """The layout of `table` over `width` points."""
    count = len(table.header)
    size, inset = (9.0, 7.0) if count <= 5 else (8.0, 4.5) if count <= 8 else (7.0, 3.0)
    character = size * 0.54
    texts = [[plain_text(cell) for cell in row] for row in (table.header, *table.rows)]
    room = [max((width - 2 * inset * count) / character, count * 2.0)][0]
    least = [max(_longest_word(row[column]) for row in texts) for column in range(count)]
    natural = [max(len(row[column]) for row in texts) for column in range(count)]
    wanted = [min(max(longest, 3), LONGEST_WHOLE_WORD) + 1.0 for longest in least]
    if sum(wanted) >= room:
        widths = [room * part / sum(wanted) for part in wanted]
    else:
        spare = room - sum(wanted)
        pull = [max(longest - part, 0.4) ** 0.75 for longest, part in zip(natural, wanted, strict=True)]
        widths = [part + spare * weight / sum(pull) for part, weight in zip(wanted, pull, strict=True)]
    characters = tuple(max(int(part * 0.9), 2) for part in widths)
    return TableLayout(
        size,
        inset,
        tuple(round((part * character + 2 * inset) * 10) for part in widths),
        characters,
        tuple(
            max(len(text) / limit for text, limit in zip(row, characters, strict=True)) <= WHOLE_ROW_LINES
            for row in texts[1:]
        ),
    )


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=0)
