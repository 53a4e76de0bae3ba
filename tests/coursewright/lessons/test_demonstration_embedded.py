"""The embedded model itself: whatever its seed, it sets no lesson of the example aside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coursewright.languages import load_language
from coursewright.lessons.brief import brief_lesson
from coursewright.lessons.produce import LessonDraft, produce_lesson
from coursewright.models.opening import open_models
from coursewright.outline.load import load_outline

EXAMPLE = Path(__file__).parents[3] / "examples" / "web-basics.yaml"

pytestmark = pytest.mark.embedded


SPREAD = 10_000
"""Between the seeds of two lessons; a lesson's requests have seeds in a row."""


def write(seed: int, places: list[int]) -> list[LessonDraft]:
    """Lessons of the example, two at once as a run writes them."""
    outline = load_outline(EXAMPLE.read_bytes(), name=EXAMPLE.name)
    model = open_models("embedded")
    briefs = [
        brief_lesson(outline, module, lesson, load_language("en"), demonstration=True)
        for module, lesson in outline.lessons
    ]
    with ThreadPoolExecutor(2) as slots:
        jobs = [
            slots.submit(produce_lesson, briefs[at], model, writing="sections", seed=(4 * seed + at) * SPREAD)
            for at in places
        ]
        return [job.result() for job in jobs]


def assert_accepted(drafts: list[LessonDraft]) -> None:
    for draft in drafts:
        assert draft.accepted, [finding for finding in draft.findings if finding.severity == "error"]
        assert draft.words >= 0.7 * draft.target


def test_three_lessons_are_accepted() -> None:
    assert_accepted([*write(1, [0, 1]), *write(2, [2])])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 21))
def test_no_seed_sets_a_lesson_aside(seed: int) -> None:
    assert_accepted(write(seed, [0, 1, 2, 3]))
