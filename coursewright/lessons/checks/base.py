"""What a check of a lesson is given and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from coursewright.findings import Finding, Severity
from coursewright.languages import Language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks.verdicts import Verdict
from coursewright.lessons.parse import ParsedLesson
from coursewright.markdown.document import Passage
from coursewright.markdown.fences import mark_fenced


@dataclass(frozen=True)
class LessonUnderCheck:
    """A lesson and all that its checks may ask about.

    Attributes:
        links: what is known of links by their address; None where no link was checked.
    """

    lesson: ParsedLesson
    brief: LessonBrief
    links: Mapping[str, Verdict] | None = None

    @property
    def language(self) -> Language:
        """The language the lesson should be in."""
        return self.brief.language

    @property
    def text(self) -> str:
        """The lesson as it is written."""
        return self.lesson.text

    @cached_property
    def fenced(self) -> list[bool]:
        """For each line, whether it is code."""
        return mark_fenced(self.lesson.lines)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """All passages, titles of the brief taken out: a title may hold any words."""
        titles = [self.brief.title, self.brief.module_title, self.brief.course_title, *self.brief.topics]
        names = sorted({title for title in titles if len(title) > 3}, key=len, reverse=True)
        if not names:
            return tuple(self.lesson.document.passages)
        pattern = re.compile("|".join(re.escape(name) for name in names), re.IGNORECASE)
        return tuple(
            Passage(
                passage.line,
                pattern.sub(" ", passage.text),
                pattern.sub(" ", passage.prose),
                passage.links,
                passage.within,
            )
            for passage in self.lesson.document.passages
        )

    def prose_lines(self) -> Iterator[tuple[int, str]]:
        """The lines outside code, with their numbers from 1."""
        for number, (line, fenced) in enumerate(zip(self.lesson.lines, self.fenced, strict=True), 1):
            if not fenced and line.strip():
                yield number, line

    def find(
        self, check: str, severity: Severity, message: str, line: int | None = None, where: str = ""
    ) -> Finding:
        """A finding at a line, under the heading that the line stands under."""
        if not where and line is not None:
            where = self.lesson.heading_at(line)
        return Finding(check, severity, message, where, line)


Run = Callable[[LessonUnderCheck], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name. `says` is what it holds a lesson to, in a sentence."""

    name: str
    says: str
    run: Run


@cache
def compile_any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that matches where any of these does, without regard to case."""
    return re.compile(
        "|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)", re.IGNORECASE | re.MULTILINE
    )


def word_pattern(language: Language, key: str) -> re.Pattern[str]:
    """The patterns that the language's file has under `key`, as one."""
    return compile_any(tuple(language.other[key]))


def quote(text: str, most: int = 60) -> str:
    """A piece of a text for a message: on one line and shortened."""
    words = " ".join(text.split())
    return f"“{words[: most - 1]}…”" if len(words) > most else f"“{words}”"
