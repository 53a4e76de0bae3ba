"""Listings as Typst source: coloured tokens in lines that fit the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from unicodedata import east_asian_width

from coursewright.book.highlight import Kind, highlight
from coursewright.book.nodes import CodeBlock
from coursewright.book.typst_text import literal

WHOLE_LINES = 20
"""A listing of so many printed lines or fewer is not parted by the end of a page."""

_AFTER = re.compile(r"[\s,;=|&(\[{/.\-]")

Piece = tuple[Kind, str]


def listing_source(block: CodeBlock, columns: int, fit: Callable[[str], str]) -> str:
    """The call that sets the listing.

    Args:
        columns: characters that a line of the page holds.
        fit: fits a text to the fonts.
    """
    code = fit(block.text.expandtabs(4))
    printed = 0
    lines: list[str] = []
    for line in _split_lines(highlight(code, block.lang)):
        rows = wrap_pieces(line, columns)
        printed += len(rows)
        lines.append("; wrapped; ".join("; ".join(_tokens(row)) or '""' for row in rows))
    whole = "true" if printed <= WHOLE_LINES else "false"
    body = "; linebreak(); ".join(lines)
    return f"listing({literal(code)}, {whole}, {{ {body} }})"


def _tokens(row: Sequence[Piece]) -> Iterator[str]:
    for kind, text in row:
        if not kind or not text.strip():
            yield literal(text)
        elif kind == "comment":
            yield f"comment-token({literal(text)})"
        else:
            yield f"token({literal(kind)}, {literal(text)})"


def _split_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for kind, text in pieces:
        first, *rest = text.split("\n")
        lines[-1].append((kind, first))
        lines.extend([(kind, part)] for part in rest)
    return [[piece for piece in line if piece[1]] for line in lines]


def wrap_pieces(line: Sequence[Piece], columns: int) -> list[list[Piece]]:
    """A line of code as the rows that it takes in print; rows after the first leave room for their sign.

    A row ends after a space or a sign of punctuation where there is one in its last third. A space at its end
    may stand outside of it.
    """
    text = "".join(part for _, part in line)
    if _width(text) <= columns:
        return [list(line)]
    rows: list[list[Piece]] = []
    rest = list(line)
    room = columns
    while rest:
        text = "".join(part for _, part in rest)
        end = _row_end(text, room)
        row, rest = _cut(rest, end)
        rows.append(row)
        room = columns - 2
    return rows


def _row_end(text: str, room: int) -> int:
    if _width(text) <= room:
        return len(text)
    end = width = 0
    while end < len(text) and width + _cell(text[end]) <= room:
        width += _cell(text[end])
        end += 1
    for place in range(end, end - room // 3, -1):
        if place > 0 and _AFTER.match(text[place - 1]):
            return place + (text[place] == " ")
    return max(end, 1)


def _cut(pieces: Sequence[Piece], end: int) -> tuple[list[Piece], list[Piece]]:
    before: list[Piece] = []
    for index, (kind, text) in enumerate(pieces):
        if len(text) >= end:
            rest = [(kind, text[end:])] if text[end:] else []
            return [*before, (kind, text[:end])], [*rest, *pieces[index + 1 :]]
        before.append((kind, text))
        end -= len(text)
    return before, []


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(character: str) -> int:
    """Columns of a character; what the code font lacks comes from another one and may be wider."""
    if character < "\u0250" or "\u2500" <= character <= "\u259f":
        return 1
    return 2 if east_asian_width(character) in "WFA" or character > "\u2000" else 1
