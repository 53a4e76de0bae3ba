"""A guide's text as the sections of its format, its steps and its issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from coursewright.labs.brief import LabBrief
from coursewright.labs.format import LabFormat, lab_format
from coursewright.labs.names import ISSUE_PARTS, STEP_PARTS, Label, read_label, read_numbered, section_key
from coursewright.languages import Language
from coursewright.lessons.format import ExpectedSection, plain_title
from coursewright.lessons.parse import LessonSection, ParsedLesson, match_titles
from coursewright.markdown.document import Block, Heading
from coursewright.markdown.fences import mark_fenced
from coursewright.markdown.parse import parse_document


@dataclass(frozen=True, slots=True)
class LabPart:
    """A part of a step or of an issue, such as its expected output.

    Attributes:
        label: as it is written.
        text: what stands under it, its label's line included.
        line: the label's, from 1.
    """

    key: str
    label: str
    text: str
    line: int


@dataclass(frozen=True)
class LabEntry:
    """A step or an issue: an H3 and what stands under it.

    Attributes:
        number: as it is written; None where its heading has none.
        named: whether its heading says that it is a step or an issue.
        parts: by key, the first of each.
    """

    heading: Heading
    number: int | None
    title: str
    named: bool
    parts: Mapping[str, LabPart]
    last_line: int


@dataclass(frozen=True)
class ParsedLab:
    """A guide's text, read.

    Attributes:
        lesson: the text as the checks see it that labs share with lessons.
    """

    lesson: ParsedLesson
    language: Language

    @property
    def text(self) -> str:
        """The guide as it is written."""
        return self.lesson.text

    def section(self, key: str) -> LessonSection | None:
        """The section of this key, if the guide has it."""
        found = (one for one in self.lesson.sections if one.expected and str(one.expected.key) == key)
        return next(found, None)

    @cached_property
    def steps(self) -> tuple[LabEntry, ...]:
        """The H3s under the section of steps."""
        return tuple(self._entries("steps", "step", STEP_PARTS))

    @cached_property
    def issues(self) -> tuple[LabEntry, ...]:
        """The H3s under the section of troubles."""
        return tuple(self._entries("troubleshooting", "issue", ISSUE_PARTS))

    def _entries(self, section: str, kind: str, parts: Sequence[str]) -> Iterator[LabEntry]:
        found = self.section(section)
        if found is None:
            return
        headings = [
            heading
            for heading in self.lesson.document.headings
            if heading.level == 3 and found.heading.line < heading.line <= found.last_line
        ]
        ends = [heading.line - 1 for heading in headings[1:]] + [found.last_line]
        for heading, end in zip(headings, ends, strict=False):
            numbered = read_numbered(heading.title, kind, self.language)
            number, title = numbered or (None, heading.title)
            inside = dict(self._parts(heading.last_line, end, parts))
            yield LabEntry(heading, number, title, numbered is not None, inside, end)

    def _parts(self, first: int, last: int, keys: Sequence[str]) -> Iterator[tuple[str, LabPart]]:
        lines = self.lesson.lines[first:last]
        labels: list[tuple[int, Label]] = [
            (at, label)
            for at, (line, fenced) in enumerate(zip(lines, mark_fenced(lines), strict=True))
            if not fenced and (label := read_label(line, keys, self.language))
        ]
        ends = [at for at, _ in labels[1:]] + [len(lines)]
        seen: set[str] = set()
        for (at, label), end in zip(labels, ends, strict=False):
            if label.key not in seen:
                seen.add(label.key)
                text = "\n".join([label.rest, *lines[at + 1 : end]]).strip()
                yield label.key, LabPart(label.key, label.written, text, first + at + 1)


def parse_lab(text: str, brief: LabBrief) -> ParsedLab:
    """Read a guide. Any text can be read; what it lacks of the format is in ``lesson.missing``."""
    form = lab_format(brief)
    document = parse_document(text)
    before: list[Block] = []
    opening: list[Block] = []
    titles: list[Heading] = []
    raw: list[tuple[Heading, list[Block]]] = []
    for section in document.sections:
        if section.heading and section.heading.level == 1:
            titles.append(section.heading)
        elif section.heading and section.heading.level == 2:
            raw.append((section.heading, []))
        (raw[-1][1] if raw else opening if titles else before).extend(section.blocks)
    sections, missing = _read_sections(raw, text, form)
    lesson = ParsedLesson(
        text, document, form, tuple(titles), tuple(before), tuple(opening), sections, missing
    )
    return ParsedLab(lesson, brief.language)


def _read_sections(
    raw: Sequence[tuple[Heading, list[Block]]], text: str, form: LabFormat
) -> tuple[tuple[LessonSection, ...], tuple[ExpectedSection, ...]]:
    known = [section_key(heading.title, form.language) for heading, _ in raw]
    wanted = {str(section.key): section.title for section in form.sections}
    named = [wanted.get(key, heading.title) for key, (heading, _) in zip(known, raw, strict=True)]
    matches = match_titles(named, [(section.title, "") for section in form.sections], form.language.code)
    ends = [heading.line - 1 for heading, _ in raw[1:]] + [len(text.split("\n"))]
    sections = []
    for index, ((heading, blocks), end) in enumerate(zip(raw, ends, strict=False)):
        section = LessonSection(heading, tuple(blocks), tuple(blocks), (), end)
        if match := matches.get(index):
            expected = form.sections[match[0]]
            own = plain_title(heading.title) == plain_title(expected.title)
            kind = match[1] if own or not known[index] else "translated"
            section = replace(section, expected=expected, match=kind, score=match[2])
        sections.append(section)
    found = {place for place, _, _ in matches.values()}
    missing = tuple(section for place, section in enumerate(form.sections) if place not in found)
    return tuple(sections), missing
