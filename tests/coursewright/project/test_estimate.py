"""The estimate of a course holds what a run then uses, whatever lengths its lessons come out at."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from servers.lesson_text import good_lesson
from servers.random_figures import random_figure

from coursewright.lessons.write_whole import whole_messages
from coursewright.models.base import Request, Usage
from coursewright.models.prices import price
from coursewright.models.scripted import ScriptedModel
from coursewright.outline.load import load_outline
from coursewright.project.course import Course
from coursewright.project.estimate import RunEstimate, estimate_course
from coursewright.project.settings import Wanted, settle
from coursewright.store.open import open_store
from coursewright.visuals.illustrate import MOST_TOKENS_A_PICTURE
from coursewright.visuals.plan import plan_figures

MODEL = "bedrock:amazon.nova-pro-v1:0"
SMALL = b"modules:\n- title: A\n  lessons:\n  - title: B\n"
COUNTERS: dict[str, Callable[[str], int]] = {
    "characters": lambda text: len(text) // 4,
    "words": lambda text: round(len(text.split()) * 1.5),
}


def course_of(data: bytes, model: str = MODEL, **wanted: Any) -> Course:
    outline = load_outline(data)
    settings = settle(outline, Wanted(models=(model,), **{"visuals": "none", **wanted}), None)
    return Course(open_store("."), "estimate", outline, settings, {})


def test_one_item_is_told_as_one() -> None:
    course = course_of(SMALL)
    assert estimate_course(course).as_text().startswith("1 item to write\n")
    two = replace(estimate_course(course), items=2_000)
    assert two.as_text().startswith("2,000 items to write\n")


@pytest.mark.shared
@pytest.mark.parametrize("counter", COUNTERS)
def test_the_42_lessons_are_within_the_range_in_nine_of_ten_seeds(
    shared_outlines: Path, counter: str
) -> None:
    count = COUNTERS[counter]
    course = course_of((shared_outlines / "seguridad-ia-42-lecciones.yaml").read_bytes())
    estimate = estimate_course(course)
    assert estimate.cost_usd is not None
    briefs = [course.brief(place) for place in course.lessons]
    read = sum(count(message.text) for brief in briefs for message in whole_messages(brief))
    held = 0
    for seed in range(10):
        chance = random.Random(seed)
        written = sum(count(good_lesson(brief, length=chance.uniform(0.7, 1.3))) for brief in briefs)
        paid = price(MODEL, Usage(read, written)) or 0.0
        held += (
            estimate.calls[0] <= len(briefs) <= estimate.calls[1]
            and estimate.input_tokens[0] <= read <= estimate.input_tokens[1]
            and estimate.output_tokens[0] <= written <= estimate.output_tokens[1]
            and estimate.cost_usd[0] <= paid <= estimate.cost_usd[1]
        )
    assert held >= 9


def test_a_price_is_looked_up_where_the_run_will_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for address in ("", "https://api.groq.com/openai/v1"):
        monkeypatch.setenv("OPENAI_BASE_URL", address)
        costs.append(estimate_course(course_of(SMALL, "openai:llama-3.1-8b-instant")).cost_usd)
    assert costs[0] is None
    assert costs[1] is not None and costs[1][0] > 0


def test_an_unknown_price_is_unknown_and_never_nothing() -> None:
    estimate = estimate_course(course_of(SMALL, "openai:my-own"))
    assert estimate.cost_usd is None
    assert "cost           unknown" in estimate.as_text()


def test_figures_are_counted_where_they_are_wanted() -> None:
    without, with_figures = (
        estimate_course(course_of(SMALL, visuals=wanted)) for wanted in ("none", "diagrams")
    )
    assert with_figures.calls[0] == without.calls[0] + 1
    assert with_figures.output_tokens[0] > without.output_tokens[0]


THREE = yaml.safe_dump(
    {"modules": [{"title": "A", "lessons": [{"title": title} for title in "BCD"]}]}
).encode()


@pytest.mark.parametrize(("most", "pictures"), [(10, 3), (2, 2), (0, 0)])
def test_pictures_are_counted_where_they_are_wanted_and_may_be_made(most: int, pictures: int) -> None:
    def estimated(model: str) -> RunEstimate:
        wanted = {"visuals": "diagrams and illustrations", "image_model": model, "max_illustrations": most}
        return estimate_course(course_of(THREE, **wanted))

    drawn = estimate_course(course_of(THREE, visuals="diagrams"))
    by_the_token, by_the_picture = estimated("openai:gpt-image-1"), estimated("bedrock")
    assert drawn.pictures == (0, 0) and "pictures" not in drawn.as_text()
    assert by_the_token.pictures == by_the_picture.pictures == (0, pictures)
    assert by_the_token.cost_usd == by_the_picture.cost_usd == drawn.cost_usd
    dollars = price("openai:gpt-image-1", Usage(0, MOST_TOKENS_A_PICTURE)) or 0.0
    assert by_the_token.pictures_usd is not None
    assert pictures * dollars <= by_the_token.pictures_usd[1] <= 1.1 * pictures * dollars
    assert by_the_picture.pictures_usd == (None if pictures else (0, 0))
    assert ("their cost     unknown" in by_the_picture.as_text()) == bool(pictures)


@pytest.mark.parametrize("topics", [1, 4])
def test_what_figures_take_is_within_the_range_too(topics: int) -> None:
    data = yaml.safe_dump(
        {"modules": [{"title": "A", "lessons": [{"title": "B", "topics": [f"T{n}" for n in range(topics)]}]}]}
    ).encode()
    without, with_figures = (
        estimate_course(course_of(data, visuals=wanted)) for wanted in ("none", "diagrams")
    )
    course = course_of(data)
    chance = random.Random(3)

    def describe(request: Request) -> str:
        ids = re.findall(r"\d\d-\d\d-\d{4}", request.messages[0].text.partition("are asked for")[2])
        told = {"title": "Lo que sigue", "purpose": "Muestra lo que sigue a cada paso y quién lo hace."}
        figures = [{**random_figure(chance), **told, "id": one} for one in dict.fromkeys(ids)]
        return json.dumps({"figures": figures})

    model = ScriptedModel(describe)
    lesson = good_lesson(course.brief("01-01"), numbered=True)
    planning = plan_figures(lesson, language=course.language, model=model, item="visuals/01-01")
    assert len(planning.figures) == topics
    assert (
        with_figures.input_tokens[0] - without.input_tokens[0]
        <= planning.usage.input
        <= with_figures.input_tokens[1] - without.input_tokens[1]
    )
    assert (
        with_figures.output_tokens[0] - without.output_tokens[0]
        <= planning.usage.output
        <= with_figures.output_tokens[1] - without.output_tokens[1]
    )
