"""A run's batches: the contract's list, each with the lessons that the run is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coursewright.batches import Batch, BatchList, expand_batches
from coursewright.outline.model import lesson_id
from coursewright.project.plan import ItemPlan
from coursewright.project.prepare import PreparedRun


@dataclass(frozen=True)
class RunBatch:
    """A batch of a run.

    Attributes:
        batch: as the contract has it; it keeps its bounds whatever is selected.
        rank: its place among all batches.
        lessons: the selected lessons of the batch, by place.
    """

    batch: Batch
    rank: int
    lessons: Mapping[str, ItemPlan]

    @property
    def missing(self) -> bool:
        """Whether a model has to be asked for any of its lessons."""
        return any(plan.todo == "write" for plan in self.lessons.values())

    @property
    def finished(self) -> bool:
        """Whether nothing at all is to be done."""
        return all(plan.todo == "nothing" for plan in self.lessons.values())


def batches_of_course(prepared: PreparedRun, outline_key: str) -> BatchList:
    """All batches of the course, as the contract has them."""
    course = prepared.course
    return expand_batches(
        course.outline,
        course_bucket=course.store.bucket,
        outline_s3_key=outline_key,
        project_folder=course.store.prefix,
        model_provider=course.settings.models[0],
        max_lessons=course.settings.batch_size,
    )


def batches_of_run(prepared: PreparedRun, outline_key: str) -> list[RunBatch]:
    """The batches that have at least one lesson which the run is about, in order."""
    batches = []
    for rank, batch in enumerate(batches_of_course(prepared, outline_key).batches):
        places = [
            lesson_id(batch.module_number, index + 1)
            for index in range(batch.batch_start_idx, batch.batch_end_idx)
        ]
        lessons = {place: prepared.lessons[place] for place in places if prepared.lessons[place].selected}
        if lessons:
            batches.append(RunBatch(batch, rank, lessons))
    return batches
