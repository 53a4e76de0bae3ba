"""Spoiled lessons through everything that reads one, with a fixed seed, a bounded time and a kept corpus.

A text that breaks something is written to ``tests/corpus/lessons/fuzz/`` and tried on every run from then on.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from pathlib import Path

import pytest
from servers.bad_replies import bad_replies
from servers.lesson_text import good_lesson, make_brief
from servers.rough_markdown import mutate

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks import check_lesson
from coursewright.lessons.clean import clean_reply
from coursewright.lessons.number import number_lesson, strip_numbers
from coursewright.lessons.parse import parse_lesson
from coursewright.markdown.document import format_document

CORPUS = Path(__file__).parents[1] / "corpus" / "lessons" / "fuzz"
KEPT = sorted(CORPUS.glob("*.md"))
SEED = int(os.environ.get("COURSEWRIGHT_FUZZ_SEED", "20"))
SECONDS = float(os.environ.get("COURSEWRIGHT_FUZZ_SECONDS", "6"))
BRIEF = make_brief("es")


def put_through(text: str, brief: LessonBrief) -> None:
    """Read, number, mend and check a text; what must hold for every text is asserted."""
    assert format_document(parse_lesson(text, brief).document) == text
    numbered = number_lesson(text, 1, 2, brief.language)
    assert number_lesson(numbered, 1, 2, brief.language) == numbered
    assert strip_numbers(numbered) == strip_numbers(number_lesson(numbered, 30, 41, brief.language))
    cleaned = clean_reply(text, brief).text
    assert clean_reply(cleaned, brief).text == cleaned
    check_lesson(text, brief)
    check_lesson(cleaned, brief)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_once_broke_something_breaks_nothing_now(path: Path) -> None:
    put_through(path.read_bytes().decode("utf-8", "surrogatepass"), BRIEF)


def test_spoiled_lessons_break_nothing() -> None:
    chance = random.Random(SEED)
    sources = [good_lesson(BRIEF), *(case.write(BRIEF) for case in bad_replies() if case.speaks("es"))]
    until = time.monotonic() + SECONDS
    tried = 0
    while time.monotonic() < until or not tried:
        text = mutate(chance.choice(sources) or "x", chance)
        try:
            put_through(text, BRIEF)
        except Exception:
            data = text.encode("utf-8", "surrogatepass")
            CORPUS.mkdir(exist_ok=True)
            (CORPUS / f"{hashlib.sha256(data).hexdigest()[:12]}.md").write_bytes(data)
            raise
        tried += 1
