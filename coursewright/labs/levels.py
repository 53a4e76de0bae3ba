"""What a lab's complexity asks of it: its minutes, its steps, the troubles it prepares for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from coursewright.bloom import BloomLevel

Complexity = Literal["beginner", "intermediate", "advanced"]

FEWEST_STEPS = 3


@dataclass(frozen=True, slots=True)
class LabLevel:
    """What the lab contract holds a lab of one complexity to.

    Attributes:
        minutes: the fewest and the most that it takes.
        most_steps: how many steps it has at most.
        fewest_issues: how many troubles it prepares for at least.
    """

    minutes: tuple[float, float]
    most_steps: int
    fewest_issues: int

    @property
    def usual_minutes(self) -> float:
        """The middle of its range, for a lab of which nobody says how long it takes."""
        return sum(self.minutes) / 2


LEVELS: Mapping[Complexity, LabLevel] = {
    "beginner": LabLevel((15, 30), 5, 2),
    "intermediate": LabLevel((30, 60), 10, 3),
    "advanced": LabLevel((60, 120), 15, 3),
}


def complexity_of(minutes: float | None, bloom_levels: Iterable[BloomLevel]) -> Complexity:
    """The complexity of a lab that no plan tells: by its minutes, else by its highest Bloom level."""
    if minutes is not None:
        return next((name for name, level in LEVELS.items() if minutes <= level.minutes[1]), "advanced")
    highest = max(bloom_levels, default=BloomLevel.APPLY)
    if highest <= BloomLevel.UNDERSTAND:
        return "beginner"
    return "intermediate" if highest <= BloomLevel.ANALYZE else "advanced"


def read_complexity(text: str) -> Complexity | None:
    """The complexity that a model's word means, in any of the usual languages; None where it is none."""
    word = text.strip().casefold()
    starts: Mapping[Complexity, tuple[str, ...]] = {
        "beginner": ("begin", "basic", "easy", "introduct", "básic", "principiante", "inicia", "fácil"),
        "intermediate": ("intermedi", "medium", "moderate", "medi"),
        "advanced": ("advanc", "avanz", "avanç", "expert", "hard", "difícil"),
    }
    return next((name for name, known in starts.items() if word.startswith(known)), None)
