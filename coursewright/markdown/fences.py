"""Which lines of a Markdown text are code, told without a full parse.

It is for what must be quick on a thousand texts, such as numbering; `parse_document` is exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPENING = re.compile(r"(?:[ \t>]|[-*+][ ]|\d{1,9}[.)][ ])*+(?:(`{3,}+)(?!.*`)|(~{3,}+))")
_CLOSING = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*\r?$")


def mark_fenced(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it belongs to a fenced code block, the fences themselves included.

    A fence that is never closed reaches to the end of the text.
    """
    marks: list[bool] = []
    fence = ""
    for line in lines:
        if fence:
            marks.append(True)
            closing = _CLOSING.match(line)
            if closing and closing[1][0] == fence[0] and len(closing[1]) >= len(fence):
                fence = ""
            continue
        opening = _OPENING.match(line) if "```" in line or "~~~" in line else None
        fence = (opening[1] or opening[2]) if opening else ""
        marks.append(bool(fence))
    return marks
