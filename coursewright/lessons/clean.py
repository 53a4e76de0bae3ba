"""Mending what can be mended in a model's reply without asking the model again.

Each mend is noted as a finding: a ``note`` where nobody would see a difference, else a ``warning``. What
cannot be mended with certainty is left as it is, for the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

from coursewright.findings import Finding
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.characters import mend_characters, mend_spaces
from coursewright.lessons.mend.code import name_fences
from coursewright.lessons.mend.headings import mend_headings
from coursewright.lessons.mend.html import mend_html
from coursewright.lessons.mend.lists import mend_objectives, mend_references
from coursewright.lessons.mend.tables import pad_tables
from coursewright.lessons.mend.visuals import mend_visuals
from coursewright.lessons.mend.wrapping import (
    drop_ending,
    drop_front_matter,
    drop_preamble,
    drop_thinking,
    unwrap_fence,
)
from coursewright.lessons.number import number_lesson
from coursewright.markdown.document import LONGEST_TEXT

_STEPS = (
    drop_thinking,
    unwrap_fence,
    drop_front_matter,
    mend_headings,
    drop_preamble,
    mend_html,
    mend_visuals,
    name_fences,
    pad_tables,
    mend_objectives,
    mend_references,
    drop_ending,
    mend_spaces,
)


_REVEALING = (mend_html, mend_visuals)
"""Steps that break lines apart; what they bring to light may be an earlier step's to mend."""

_MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A reply after mending, and what was mended."""

    text: str
    findings: tuple[Finding, ...]


def clean_reply(text: str, brief: LessonBrief) -> Cleaned:
    """Mend a reply as far as that is certain, and put the program's numbers in.

    Doing it twice changes nothing more.
    """
    text, findings = mend_characters(text, brief)
    if len(text) > LONGEST_TEXT:
        return Cleaned(text, tuple(findings))
    for _ in range(_MOST_ROUNDS):
        revealed = False
        for step in _STEPS:
            before = text
            text, found = step(text, brief)
            findings += found
            revealed = revealed or (step in _REVEALING and text != before)
        if not revealed:
            break
    text = number_lesson(text, brief.module_number, brief.lesson_number, brief.language)
    return Cleaned(text, tuple(findings))
