"""Whether sentences of a plan may stand in a guide: their language, and what no guide may say."""

from __future__ import annotations

from collections.abc import Iterable

from coursewright.bloom import BloomLevel
from coursewright.labs.brief import LabBrief
from coursewright.labs.checks.base import LabUnderCheck
from coursewright.labs.parse import parse_lab
from coursewright.languages import Language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.checks.language import check_language
from coursewright.lessons.format import one_line
from coursewright.lessons.parse import parse_lesson


def unprintable(sentence: str, language: Language) -> tuple[str, ...]:
    """What checks of a guide find in a sentence that would be put into one; empty where it may be."""
    from coursewright.labs.checks.registry import SENTENCE_CHECKS

    brief = LabBrief("01-01-01", "", "", language, 1.0, "beginner", (BloomLevel.APPLY,))
    subject = LabUnderCheck(parse_lab(f"{one_line(sentence)}\n", brief), brief)
    found = (finding for check in SENTENCE_CHECKS for finding in check(subject))
    return tuple(finding.message for finding in found if finding.severity == "error")


def foreign_words(sentences: Iterable[str], language: Language) -> tuple[str, ...]:
    """What the check of the language says of these sentences; empty where they are in it."""
    # Together, too: short lines alone are too little to tell a language by.
    lines = [one.strip() for one in sentences if one.strip()]
    text = "\n\n".join([*lines, " ".join(f"{line.rstrip('.')}." for line in lines)])
    brief = LessonBrief(1, 1, "", "", language, (), 0.0, 0, ())
    subject = LessonUnderCheck(parse_lesson(text, brief), brief)
    return tuple(finding.message for finding in check_language(subject))
