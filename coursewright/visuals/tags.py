"""The places for figures in a lesson: its visual tags, each with the section that it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coursewright.markdown.fences import mark_fenced

VISUAL_LINE = re.compile(r"\s*\[VISUAL:\s*(?P<id>\d{2,}-\d{2,}-\d{4,})\s+-\s+(?P<text>.*\S)\s*\]\s*")
"""A tag alone on its line, as the program numbers it."""

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*")


@dataclass(frozen=True, slots=True)
class Tag:
    """A visual tag.

    Attributes:
        id: ``MM-LL-NNNN``.
        description: what the lesson's writer wants to be shown.
        section: the title of the topic (H2) that it stands in; empty above the first.
        text: that topic's text, without its own heading and without visual tags.
        nth: how many tags with this description and section stand before it.
    """

    id: str
    description: str
    section: str
    text: str
    nth: int = 0


def find_tags(lesson_text: str) -> tuple[Tag, ...]:
    """Every visual tag outside code, in order."""
    lines = lesson_text.split("\n")
    fenced = mark_fenced(lines)
    sections: list[tuple[str, list[str]]] = [("", [])]
    found: list[tuple[str, str, int]] = []
    for line, in_code in zip(lines, fenced, strict=True):
        heading = None if in_code else _HEADING.fullmatch(line)
        if heading and len(heading[1]) == 2:
            sections.append((heading[2], []))
        elif not in_code and (tag := VISUAL_LINE.fullmatch(line)):
            found.append((tag["id"], tag["text"], len(sections) - 1))
        else:
            sections[-1][1].append(line)
    tags: list[Tag] = []
    for name, description, at in found:
        title, body = sections[at]
        nth = sum(tag.description == description and tag.section == title for tag in tags)
        tags.append(Tag(name, description, title, "\n".join(body).strip(), nth))
    return tuple(tags)


def section_titles(lesson_text: str) -> tuple[str, ...]:
    """The titles of the lesson's sections (H2), in order."""
    lines = lesson_text.split("\n")
    headings = [
        match
        for line, in_code in zip(lines, mark_fenced(lines), strict=True)
        if not in_code and (match := _HEADING.fullmatch(line))
    ]
    return tuple(match[2] for match in headings if len(match[1]) == 2)


def lesson_title(lesson_text: str) -> str:
    """The lesson's own title, without the number that the program gave it; empty without an H1."""
    for line in lesson_text.split("\n"):
        if match := re.fullmatch(r"#[ \t]+(?:\w+ \d+\.\d+:[ \t]*)?(.*\S)[ \t]*", line):
            return match[1]
    return ""


def shorten_section(text: str, words: int) -> str:
    """At most so many words of a section: its opening blocks, whole, then a sign that more follows."""
    blocks = re.split(r"\n\s*\n", text)
    kept: list[str] = []
    total = 0
    for block in blocks:
        total += len(block.split())
        if kept and total > words:
            return "\n\n".join([*kept, "[…]"])
        kept.append(block)
    return "\n\n".join(kept)


def numbers_in(text: str) -> frozenset[float]:
    """Every number that the text states, read with a point and with a comma before the decimals."""
    values: set[float] = set()
    for written in re.findall(r"\d[\d.,\u202f\u00a0' ]*\d|\d", text):
        for parts in {written, *_split_at_spaces(written)}:
            values.update(_read_number(parts))
    return frozenset(values)


def _split_at_spaces(written: str) -> Sequence[str]:
    return re.split(r"[\u202f\u00a0 ]", written)


def _read_number(written: str) -> set[float]:
    bare = re.sub(r"[\u202f\u00a0' ]", "", written)
    readings = {bare.replace(",", ""), bare.replace(".", "").replace(",", ".")}
    return {float(text) for text in readings if re.fullmatch(r"\d+(\.\d+)?", text)}
