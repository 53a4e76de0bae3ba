"""What a run would take: calls, tokens, money and time, as ranges, before anything is spent."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from coursewright.counting import say_count
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.estimate import estimate_lesson
from coursewright.lessons.length import tokens_for
from coursewright.lessons.pieces import list_pieces
from coursewright.models.base import Usage
from coursewright.models.prices import price
from coursewright.models.tokens import estimate_tokens
from coursewright.project.course import Course
from coursewright.project.illustrations import PICTURES_A_LESSON
from coursewright.project.prepare import PreparedRun
from coursewright.prompts import prompt_text
from coursewright.visuals.illustrate import MOST_TOKENS_A_PICTURE, full_image_name, prompt_limit

Range = tuple[float, float]

_TOKENS_A_SECOND = (35.0, 80.0)
"""Output tokens a second of one slot: 28 lessons of the earlier system took 46 to 78 s for 1,600 to 3,000
words, 7 long ones 119 to 235 s for 4,300 to 8,400, at about 1.5 tokens a word."""

_SLOTS = 2

_SECTION_TOKENS = 1_700
"""The most that the call which plans a lesson's figures is shown of a topic's section."""

_SCHEMA_TOKENS = 2_000
"""The form of figures, which some providers count as input."""

_FIGURE_TOKENS = (150, 900)
"""Output tokens of one figure's description."""

_FIGURE_REPAIRS = 0.5
"""The share of lessons whose figures are asked for once more, at the high end."""

_CHARACTERS_A_TOKEN = 3
"""Of a picture's prompt, at the low end."""

_LAB_CALL = ((3_000, 9_000), (2_500, 6_000))
"""Input and output tokens of one lab guide."""


@dataclass(frozen=True)
class RunEstimate:
    """Lowest and highest of each quantity that a run would use.

    Attributes:
        cost_usd: None where the model's price is not known.
        minutes: of generation on two slots, at the rates that the earlier system's runs had.
        pictures: that an image model may be asked for.
        pictures_usd: what they would cost beside that; None where the image model's price is not known.
    """

    items: int
    calls: Range
    input_tokens: Range
    output_tokens: Range
    cost_usd: Range | None
    minutes: Range
    pictures: Range
    pictures_usd: Range | None

    def as_json(self) -> dict[str, Any]:
        """The estimate as plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    def as_text(self) -> str:
        """The estimate for a person."""
        lines = [
            f"{say_count(self.items, 'item')} to write",
            f"calls          {self.calls[0]:,.0f} to {self.calls[1]:,.0f}",
            f"input tokens   {self.input_tokens[0]:,.0f} to {self.input_tokens[1]:,.0f}",
            f"output tokens  {self.output_tokens[0]:,.0f} to {self.output_tokens[1]:,.0f}",
            f"cost           {_say_dollars(self.cost_usd)}",
            f"time           {_say_minutes(self.minutes)} with two batches at once",
        ]
        if self.pictures[1]:
            lines += [
                f"pictures       {self.pictures[0]:,.0f} to {self.pictures[1]:,.0f}",
                f"their cost     {_say_dollars(self.pictures_usd)}, beside that",
            ]
        return "\n".join(lines)


def _say_dollars(cost: Range | None) -> str:
    if cost is None:
        return "unknown"
    return f"${cost[0]:.2f} to ${cost[1]:.2f}" if cost[1] else "nothing"


def _say_minutes(minutes: Range) -> str:
    least, most = round(minutes[0]), round(minutes[1])
    return f"{least or 'under 1'} to {most} min" if most else "under 1 min"


def estimate_course(course: Course) -> RunEstimate:
    """What making the whole course would take, if nothing of it were finished."""
    wants_lessons = course.settings.content != "labs"
    wants_labs = course.settings.content != "theory"
    return _estimate(course, course.lessons if wants_lessons else (), course.labs if wants_labs else ())


def estimate_run(prepared: PreparedRun) -> RunEstimate:
    """What a run would take, as it was decided."""
    lessons = [place for place, plan in prepared.lessons.items() if plan.selected and plan.todo == "write"]
    labs = [place for place, plan in prepared.labs.items() if plan.selected and plan.todo == "write"]
    return _estimate(prepared.course, lessons, labs)


def _estimate(course: Course, lessons: Iterable[str], labs: Iterable[str]) -> RunEstimate:
    calls, inputs, outputs, money = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    known = True
    count = illustrated = 0
    # Whoever serves a model has prices of its own; the run will ask at this address.
    address = os.environ.get("OPENAI_BASE_URL") or None

    def add(model: str, tokens_in: tuple[int, int], tokens_out: tuple[int, int], most_calls: Range) -> None:
        nonlocal known
        for end in (0, 1):
            calls[end] += most_calls[end]
            inputs[end] += tokens_in[end]
            outputs[end] += tokens_out[end]
            cost = price(model, Usage(tokens_in[end], tokens_out[end]), api_url=address)
            known = known and cost is not None
            money[end] += cost or 0.0

    for place in lessons:
        count += 1
        settings = course.settings_for(place)
        brief = course.brief(place)
        estimate = estimate_lesson(brief, settings.way_of_writing, settings.models[0])
        add(settings.models[0], estimate.input_tokens, estimate.output_tokens, estimate.calls)
        illustrated += settings.visuals == "diagrams and illustrations"
        if settings.visuals != "none" and not settings.models[0].startswith("embedded"):
            add(settings.models[0], *_estimate_figures(brief))
    for index, _ in enumerate(labs):
        count += 1
        if index % 10 == 0:
            add(course.settings.models[0], *_LAB_CALL, (1, 3))
        add(course.settings.models[0], *_LAB_CALL, (1, 3))
    pictures = min(illustrated * PICTURES_A_LESSON, course.settings.max_illustrations)
    slow, quick = _TOKENS_A_SECOND
    return RunEstimate(
        items=count,
        calls=(round(calls[0]), round(calls[1])),
        input_tokens=(round(inputs[0]), round(inputs[1])),
        output_tokens=(round(outputs[0]), round(outputs[1])),
        cost_usd=(round(money[0], 4), round(money[1], 4)) if known else None,
        minutes=(round(outputs[0] / quick / _SLOTS / 60, 1), round(outputs[1] / slow / _SLOTS / 60, 1)),
        pictures=(0, pictures),
        pictures_usd=_price_pictures(course.settings.image_model, pictures, address) if pictures else (0, 0),
    )


def _price_pictures(model: str, pictures: int, address: str | None) -> Range | None:
    """The planner may want none; the largest of best quality cost the most."""
    largest = Usage(prompt_limit(model) // _CHARACTERS_A_TOKEN, MOST_TOKENS_A_PICTURE)
    cost = price(full_image_name(model), largest, api_url=address)
    return None if cost is None else (0.0, round(pictures * cost, 4))


def _estimate_figures(brief: LessonBrief) -> tuple[tuple[int, int], tuple[int, int], Range]:
    """Input tokens, output tokens and calls for the figures of a lesson, one a topic."""
    topics = len(brief.topics)
    words = sum(piece.words for piece in list_pieces(brief) if piece.topic == 1)
    once = estimate_tokens(prompt_text("figures")) + topics * min(tokens_for(words, brief), _SECTION_TOKENS)
    again = 1 + _FIGURE_REPAIRS
    return (
        (round(once * 0.6), round((once + _SCHEMA_TOKENS) * again)),
        (topics * _FIGURE_TOKENS[0], round(topics * _FIGURE_TOKENS[1] * again)),
        (1, again),
    )
