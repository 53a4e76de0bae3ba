"""How long a lesson should be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.bloom import BloomLevel
from coursewright.lessons.target import resolve_bloom, resolve_minutes, target_words
from coursewright.outline.model import Lesson, Module


def make_module(
    minutes: float | None = None, levels: tuple[BloomLevel, ...] = (), lessons: int = 4
) -> Module:
    return Module(
        1,
        "M",
        tuple(Lesson(number, f"L{number}") for number in range(1, lessons + 1)),
        duration_minutes=minutes,
        bloom_levels=levels,
    )


@pytest.mark.parametrize(
    ("minutes", "level", "topics", "labs", "words"),
    [
        (30, BloomLevel.REMEMBER, 0, 0, 1350),
        (30, BloomLevel.UNDERSTAND, 2, 0, 1485 + 160),
        (30, BloomLevel.APPLY, 2, 1, 1620 + 160 + 120),
        (30, BloomLevel.ANALYZE, 0, 0, 1755),
        (30, BloomLevel.EVALUATE, 0, 0, int(30 * 45 * 1.4)),
        (30, BloomLevel.CREATE, 3, 2, 2025 + 240 + 240),
        (10, BloomLevel.UNDERSTAND, 0, 0, 1000),
        (240, BloomLevel.CREATE, 5, 0, 5000),
        (22.5, BloomLevel.REMEMBER, 0, 0, 1012),
    ],
)
def test_the_target_follows_the_formula(
    minutes: float, level: BloomLevel, topics: int, labs: int, words: int
) -> None:
    assert target_words(minutes, [level], topics, labs) == words


def test_the_highest_level_decides() -> None:
    levels = (BloomLevel.CREATE, BloomLevel.REMEMBER)
    assert target_words(40, levels, 0, 0) == target_words(40, [BloomLevel.CREATE], 0, 0) == 2700


@given(
    st.floats(0, 10_000),
    st.lists(st.sampled_from(BloomLevel), max_size=3),
    st.integers(0, 100),
    st.integers(0, 20),
)
def test_the_target_stays_within_its_bounds(
    minutes: float, levels: list[BloomLevel], topics: int, labs: int
) -> None:
    assert 1000 <= target_words(minutes, levels, topics, labs) <= 5000


def test_minutes_are_the_lessons_else_a_share_of_the_modules_else_45() -> None:
    own = Lesson(1, "L", duration_minutes=12)
    assert resolve_minutes(make_module(100), own) == 12
    assert resolve_minutes(make_module(100), Lesson(1, "L")) == 25
    assert resolve_minutes(make_module(), Lesson(1, "L")) == 45


def test_the_level_is_the_lessons_else_the_modules_else_understand() -> None:
    own = Lesson(1, "L", bloom_levels=(BloomLevel.CREATE,))
    module = make_module(levels=(BloomLevel.APPLY, BloomLevel.ANALYZE))
    assert resolve_bloom(module, own) == (BloomLevel.CREATE,)
    assert resolve_bloom(module, Lesson(1, "L")) == (BloomLevel.APPLY, BloomLevel.ANALYZE)
    assert resolve_bloom(make_module(), Lesson(1, "L")) == (BloomLevel.UNDERSTAND,)
