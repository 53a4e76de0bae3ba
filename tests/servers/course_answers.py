"""What a good model answers about a course: lessons and labs, made from its outline alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from servers.calls import Call
from servers.lab_text import good_lab, good_plan
from servers.lesson_text import good_lesson

from coursewright.labs.brief import brief_lab, plan_from_outline
from coursewright.languages import load_language
from coursewright.lessons.brief import brief_lesson
from coursewright.outline.load import load_outline
from coursewright.outline.model import lesson_id

Answer = Callable[[Call], str]

HOUSE_LANGUAGE = "es"


def answer_from_outline(
    outline: Path | bytes | Callable[[], bytes],
    language: str | None = None,
    *,
    length: float | tuple[float, float] = 1.0,
    seed: int = 0,
    others: Mapping[str, Answer] | None = None,
) -> Answer:
    """An answer for each request: the lesson or the lab that the request's item names, or the labs' plan.

    Args:
        outline: a file (read anew for each request, so it may be edited), bytes, or a function that gives
            the outline as it is at the time of the request.
        language: for an outline that names none; else the house default.
        length: of the lessons, against their targets; or the bounds between which it is drawn.
        seed: for the lengths.
        others: answers to other kinds of items, by the kind (``visuals``), or instead of these.
    """
    bounds = (length, length) if isinstance(length, int | float) else length
    load = lru_cache(maxsize=8)(load_outline)

    def read() -> bytes:
        if callable(outline):
            return outline()
        return outline if isinstance(outline, bytes) else outline.read_bytes()

    def answer(call: Call) -> str:
        if others and call.kind in others:
            return others[call.kind](call)
        course = load(read())
        words = load_language(course.language or language or HOUSE_LANGUAGE)
        if call.item == "lab-plan":
            return good_plan(call.prompt, words.code)
        for module, owner, lab in course.labs:
            if call.item == f"lab/{lab.id}":
                planned = plan_from_outline(module, owner, lab)
                return good_lab(brief_lab(course, module, owner, lab, planned, words))
        for module, lesson in course.lessons:
            if call.item == f"lesson/{lesson_id(module.number, lesson.number)}":
                share = random.Random(f"{seed} {call.item}").uniform(*bounds)
                return good_lesson(brief_lesson(course, module, lesson, words), length=share)
        return f"There is nothing to say about {call.item or 'a request without an item'}."

    return answer
