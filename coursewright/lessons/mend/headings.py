"""Headings: their marks, their level, their number, and the titles that the format knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coursewright.findings import Finding
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import SUMMARY_PARTS, TOPIC_PARTS, LessonFormat, lesson_format, plain_title
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.lessons.number import heading_title
from coursewright.lessons.parse import match_titles
from coursewright.markdown.fences import mark_fenced

SURE_SCORE = 88.0
"""The likeness, of 100, from which a heading is taken for a misspelling of the topic's title."""

_ATX = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]*(?![#\s])")
_BOLD_LINE = re.compile(r"[ \t]{0,3}(\*\*|__)(?=\S)([^*_]{2,120})(?<=\S)\1[ \t]*:?[ \t]*$")
_UNDERLINE = re.compile(r"[ \t]{0,3}(=+|-{2,})[ \t]*$")


@dataclass
class _Heading:
    line: int
    level: int
    title: str
    certain: bool
    """False where the line may be no heading: bold text, or marks without a space after them."""


def mend_headings(text: str, brief: LessonBrief) -> Mended:
    """Write every heading that the format knows as the format has it, and all others with plain ``#`` marks.

    A heading is known by its title, a usual other name for it, or its name in another language, in the order
    of the format. A topic's heading is known by its title, small differences aside.
    """
    lines = text.split("\n")
    findings: list[Finding] = []
    _mend_underlined(lines)
    headings = _find_headings(lines)
    form = lesson_format(brief)
    expected = _flatten(form)
    found = match_titles(
        [heading.title for heading in headings],
        [(title, key) for title, key, _ in expected],
        form.language.code,
        levels=([heading.level for heading in headings], [level for _, _, level in expected]),
    )
    for index, heading in enumerate(headings):
        match = found.get(index)
        old = lines[heading.line]
        if match and (match[1] != "close" or match[2] >= SURE_SCORE) and _may_be(heading, expected[match[0]]):
            title, _, level = expected[match[0]]
            lines[heading.line] = f"{'#' * level} {title}"
            if plain_title(heading.title) != plain_title(title) or heading.level != level:
                findings.append(
                    mended(
                        f"the heading “{old.strip()[:80]}” is now “{lines[heading.line]}”.",
                        line=heading.line + 1,
                        where=title,
                    )
                )
        elif heading.certain:
            lines[heading.line] = f"{'#' * heading.level} {heading.title}".rstrip()
    findings += _mend_title(lines, form)
    return "\n".join(lines), findings


def _mend_underlined(lines: list[str]) -> None:
    fenced = mark_fenced(lines)
    for number in range(1, len(lines)):
        underline = _UNDERLINE.match(lines[number])
        above = lines[number - 1].strip()
        if not underline or fenced[number] or not above or fenced[number - 1]:
            continue
        opens = number == 1 or not lines[number - 2].strip()
        if opens and not above.startswith(("#", "|", "-", "*", ">", "+", "`", "~")) and "|" not in above:
            level = 1 if underline[1].startswith("=") else 2
            lines[number - 1], lines[number] = f"{'#' * level} {above}", ""


def _find_headings(lines: list[str]) -> list[_Heading]:
    headings = []
    for number, (line, fenced) in enumerate(zip(lines, mark_fenced(lines), strict=True)):
        if fenced:
            continue
        if match := _ATX.match(line):
            spaced = line[match.end() - 1 : match.end()] in (" ", "\t")
            title = _strip_marks(line[match.end() :])
            headings.append(_Heading(number, len(match[1]), title, certain=spaced))
        elif match := _BOLD_LINE.match(line):
            headings.append(_Heading(number, 0, match[2].strip().rstrip(":"), certain=False))
    return headings


def _strip_marks(title: str) -> str:
    title = title.strip()
    if title.endswith("#") and (bare := title.rstrip("#")).endswith((" ", "\t")):
        title = bare.rstrip()
    for mark in ("**", "__"):
        if len(title) > 4 and title.startswith(mark) and title.endswith(mark) and title.count(mark) == 2:
            title = title[2:-2].strip()
    return title


def _flatten(form: LessonFormat) -> list[tuple[str, str, int]]:
    """The format's headings below the title in order: title, key in the language files, level."""
    flat: list[tuple[str, str, int]] = []
    for section in form.sections:
        flat.append((section.title, "" if section.key == "topic" else section.key, 2))
        keys = {"topic": TOPIC_PARTS, "summary": SUMMARY_PARTS}.get(section.key, ())
        flat.extend((part, key, 3) for part, key in zip(section.parts, keys, strict=True))
    return flat


def _may_be(heading: _Heading, expected: tuple[str, str, int]) -> bool:
    title, _, level = expected
    if heading.level == level:
        return True
    same = plain_title(heading.title) == plain_title(title)
    return same and (heading.level == 0 or abs(heading.level - level) == 1)


def _mend_title(lines: list[str], form: LessonFormat) -> list[Finding]:
    """Give the lesson its title: in place of one that is nearly it, or where there is none at all."""
    from rapidfuzz import fuzz

    fenced = mark_fenced(lines)
    plain = [n for n, line in enumerate(lines) if line.strip() and not fenced[n]]
    wanted = plain_title(form.title)
    at = next((n for n in plain if lines[n].startswith("# ")), None)
    if at is not None:
        title = plain_title(heading_title(lines[at]))
        if title == wanted or fuzz.ratio(title, wanted) < SURE_SCORE:
            return []
        return [_put_title(lines, at, form)]
    first = f"## {form.sections[0].title}"
    sections = next((n for n in plain if lines[n] == first), None)
    if sections is None:
        return []
    for number in plain[: plain.index(sections)]:
        bold = _BOLD_LINE.match(lines[number])
        title = bold[2] if bold else lines[number].lstrip("#")
        if plain_title(heading_title(f"# {title}")) == wanted:
            return [_put_title(lines, number, form)]
    lines.insert(sections, f"{form.title_line}\n")
    return [mended("the lesson had no title; it was put in.", line=sections + 1)]


def _put_title(lines: list[str], at: int, form: LessonFormat) -> Finding:
    old, lines[at] = lines[at].strip(), form.title_line
    return mended(f"the title “{old[:80]}” is now “{form.title_line}”.", line=at + 1)
