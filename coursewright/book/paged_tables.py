"""How the columns of a table share the page, so that no word leaves its cell."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from coursewright.book.nodes import Table, plain_text

LONGEST_WHOLE_WORD = 18
"""A longer word may be broken, where the table is too wide to give it a column of its length."""

WHOLE_ROW_LINES = 14
"""A row of so many lines or fewer is not parted by the end of a page."""

WHOLE_TABLE_LINES = 14
"""Nor is a table of so many lines or fewer, its header among them."""

_SIZES = ((9.0, 7.0), (8.0, 4.5), (7.5, 3.5), (7.0, 3.0))
"""Sizes of the text and the space left and right within a cell, in points."""

_CHARACTER = 0.54
"""Width of a character, in sizes of its text."""


@dataclass(frozen=True)
class TableLayout:
    """Widths of a table's columns.

    Attributes:
        size: of the text, in points.
        inset: space left and right within a cell, in points.
        shares: of the table's width, one a column.
        characters: that fit on a line of each column.
        whole_rows: for each row, whether it stays on one page.
        whole: whether the table does.
        hyphenate: whether words have to be parted for it to fit.
    """

    size: float
    inset: float
    shares: tuple[int, ...]
    characters: tuple[int, ...]
    whole_rows: tuple[bool, ...]
    whole: bool
    hyphenate: bool


def lay_out_table(table: Table, width: float) -> TableLayout:
    """The layout of `table` over `width` points, as small as it must be set for its longest words to fit."""
    count = len(table.header)
    texts = [[plain_text(cell) for cell in row] for row in (table.header, *table.rows)]
    least = [
        max(_longest_piece(row[column], whole=table.align[column] == "right") for row in texts)
        for column in range(count)
    ]
    natural = [max(len(row[column]) for row in texts) for column in range(count)]
    wanted = [min(max(longest, 3), LONGEST_WHOLE_WORD) + 1.0 for longest in least]
    sizes = _SIZES[0 if count <= 5 else 1 if count <= 8 else 3 :]
    rooms = [max((width - 2 * inset * count) / (size * _CHARACTER), count * 2.0) for size, inset in sizes]
    place = next((place for place, room in enumerate(rooms) if sum(wanted) <= room * 0.8), len(sizes) - 1)
    (size, inset), room = sizes[place], rooms[place]
    if sum(wanted) >= room:
        widths = [room * part / sum(wanted) for part in wanted]
    else:
        spare = room - sum(wanted)
        pull = [max(longest - part, 0.4) ** 0.75 for longest, part in zip(natural, wanted, strict=True)]
        widths = [part + spare * weight / sum(pull) for part, weight in zip(wanted, pull, strict=True)]
    characters = tuple(max(int(part * 0.9), 2) for part in widths)
    lines = [
        max(ceil(len(text) / limit) for text, limit in zip(row, characters, strict=True)) for row in texts
    ]
    return TableLayout(
        size,
        inset,
        tuple(round((part * size * _CHARACTER + 2 * inset) * 10) for part in widths),
        characters,
        whole_rows=tuple(count <= WHOLE_ROW_LINES for count in lines[1:]),
        whole=sum(max(count, 1) for count in lines) <= WHOLE_TABLE_LINES,
        hyphenate=any(longest > limit for longest, limit in zip(least, characters, strict=True)),
    )


def _longest_piece(text: str, *, whole: bool) -> int:
    """Of a text what is not to be parted: each word, or where it is a figure, such as ``1 h 10 min``, all."""
    if whole and len(text) <= LONGEST_WHOLE_WORD:
        return len(text)
    return max((len(word) for word in text.split()), default=0)
