"""What a lesson will take is told as a range that holds what it then takes."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest
from servers.lesson_text import good_lesson, make_brief
from servers.text_faults import TEXT_FAULTS

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.estimate import Estimate, estimate_lesson
from coursewright.lessons.produce import produce_lesson
from coursewright.models.base import Request
from coursewright.models.scripted import ScriptedModel
from coursewright.models.tokens import estimate_tokens

COUNTERS: dict[str, Callable[[str], int]] = {
    "characters": lambda text: len(text) // 4,
    "words": lambda text: round(len(text.split()) * 1.3),
    "ours": estimate_tokens,
}


def course(language: str) -> list[LessonBrief]:
    targets = (1000, 1500, 2400, 4200)
    return [
        make_brief(language, target_words=target, module_number=number, course_outline="- A lesson\n" * 40)
        for number, target in enumerate(targets, 1)
    ]


def sum_of(briefs: list[LessonBrief], writing: str) -> Estimate:
    total = Estimate()
    for brief in briefs:
        total += estimate_lesson(brief, writing, "openai:any")
    return total


@cache
def exchanges(language: str) -> list[list[tuple[str, str]]]:
    """What was asked and answered for the course, ten times with lessons of other lengths."""
    courses = []
    for seed in range(10):
        chance = random.Random(seed)
        said: list[tuple[str, str]] = []
        for brief in course(language):
            lesson = good_lesson(brief, length=chance.uniform(0.7, 1.3), seed=seed)

            def answer(request: Request, lesson: str = lesson, said: list[tuple[str, str]] = said) -> str:
                said.append(("".join(message.text for message in request.messages), lesson))
                return lesson

            produce_lesson(brief, ScriptedModel(answer), writing="whole")
        courses.append(said)
    return courses


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("counter", COUNTERS)
def test_the_range_holds_lessons_of_7_to_13_tenths_of_their_target(language: str, counter: str) -> None:
    estimate = sum_of(course(language), "whole")
    count = COUNTERS[counter]
    held = 0
    for said in exchanges(language):
        held += (
            estimate.input_tokens[0] <= sum(count(asked) for asked, _ in said) <= estimate.input_tokens[1]
            and estimate.output_tokens[0] <= sum(count(got) for _, got in said) <= estimate.output_tokens[1]
            and estimate.calls[0] <= len(said) <= estimate.calls[1]
        )
    assert held >= 9


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_lesson_that_is_repaired_as_often_as_may_be_stays_below_the_most(language: str) -> None:
    brief = make_brief(language)
    estimate = estimate_lesson(brief, "whole", "openai:any")
    bad = TEXT_FAULTS["topic-missing"](good_lesson(brief, length=1.5))
    draft = produce_lesson(brief, ScriptedModel(lambda _: bad), writing="whole")
    assert draft.repairs == 2
    assert draft.usage.input <= estimate.most_tokens[0]
    assert draft.usage.output <= estimate.most_tokens[1]


@pytest.mark.parametrize("writing", ["whole", "sections"])
def test_an_estimate_is_a_range_and_sections_read_more(writing: str) -> None:
    estimate = sum_of(course("en"), writing)
    for low, high in (estimate.calls, estimate.input_tokens, estimate.output_tokens):
        assert 0 < low < high <= 5 * low
    assert estimate.most_tokens[1] >= estimate.output_tokens[1]
    assert sum_of(course("en"), "sections").input_tokens[0] > sum_of(course("en"), "whole").input_tokens[1]


def test_a_model_may_be_given_instead_of_its_name() -> None:
    brief = make_brief()
    assert estimate_lesson(brief, "whole", ScriptedModel([])) == estimate_lesson(brief, "whole", "openai:any")


def test_the_embedded_model_takes_many_small_requests_whatever_the_way_of_writing() -> None:
    brief = make_brief(demonstration=True)
    whole = estimate_lesson(brief, "whole", "embedded")
    assert whole == estimate_lesson(brief, "sections", "embedded")
    assert whole == estimate_lesson(brief, "sections", ScriptedModel([], demonstration=True))
    assert whole.calls[0] > 10
