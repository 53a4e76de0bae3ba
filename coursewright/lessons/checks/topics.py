"""Each topic of the outline has a section of its own, by its title, in the outline's order."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.findings import Finding, Severity
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.format import plain_title

MERGED_SCORE = 85.0
"""The likeness of a part of a heading to a topic, of 100, from which the heading is taken to cover it too."""
SAME_SCORE = 90.0
"""The likeness, of 100, from which a topic's heading differs only in small things."""


def check_topics(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Each topic is there, by its title, in order."""
    from rapidfuzz import fuzz

    lesson = subject.lesson
    for missing in lesson.missing:
        if missing.topic is None:
            continue
        wanted = plain_title(missing.title)
        message = f"The topic “{missing.title}” has no section of its own"
        best, where = 0.0, None
        for heading in lesson.document.headings:
            # A heading that names two topics holds each of them as a part.
            score = fuzz.partial_ratio(wanted, plain_title(heading.title)) if heading.title else 0.0
            if len(plain_title(heading.title)) >= len(wanted) * 0.8 and score > best:
                best, where = score, heading
        if where is not None and best >= MERGED_SCORE and plain_title(where.title) == wanted:
            message += f"; it stands in line {where.line} at another level or out of order"
        elif where is not None and best >= MERGED_SCORE:
            message += f"; “{where.title}” (likeness {best:.0f} of 100) merges it with something else"
        elif where is not None and best >= 50:
            message += f"; the nearest heading is “{where.title}” (likeness {best:.0f} of 100)"
        message += (
            f". Write “## {missing.title}” as topic {missing.topic + 1} of {len(lesson.format.topics)}."
        )
        yield subject.find("topics", "error", message, where=missing.title)
    for section in lesson.sections:
        if section.expected is None or section.expected.topic is None:
            continue
        wanted = section.expected.title
        if plain_title(section.heading.title) == plain_title(wanted):
            continue
        score = fuzz.ratio(plain_title(section.heading.title), plain_title(wanted))
        severity: Severity = "warning" if score >= SAME_SCORE else "error"
        yield subject.find(
            "topics",
            severity,
            f"The heading “## {section.heading.title}” is not the topic's title (likeness {score:.0f} of "
            "100); "
            f"write “## {wanted}”.",
            section.heading.line,
            section.heading.title,
        )
