"""A course in batches: what one task run generates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from coursewright.errors import SelectionError
from coursewright.outline.model import Lesson, Module, Outline, lesson_id

MAX_LESSONS_PER_BATCH = 3
"""The most lessons in a batch, unless the run sets another."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lessons of one module, one after another.

    Attributes:
        module_number: the module's place in the outline, from 1.
        batch_index: the batch's place in its module, from 1.
        total_batches: how many batches the module has.
        batch_start_idx: the first lesson's place in the module, from 0.
        batch_end_idx: the place behind the last lesson, from 0.
        course_bucket: the store's bucket; None for a folder.
        outline_s3_key: the outline's key in the bucket; for a folder store its path.
        project_folder: the store's prefix and the project's name.
        model_provider: the model's full name, such as ``openai:gpt-4o``.
    """

    module_number: int
    batch_index: int
    total_batches: int
    batch_start_idx: int
    batch_end_idx: int
    course_bucket: str | None
    outline_s3_key: str
    project_folder: str
    model_provider: str

    @property
    def title(self) -> str:
        """The batch's name among all of the course: ``Module 1 · batch 1/3``."""
        return f"Module {self.module_number} · batch {self.batch_index}/{self.total_batches}"

    @property
    def lesson_count(self) -> int:
        """How many lessons it has; never 0."""
        return self.batch_end_idx - self.batch_start_idx

    @property
    def lesson_ids(self) -> tuple[str, ...]:
        """The ids of its lessons' places, ``MM-LL``, in order."""
        places = range(self.batch_start_idx + 1, self.batch_end_idx + 1)
        return tuple(lesson_id(self.module_number, number) for number in places)

    def lessons_of(self, outline: Outline) -> tuple[tuple[Module, Lesson], ...]:
        """Its lessons with their module, from the outline that it was made from."""
        module = outline.modules[self.module_number - 1]
        return tuple((module, lesson) for lesson in module.lessons[self.batch_start_idx : self.batch_end_idx])

    def as_json(self) -> dict[str, Any]:
        """The batch as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BatchList:
    """All batches of a run, flat over all modules, in order."""

    batches: tuple[Batch, ...]

    def __iter__(self) -> Iterator[Batch]:
        return iter(self.batches)

    def __len__(self) -> int:
        return len(self.batches)

    def as_json(self) -> dict[str, Any]:
        """The batches as plain JSON values, with the count of them all."""
        return {"batches": [batch.as_json() for batch in self.batches], "total_batches": len(self.batches)}


def expand_batches(
    outline: Outline,
    *,
    course_bucket: str | None,
    outline_s3_key: str,
    project_folder: str,
    model_provider: str,
    max_lessons: int = MAX_LESSONS_PER_BATCH,
    modules_to_generate: Collection[int] = (),
) -> BatchList:
    """The batches of a course: for each module its lessons, `max_lessons` at a time.

    Args:
        modules_to_generate: the numbers of the modules wanted; empty for all.

    Raises:
        SelectionError: a module that the outline lacks, or batches of less than one lesson.
    """
    if max_lessons < 1:
        raise SelectionError(f"A batch cannot have {max_lessons} lessons; give a batch size of 1 or more.")
    refuse_missing_modules(outline, modules_to_generate)
    batches = [
        Batch(
            module_number=module.number,
            batch_index=start // max_lessons + 1,
            total_batches=-(-len(module.lessons) // max_lessons),
            batch_start_idx=start,
            batch_end_idx=min(start + max_lessons, len(module.lessons)),
            course_bucket=course_bucket,
            outline_s3_key=outline_s3_key,
            project_folder=project_folder,
            model_provider=model_provider,
        )
        for module in outline.modules
        if not modules_to_generate or module.number in modules_to_generate
        for start in range(0, len(module.lessons), max_lessons)
    ]
    return BatchList(tuple(batches))


def refuse_missing_modules(outline: Outline, numbers: Collection[int]) -> None:
    """Raise `SelectionError` for modules that the outline lacks; the message names those it has."""
    known = {module.number for module in outline.modules}
    missing = sorted(set(numbers) - known)
    if missing:
        titles = "\n".join(f"  {module.number}  {module.title}" for module in outline.modules)
        raise SelectionError(f"The outline has no module {join_names(map(str, missing))}. It has:\n{titles}")


def join_names(names: Iterable[str], most: int = 60) -> str:
    """Numbers or ids for a message, not more than `most` of them."""
    listed = list(names)
    shown = ", ".join(listed[:most])
    return f"{shown} and {len(listed) - most} more" if len(listed) > most else shown
