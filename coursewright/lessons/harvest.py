"""Finding a lesson's pieces in a text that holds more than was asked for, or less.

A reply that its length cut off holds whole sections; a model that is asked for one section may answer with
the lesson. What came complete is kept, and not paid for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from coursewright.findings import Finding
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.number import VISUAL_TAG, visual_description
from coursewright.lessons.parse import ParsedLesson, bare_title, parse_lesson
from coursewright.lessons.pieces import Piece, list_pieces
from coursewright.markdown.fences import mark_fenced

ALIKE = 88
"""The score, of 100, from which two headings are the same one."""

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_LIST_OR_TABLE = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\||#)")
_SENTENCE_END = re.compile(r"[.!?…][»”\"')*]*(?=\s|$)")


def read_headings(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its heading's level; 0 for a line that is no heading or stands in code."""
    lines = text.split("\n")
    for line, inside_code in zip(lines, mark_fenced(lines), strict=True):
        heading = None if inside_code else _HEADING.match(line)
        yield (len(heading[1]), heading[2]) if heading else (0, line)


def holds_lesson(text: str, brief: LessonBrief) -> bool:
    """Whether a text that was asked for as one piece is a lesson, or a stretch of one, by its headings."""
    if "## " not in text:
        return False
    sections = parse_lesson(text, brief).sections
    return sum(1 for section in sections if section.expected and section.score >= ALIKE) >= 2


def read_pieces(text: str, brief: LessonBrief, *, cut: bool = False) -> tuple[dict[str, str], dict[int, str]]:
    """The pieces of a lesson-like text by their keys, and the figures' descriptions by topic.

    Args:
        cut: the text was cut off, so the last piece in it is not complete and is left out.
    """
    parsed = parse_lesson(text, brief)
    stretches = list(_stretches(parsed, list_pieces(brief)))
    if cut and stretches:
        last = max(stretches, key=lambda stretch: stretch[1])
        stretches = [stretch for stretch in stretches if stretch != last]
    texts: dict[str, str] = {}
    figures: dict[int, str] = {}
    for piece, start, end in stretches:
        inside = "\n".join(parsed.lines[start:end])
        if piece.topic is not None and (tag := VISUAL_TAG.search(inside)):
            figures.setdefault(piece.topic, visual_description(tag["body"]))
        if kept := VISUAL_TAG.sub("", inside).strip():
            texts[piece.key] = kept
    return texts, figures


def piece_at(finding: Finding, text: str, brief: LessonBrief) -> Piece | None:
    """The piece of a lesson that a finding is about; None where it is about the whole, or about no piece."""
    pieces = list_pieces(brief)
    if finding.line is not None:
        stretches = _stretches(parse_lesson(text, brief), pieces)
        return next((piece for piece, start, end in stretches if start <= finding.line <= end), None)
    named = [piece for piece in pieces if finding.where and finding.where in (piece.section, piece.heading)]
    return named[0] if named else None


def trim_cut(text: str) -> str:
    """A piece that was cut off, up to its last whole block or sentence; empty where there is none."""
    lines = text.rstrip().split("\n")
    fences = [index for index, line in enumerate(lines) if re.match(r"^ {0,3}(?:`{3,}|~{3,})", line)]
    if len(fences) % 2:
        lines = lines[: fences[-1]]
        while lines and (not lines[-1].strip() or lines[-1].rstrip().endswith((":", "："))):
            lines.pop()
        return "\n".join(lines).rstrip()
    if lines and _LIST_OR_TABLE.match(lines[-1]):
        return "\n".join(lines[:-1]).rstrip()
    kept = "\n".join(lines)
    ends = [match.end() for match in _SENTENCE_END.finditer(kept)]
    return kept[: ends[-1]].rstrip() if ends else ""


def pick_heading(title: str, choices: Iterable[str]) -> str | None:
    """The one of `choices` that a heading is, numbers of its own and small slips aside."""
    from rapidfuzz import fuzz

    bare = bare_title(title).strip("*_ :").casefold()
    scored = [(fuzz.ratio(bare, choice.casefold()), choice) for choice in choices]
    score, best = max(scored, default=(0.0, ""))
    return best if score >= ALIKE else None


def _stretches(parsed: ParsedLesson, pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, int, int]]:
    """The pieces that a lesson holds, each with its heading's line and its last one, from 1."""
    for section in parsed.sections:
        if section.expected is None:
            continue
        topic = None if section.expected.topic is None else section.expected.topic + 1
        inside = [
            piece for piece in pieces if piece.section == section.expected.title and piece.topic == topic
        ]
        starts = [(section.heading.line, section.expected.title if topic is None else None)]
        starts += [(part.heading.line, part.expected) for part in section.parts if part.expected]
        ends = [line - 1 for line, _ in starts[1:]] + [section.last_line]
        for (start, heading), end in zip(starts, ends, strict=True):
            piece = next((piece for piece in inside if piece.heading == heading), None)
            if piece is not None:
                yield piece, start, end
