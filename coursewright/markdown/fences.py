"""Which lines of a Markdown text are code, told without a full parse.

It is for what must be quick on a thousand texts, such as numbering; `parse_document` is exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OPENING = re.compile(
    r"(?P<before>(?:[ \t>]|[-*+][ ]|\d{1,9}[.)][ ])*+)(?P<marks>`{3,}+(?!.*`)|~{3,}+)(?P<info>.*)"
)
_CLOSING = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class FenceSpan:
    """A fenced code block's lines, from 0.

    Attributes:
        first: the line of the opening marks.
        last: the line of the closing marks; the text's last line where there are none.
        opening: what stands before and with the opening marks.
        info: what follows them.
    """

    first: int
    last: int
    opening: str
    info: str
    closed: bool


def scan_fences(lines: Sequence[str]) -> list[FenceSpan]:
    """The fenced code blocks, in order. One that is never closed reaches to the end of the text."""
    spans: list[FenceSpan] = []
    opened: tuple[int, re.Match[str]] | None = None
    for number, line in enumerate(lines):
        if "```" not in line and "~~~" not in line:
            continue
        if opened is None:
            match = _OPENING.match(line)
            opened = (number, match) if match else None
            continue
        closing = _CLOSING.match(line)
        first, match = opened
        if closing and closing[1][0] == match["marks"][0] and len(closing[1]) >= len(match["marks"]):
            spans.append(_span(first, number, match, closed=True))
            opened = None
    if opened:
        spans.append(_span(opened[0], len(lines) - 1, opened[1], closed=False))
    return spans


def mark_fenced(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it belongs to a fenced code block, the fences themselves included."""
    marks = [False] * len(lines)
    for span in scan_fences(lines):
        marks[span.first : span.last + 1] = [True] * (span.last + 1 - span.first)
    return marks


def _span(first: int, last: int, match: re.Match[str], *, closed: bool) -> FenceSpan:
    return FenceSpan(first, last, match["before"] + match["marks"], match["info"].strip(), closed)
