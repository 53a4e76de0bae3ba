"""A model on loopback that writes good lessons and figures, and takes as long as it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.figure_answers import good_figures
from servers.openai_server import OpenAIServer
from servers.small_course import as_yaml, many_lessons

from coursewright.outline import load_outline
from coursewright.outline.model import lesson_id

Seconds = float | Callable[[Call], float]


def course_of(modules: int, lessons: int, minutes: int = 20) -> bytes:
    """An outline of so many modules with so many lessons each: 1,000 words in 20 minutes, 3,000 in 60."""
    outline = many_lessons(modules, lessons)
    for module in outline["modules"]:
        for lesson in module["lessons"]:
            lesson["duration_minutes"] = minutes
    return as_yaml(outline)


def model_for(outline: bytes, *, seconds: Seconds = 0.0, **more: Any) -> OpenAIServer:
    """A model that writes good lessons of this outline, each in so many seconds.

    The texts are made beforehand: what the model's own process does is not what is measured.
    """
    answer = answer_from_outline(outline)
    course = load_outline(outline, name="benchmark")
    items = [f"lesson/{lesson_id(module.number, lesson.number)}" for module, lesson in course.lessons]
    texts = {item: answer(Call(1, 1, item, "good", ())) for item in items}
    return OpenAIServer(
        lambda call: texts.get(call.item, ""), answers={"visuals": good_figures}, seconds=seconds, **more
    )


def first_request(model: OpenAIServer) -> float:
    """When the model was first asked, in seconds since the epoch."""
    return min(entry.t_in for entry in model.entries)
