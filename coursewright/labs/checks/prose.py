"""Whether some sentences are in the language that they should be in, outside a guide."""

from __future__ import annotations

from collections.abc import Iterable

from coursewright.languages import Language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.checks.language import check_language
from coursewright.lessons.parse import parse_lesson


def foreign_words(sentences: Iterable[str], language: Language) -> tuple[str, ...]:
    """What the check of the language says of these sentences; empty where they are in it."""
    # Together, too: short lines alone are too little to tell a language by.
    lines = [one.strip() for one in sentences if one.strip()]
    text = "\n\n".join([*lines, " ".join(f"{line.rstrip('.')}." for line in lines)])
    brief = LessonBrief(1, 1, "", "", language, (), 0.0, 0, ())
    subject = LessonUnderCheck(parse_lesson(text, brief), brief)
    return tuple(finding.message for finding in check_language(subject))
