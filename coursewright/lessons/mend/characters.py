"""Characters that nobody sees and that do harm, ends of lines, spaces."""

from __future__ import annotations

import re

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.fences import mark_fenced

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""Control, zero-width and direction characters: they hide text from a reader or show it in another order."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Halves of characters: no text that can be stored."""


def mend_characters(text: str, brief: LessonBrief) -> Mended:
    """Take hidden characters out, and end every line with a line feed."""
    findings = []
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = plain.replace("\u0085", "\n").replace("\u00a0", " ").replace("\u202f", " ")
    shown, hidden = HIDDEN.subn("", plain)
    shown, broken = SURROGATE.subn("\ufffd", shown)
    if hidden or broken:
        findings.append(
            mended(f"{hidden + broken} hidden or broken characters were taken out.", severity="note")
        )
    return shown, findings


def mend_spaces(text: str, brief: LessonBrief) -> Mended:
    """Take spaces at the ends of lines and surplus blank lines out, code aside."""
    lines = text.split("\n")
    kept: list[str] = []
    for line, fenced in zip(lines, mark_fenced(lines), strict=True):
        if fenced:
            kept.append(line)
        elif line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).strip("\n") + "\n", []
