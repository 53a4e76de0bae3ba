"""How long a lesson should be, and at which Bloom levels it teaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coursewright.bloom import BloomLevel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coursewright.outline.model import Lesson, Module

FEWEST_WORDS = 1000
MOST_WORDS = 5000
WORDS_PER_MINUTE = 45
WORDS_PER_TOPIC = 80
WORDS_PER_LAB = 120
DEFAULT_MINUTES = 45.0

GOOD_SHARE = (0.8, 1.2)
"""Word counts between these shares of the target are good; outside they are a warning."""
PASSABLE_SHARE = (0.6, 1.6)
"""Word counts outside these shares of the target are an error."""


def resolve_minutes(module: Module, lesson: Lesson) -> float:
    """The lesson's minutes: its own, else an equal share of its module's, else 45."""
    if lesson.duration_minutes is not None:
        return lesson.duration_minutes
    if module.duration_minutes is not None and module.lessons:
        return module.duration_minutes / len(module.lessons)
    return DEFAULT_MINUTES


def resolve_bloom(module: Module, lesson: Lesson) -> tuple[BloomLevel, ...]:
    """The lesson's Bloom levels: its own, else its module's, else Understand."""
    return lesson.bloom_levels or module.bloom_levels or (BloomLevel.UNDERSTAND,)


def target_words(minutes: float, bloom_levels: Sequence[BloomLevel], topics: int, labs: int) -> int:
    """The words to aim at: ``int(minutes · 45 · factor) + 80 · topics + 120 · labs``, within 1000 to 5000.

    It is reckoned in floating point as it is written, so that 30 minutes at Evaluate are 1889 words.

    Args:
        bloom_levels: the highest one gives the factor; none counts as Understand.
        topics: topics of the lesson's own; 0 where the outline gives none.
        labs: labs of the lesson.
    """
    highest = max(bloom_levels, default=BloomLevel.UNDERSTAND)
    words = int(minutes * WORDS_PER_MINUTE * highest.factor) + WORDS_PER_TOPIC * topics + WORDS_PER_LAB * labs
    return max(FEWEST_WORDS, min(MOST_WORDS, words))
