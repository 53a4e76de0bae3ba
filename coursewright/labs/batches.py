"""The labs of a course in batches: what one task run writes, and the lessons that it waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from coursewright.outline.model import LabActivity, Lesson, Module, lesson_id

MAX_LABS_PER_BATCH = 2


@dataclass(frozen=True, slots=True)
class LabBatch:
    """One or two labs of one module, one after another.

    Attributes:
        module_number: the module's place in the outline, from 1.
        batch_index: the batch's place among its module's, from 1.
        total_batches: how many batches of labs the module has.
        labs: the labs' ids, in order; never empty.
        needs: places (``MM-LL``) of the lessons that these labs practise: a lab's own lesson, or all
            lessons of the module for a lab of the module. It can begin when they are finished.
    """

    module_number: int
    batch_index: int
    total_batches: int
    labs: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def title(self) -> str:
        """The batch's name among all of the course: ``Module 1 · labs 1/2``."""
        return f"Module {self.module_number} · labs {self.batch_index}/{self.total_batches}"

    def as_json(self) -> dict[str, Any]:
        """The batch as plain JSON values."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }


def expand_lab_batches(labs: Iterable[tuple[Module, Lesson | None, LabActivity]]) -> tuple[LabBatch, ...]:
    """The batches of labs: for each module its labs, two at a time, flat over all modules, in order.

    Args:
        labs: each with its module and lesson (None for a lab of the module), as `Outline.labs` gives them.
    """
    by_module: dict[int, list[tuple[Module, Lesson | None, LabActivity]]] = {}
    for row in labs:
        by_module.setdefault(row[0].number, []).append(row)
    batches = []
    for number, rows in sorted(by_module.items()):
        starts = range(0, len(rows), MAX_LABS_PER_BATCH)
        for index, start in enumerate(starts, 1):
            own = rows[start : start + MAX_LABS_PER_BATCH]
            needs = dict.fromkeys(
                place for module, lesson, _ in own for place in needed_lessons(module, lesson)
            )
            batches.append(
                LabBatch(number, index, len(starts), tuple(lab.id for _, _, lab in own), tuple(needs))
            )
    return tuple(batches)


def needed_lessons(module: Module, lesson: Lesson | None) -> tuple[str, ...]:
    """The places of the lessons that a lab practises: its own, or all of the module."""
    if lesson is not None:
        return (lesson_id(module.number, lesson.number),)
    return tuple(lesson_id(module.number, one.number) for one in module.lessons)
