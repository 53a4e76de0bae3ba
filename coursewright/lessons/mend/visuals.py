"""Visual tags: in the one form, alone on their lines."""

from __future__ import annotations

import re
from functools import cache

from coursewright.languages import words_of_all
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.lessons.number import VISUAL_TAG, visual_description
from coursewright.markdown.fences import mark_fenced, scan_fences

_IMAGE = re.compile(
    r"[ \t]*(?:[-*+] +)?!\[(?P<body>[^\[\]\n]{20,400})\]\([^()\s]{0,500}(?:\s+\"[^\"\n]*\")?\)[ \t]*$"
)
_AROUND = re.compile(r"^[ \t>*_`+-]*$")


def mend_visuals(text: str, brief: LessonBrief) -> Mended:
    """Write visual tags alone on their lines: bold ones, those in a list, a sentence or a code fence."""
    lines, count = _take_out_of_fences(text.split("\n"))
    fenced = mark_fenced(lines)
    result: list[str] = []
    first = None
    for line, code in zip(lines, fenced, strict=True):
        new = [line] if code else _write_alone(line)
        if new != [line]:
            count += 1
            first = first or len(result) + 1
        tag = not code and bool(VISUAL_TAG.fullmatch(new[0].strip()))
        after_tag = bool(result) and not code and bool(VISUAL_TAG.fullmatch(result[-1].strip()))
        if (tag or after_tag) and new[0].strip() and result and result[-1].strip():
            result.append("")
        result.extend(new)
    findings = [mended(f"{count} visual tags were put into their form.", line=first)] if count else []
    return "\n".join(result), findings


def _take_out_of_fences(lines: list[str]) -> tuple[list[str], int]:
    """A fence that holds nothing but visual tags is taken away."""
    kept: list[str] = []
    count = at = 0
    for span in scan_fences(lines):
        inside = [line.strip() for line in lines[span.first + 1 : span.last] if line.strip()]
        kept += lines[at : span.first]
        if span.closed and inside and all(VISUAL_TAG.fullmatch(line) for line in inside):
            kept += ["", *(part for line in inside for part in (line, ""))]
            count += 1
        else:
            kept += lines[span.first : span.last + 1]
        at = span.last + 1
    return kept + lines[at:], count


@cache
def _other_tag() -> re.Pattern[str]:
    """A tag by another name, alone on its line."""
    return re.compile(
        rf"[ \t]*(?:[-*+] +)?[*_`]*\[\s*(?:{words_of_all('visual_names')})"
        r"[ \t]*(?P<body>(?:[:#–—-]|\d)[^\[\]\n]{1,400})\][*_`]*[ \t]*$",
        re.IGNORECASE,
    )


def _write_alone(line: str) -> list[str]:
    if "[" not in line:
        return [line]
    if VISUAL_TAG.fullmatch(line) and not line.startswith("\\"):
        return [line]
    if other := (_other_tag().match(line) or _IMAGE.match(line)):
        return [f"[VISUAL: {visual_description(other['body'])}]"]
    tags = list(VISUAL_TAG.finditer(line))
    if not tags or line == tags[0][0]:
        return [line]
    if line.lstrip().startswith(("#", "|")):
        return [line]
    pieces: list[str] = []
    at = 0
    for tag in tags:
        pieces += [line[at : tag.start()], tag[0].lstrip("\\")]
        at = tag.end()
    pieces.append(line[at:])
    shown = [piece.strip() if number % 2 == 0 else piece for number, piece in enumerate(pieces)]
    shown = [piece for number, piece in enumerate(shown) if number % 2 or not _AROUND.match(piece)]
    result: list[str] = []
    for piece in shown:
        result += [piece, ""]
    return result[:-1]
