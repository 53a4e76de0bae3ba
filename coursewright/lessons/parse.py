"""A lesson's text as the sections of its format, recognised by position."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from coursewright.languages import language_codes, load_language, words_of_all
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import (
    SUMMARY_PARTS,
    TOPIC_PARTS,
    ExpectedSection,
    LessonFormat,
    SectionKey,
    lesson_format,
    plain_title,
)
from coursewright.markdown.document import Block, Document, Heading
from coursewright.markdown.parse import parse_document

Match = Literal["exact", "alias", "translated", "close"]
"""How a heading names what it stands for: by its title, another name, another language's name, or nearly."""

CLOSE_SCORE = 60.0
"""The least likeness, of 100, at which a heading is taken to mean an expected one."""

_MOST_HEADINGS = 300


@dataclass(frozen=True, slots=True)
class LessonPart:
    """An H3 and what stands under it.

    Attributes:
        expected: the title that the format gives it; None where the format has no such part.
        match: how the heading names it.
    """

    heading: Heading
    blocks: tuple[Block, ...]
    expected: str | None = None
    match: Match = "exact"
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class LessonSection:
    """An H2 and what stands under it.

    Attributes:
        blocks: all blocks, those of its parts included.
        opening: the blocks before its first H3.
        expected: what it is in the format; None where the format has no such section.
        score: how alike the heading and the expected title are, 0 to 100.
    """

    heading: Heading
    blocks: tuple[Block, ...]
    opening: tuple[Block, ...]
    parts: tuple[LessonPart, ...]
    last_line: int
    expected: ExpectedSection | None = None
    match: Match = "exact"
    score: float = 0.0


@dataclass(frozen=True)
class ParsedLesson:
    """A lesson's text, read.

    Attributes:
        titles: all H1s, in order.
        before: blocks before the first H1 (or before the first heading, where there is no H1).
        opening: blocks between the H1 and the first H2.
        missing: sections of the format that no heading stands for.
    """

    text: str
    document: Document
    format: LessonFormat
    titles: tuple[Heading, ...]
    before: tuple[Block, ...]
    opening: tuple[Block, ...]
    sections: tuple[LessonSection, ...]
    missing: tuple[ExpectedSection, ...]

    def section(self, key: SectionKey) -> LessonSection | None:
        """The section of this kind (of topics the first one), if the lesson has it."""
        return next((s for s in self.known if s.expected and s.expected.key == key), None)

    def topic(self, number: int) -> LessonSection | None:
        """The section of the topic with this place, from 0, if the lesson has it."""
        return next((s for s in self.known if s.expected and s.expected.topic == number), None)

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines, without their ends."""
        return self.text.split("\n")

    def heading_at(self, line: int) -> str:
        """The title of the heading, of level 1 to 3, that a line stands under; empty above all of them."""
        lines, titles = self._titles
        at = bisect_right(lines, line)
        return titles[at - 1] if at else ""

    @cached_property
    def known(self) -> tuple[LessonSection, ...]:
        """The sections that the format has."""
        return tuple(section for section in self.sections if section.expected)

    @cached_property
    def _titles(self) -> tuple[list[int], list[str]]:
        headings = [heading for heading in self.document.headings if heading.level <= 3]
        return [heading.line for heading in headings], [heading.title for heading in headings]


def parse_lesson(text: str, brief: LessonBrief) -> ParsedLesson:
    """Read a lesson. Any text can be read; what it lacks of the format is in `missing`."""
    form = lesson_format(brief)
    document = parse_document(text)
    before, titles, opening, raw = _group(document)
    matches = match_titles(
        [heading.title for heading, _ in raw],
        [(section.title, _fixed_key(section)) for section in form.sections],
        form.language.code,
    )
    last = len(text.split("\n"))
    ends = ([heading.line - 1 for heading, _ in raw[1:]] + [last])[: len(raw)] * bool(raw)
    sections = tuple(
        _read_section(heading, groups, end, matches.get(index), form)
        for index, ((heading, groups), end) in enumerate(zip(raw, ends, strict=True))
    )
    found = {place for place, _, _ in matches.values()}
    missing = tuple(section for place, section in enumerate(form.sections) if place not in found)
    return ParsedLesson(text, document, form, titles, before, opening, sections, missing)


def match_titles(
    titles: Sequence[str],
    expected: Sequence[tuple[str, str]],
    language: str,
    *,
    levels: tuple[Sequence[int], Sequence[int]] | None = None,
) -> dict[int, tuple[int, Match, float]]:
    """Which of the expected titles each given one stands for, in order.

    Both lists keep their order, so that a topic called like a fixed section is told by where it stands; among
    the ways to match them the one with the greatest likeness in all is taken.

    Args:
        expected: pairs of a title and the key of its names in the language files, empty for a topic.
        language: the code of the lesson's language.
        levels: the given and the expected headings' levels, where the same one makes a match likelier.

    Returns:
        The given title's place to the expected one's place, the kind of match and the likeness of 0 to 100.
    """
    rows = [plain_title(bare_title(title)) for title in titles[:_MOST_HEADINGS]]
    names = [(plain_title(title), plain_title(bare_title(title)), key) for title, key in expected]
    table = [[_compare(row, *name, language) for name in names] for row in rows]
    same = [
        [
            30.0 if levels and i < len(levels[0]) and levels[0][i] == levels[1][j] else 0.0
            for j in range(len(names))
        ]
        for i in range(len(rows))
    ]
    # best[i][j]: the greatest likeness of the first i given and the first j expected titles.
    best = [[0.0] * (len(expected) + 1) for _ in range(len(rows) + 1)]
    for i, row_matches in enumerate(table, 1):
        for j, match in enumerate(row_matches, 1):
            skipped = max(best[i - 1][j], best[i][j - 1])
            best[i][j] = (
                max(skipped, best[i - 1][j - 1] + _weigh(match) + same[i - 1][j - 1]) if match else skipped
            )
    found: dict[int, tuple[int, Match, float]] = {}
    i, j = len(rows), len(expected)
    while i and j:
        match = table[i - 1][j - 1]
        if match and best[i][j] == best[i - 1][j - 1] + _weigh(match) + same[i - 1][j - 1]:
            found[i - 1] = (j - 1, *match)
            i, j = i - 1, j - 1
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return found


def bare_title(title: str) -> str:
    """A heading's title without a number that a model gave it: "2. Summary" is "Summary"; "5G" stays."""
    return _leading_number().sub("", title.strip(), count=1)


@cache
def _leading_number() -> re.Pattern[str]:
    return re.compile(
        rf"^(?:(?:{words_of_all('topic_words')})\s+)?"
        r"(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[ivx]{1,5}[.)])(?:\s*[-–—:])?\s+(?=\S)",
        re.IGNORECASE,
    )


def _compare(plain: str, wanted: str, bare: str, key: str, language: str) -> tuple[Match, float] | None:
    from rapidfuzz import fuzz

    if plain in (wanted, bare):
        return "exact", 100.0
    if key:
        if plain in _aliases(key).get(language, ()):
            return "alias", 90.0
        if any(plain in names for code, names in _aliases(key).items() if code != language):
            return "translated", 90.0
    score = max(fuzz.ratio(plain, wanted), fuzz.token_sort_ratio(plain, wanted))
    return ("close", round(score, 1)) if score >= CLOSE_SCORE else None


def _weigh(match: tuple[Match, float]) -> float:
    kind, score = match
    return score + 50.0 if kind == "exact" else score


@cache
def _aliases(key: str) -> Mapping[str, frozenset[str]]:
    """Other names for a fixed heading, by language; of other languages their own name is one too."""
    return {
        code: frozenset(
            plain_title(name)
            for name in (load_language(code).lesson[key], *load_language(code).other["heading_aliases"][key])
        )
        for code in language_codes()
    }


def _fixed_key(section: ExpectedSection) -> str:
    return "" if section.key == "topic" else section.key


_PART_KEYS: Mapping[SectionKey, tuple[str, ...]] = {"topic": TOPIC_PARTS, "summary": SUMMARY_PARTS}

_Groups = list[tuple[Heading | None, list[Block]]]


def _group(
    document: Document,
) -> tuple[tuple[Block, ...], tuple[Heading, ...], tuple[Block, ...], list[tuple[Heading, _Groups]]]:
    """The document's blocks by H1, H2 and H3; deeper headings belong to what stands above them."""
    before: list[Block] = []
    opening: list[Block] = []
    titles: list[Heading] = []
    raw: list[tuple[Heading, _Groups]] = []
    for section in document.sections:
        heading = section.heading
        if heading and heading.level == 1:
            titles.append(heading)
        elif heading and heading.level == 2:
            raw.append((heading, [(None, [])]))
        elif heading and heading.level == 3 and raw:
            raw[-1][1].append((heading, []))
        if raw:
            raw[-1][1][-1][1].extend(section.blocks)
        else:
            (opening if titles else before).extend(section.blocks)
    return tuple(before), tuple(titles), tuple(opening), raw


def _read_section(
    heading: Heading, groups: _Groups, end: int, found: tuple[int, Match, float] | None, form: LessonFormat
) -> LessonSection:
    expected = form.sections[found[0]] if found else None
    heads = [(head, blocks) for head, blocks in groups if head]
    keys = _PART_KEYS.get(expected.key, ()) if expected else ()
    wanted = list(zip(expected.parts, keys, strict=True)) if expected else []
    matches = match_titles([head.title for head, _ in heads], wanted, form.language.code)
    parts = []
    for index, (head, blocks) in enumerate(heads):
        match = matches.get(index)
        parts.append(
            LessonPart(head, tuple(blocks), wanted[match[0]][0], match[1], match[2])
            if match
            else LessonPart(head, tuple(blocks))
        )
    return LessonSection(
        heading,
        tuple(block for _, blocks in groups for block in blocks),
        tuple(groups[0][1]),
        tuple(parts),
        end,
        expected,
        found[1] if found else "exact",
        found[2] if found else 0.0,
    )
