"""The program's own numbers in a text, of a lesson or of a lab: put in, and left out of account."""

from __future__ import annotations

import re

from coursewright.languages import Language
from coursewright.lessons.number import number_lesson, strip_numbers

_LAB_HEADING = re.compile(r"^# (\w+) \d{2,}-\d{2,}-\d{2,}(?=:)", re.MULTILINE)


def number_text(text: str, place: str, language: Language) -> str:
    """The text with the numbers of its place: ``MM-LL`` for a lesson, ``MM-LL-NN`` for a lab."""
    if place.count("-") == 2:
        return _LAB_HEADING.sub(rf"# \1 {place}", text, count=1)
    module, lesson = (int(part) for part in place.split("-"))
    return number_lesson(text, module, lesson, language)


def strip_text_numbers(text: str) -> str:
    """The text with all of the program's numbers in their neutral form."""
    return _LAB_HEADING.sub(r"# \1 00-00-00", strip_numbers(text), count=1)
