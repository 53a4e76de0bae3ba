"""An outline that was read and found good: frozen values, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from coursewright.bloom import BloomLevel


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a lesson. `title` is shown as it is written."""

    title: str
    duration_minutes: float | None = None
    bloom_levels: tuple[BloomLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class LabActivity:
    """A lab of a lesson or of a module.

    Attributes:
        id: ``MM-LL-NN``; ``LL`` is 00 for a lab of the module.
        title: without a number or label of its own ("Práctica 3: …" stays: it is the outline's title).
        as_written: the lab's part of the outline as plain values, without its number.
    """

    id: str
    title: str
    duration_minutes: float | None = None
    bloom_levels: tuple[BloomLevel, ...] = ()
    objectives: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    description: str = ""
    as_written: Any = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of a module.

    Attributes:
        number: its place in the module, from 1.
        title: without a leading number or label of its own.
        duration_minutes: as written; None where it is missing or null.
        bloom_levels: as written, in the order written; empty where missing or null.
        topics: as written; a lesson without topics has its title as its one topic.
        has_own_topics: False where that one topic was put in for a lesson without any.
        as_written: the lesson's part of the outline as plain values; the title without its number.
    """

    number: int
    title: str
    duration_minutes: float | None = None
    bloom_levels: tuple[BloomLevel, ...] = ()
    description: str = ""
    topics: tuple[Topic, ...] = ()
    has_own_topics: bool = True
    objectives: tuple[str, ...] = ()
    labs: tuple[LabActivity, ...] = ()
    as_written: Any = None


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a course. `summary` is the outline's `summary` or `description`."""

    number: int
    title: str
    lessons: tuple[Lesson, ...]
    summary: str = ""
    duration_minutes: float | None = None
    percent_theory: float | None = None
    percent_practice: float | None = None
    bloom_levels: tuple[BloomLevel, ...] = ()
    labs: tuple[LabActivity, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineWarning:
    """Something in the outline that does not stop it from being used.

    Attributes:
        path: the key path, such as ``modules[2].lessons[0].topics``.
        line: the line in the file, from 1.
    """

    path: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A course outline.

    Attributes:
        title: the course's title; where the file has none, the first module's.
        language: the code of the language that the outline names, such as ``es``, or None.
        duration_minutes: the whole course's, from `total_duration_minutes` or `duration_hours`.
        text: the file's bytes.
        unknown_keys: keys that no rule reads, by key path; kept, never lost.
    """

    title: str
    modules: tuple[Module, ...]
    description: str = ""
    language: str | None = None
    level: str = ""
    audience: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    learning_outcomes: tuple[str, ...] = ()
    duration_minutes: float | None = None
    text: bytes = b""
    warnings: tuple[OutlineWarning, ...] = ()
    unknown_keys: dict[str, Any] = field(default_factory=dict)

    @property
    def lessons(self) -> tuple[tuple[Module, Lesson], ...]:
        """Every lesson with its module, in order."""
        return tuple((module, lesson) for module in self.modules for lesson in module.lessons)

    @property
    def labs(self) -> tuple[tuple[Module, Lesson | None, LabActivity], ...]:
        """Every lab with its module and lesson (None for a module's own), lessons' labs before its own."""
        return tuple(
            row
            for module in self.modules
            for row in (
                *((module, lesson, lab) for lesson in module.lessons for lab in lesson.labs),
                *((module, None, lab) for lab in module.labs),
            )
        )


def lesson_id(module_number: int, lesson_number: int) -> str:
    """The id of a lesson's place: ``MM-LL``, both from 1."""
    return f"{module_number:02d}-{lesson_number:02d}"
