"""Visual tags: at least one a topic, alone on its line, 10 to 20 words, never for tables or code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coursewright.findings import Finding
from coursewright.lessons.checks.base import LessonUnderCheck, quote, word_pattern
from coursewright.lessons.format import FEWEST_VISUAL_WORDS, MOST_VISUAL_WORDS
from coursewright.lessons.number import VISUAL_TAG, visual_description

_STARTED = re.compile(r"\[[ \t]*VISUAL\b", re.IGNORECASE)
_INVENTED = re.compile(
    r"^[ \t*_>-]*\[[ \t]*(?P<name>[A-ZÁÉÍÓÚÑÇÃÕ][A-ZÁÉÍÓÚÑÇÃÕ _-]{2,24})[ \t]*"
    r"(?:\d[\d. -]*)?:[^\]\n]*\][*_ \t]*$"
)
_FORM = "[VISUAL: description]"


def check_visuals(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Tags as the format asks; their numbers are the program's and are not looked at."""
    lines = subject.lesson.lines
    tagged: list[int] = []
    for number, (line, fenced) in enumerate(zip(lines, subject.fenced, strict=True), 1):
        if fenced:
            if "VISUAL" in line and VISUAL_TAG.search(line):
                yield subject.find(
                    "visuals",
                    "warning",
                    "A visual tag stands inside code, where it is printed as it is; move it out of the "
                    "fence.",
                    number,
                )
            continue
        if "[" not in line:
            continue
        tags = list(VISUAL_TAG.finditer(line))
        for tag in tags:
            tagged.append(number)
            yield from _check_description(subject, visual_description(tag["body"]), number)
        if tags and VISUAL_TAG.sub("", line).strip():
            yield subject.find(
                "visuals",
                "error",
                f"The visual tag in {quote(line)} is not alone on its line; give it a line of its own "
                "between "
                "blank lines.",
                number,
            )
        elif tags and len(tags) > 1:
            yield subject.find(
                "visuals", "error", "Two visual tags share a line; give each a line of its own.", number
            )
        if len(_STARTED.findall(line)) > len(tags):
            yield subject.find(
                "visuals",
                "error",
                f"The visual tag in {quote(line)} is not closed on its line; write it as {_FORM} on one "
                "line.",
                number,
            )
        if not tags and (invented := _INVENTED.match(line)):
            yield subject.find(
                "visuals",
                "error",
                f"There is no tag [{invented['name'].strip()}: …]; a diagram is {_FORM}, tables and code are "
                "Markdown, everything else is left out.",
                number,
            )
    yield from _check_images(subject)
    for section in subject.lesson.sections:
        if section.expected is None or section.expected.topic is None:
            continue
        if not any(section.heading.line <= line <= section.last_line for line in tagged):
            yield subject.find(
                "visuals",
                "error",
                f"The topic “{section.heading.title}” has no visual; add {_FORM} alone on a line, with a "
                f"description of {FEWEST_VISUAL_WORDS} to {MOST_VISUAL_WORDS} words.",
                section.heading.line,
                section.heading.title,
            )


def _check_description(subject: LessonUnderCheck, description: str, line: int) -> Iterator[Finding]:
    written = len(description.split())
    spoken = len(re.findall(r"\w+", description))
    within = range(FEWEST_VISUAL_WORDS, MOST_VISUAL_WORDS + 1)
    if written not in within and spoken not in within:
        yield subject.find(
            "visuals",
            "error",
            f"The visual's description {quote(description)} has {written} words; write {FEWEST_VISUAL_WORDS} "
            "to "
            f"{MOST_VISUAL_WORDS} that say what the diagram shows.",
            line,
        )
    if native := word_pattern(subject.language, "visual_natives").search(description):
        yield subject.find(
            "visuals",
            "error",
            f"The visual {quote(description)} asks for “{native[0].strip()}”; write tables and code as "
            "Markdown, "
            "and describe a diagram here.",
            line,
        )


def _check_images(subject: LessonUnderCheck) -> Iterator[Finding]:
    for passage in subject.lesson.document.passages:
        for link in passage.links:
            if link.image:
                yield subject.find(
                    "visuals",
                    "error",
                    f"The image {quote(link.text or link.url)} does not exist; write {_FORM} alone on a line "
                    "instead.",
                    link.line,
                )
