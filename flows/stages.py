"""What runs when: batches as slots come free, figures as soon as their batch is stored, labs as soon as their
lessons are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from prefect import State, get_run_logger
from prefect.filesystems import WritableFileSystem

from coursewright.labs.batches import LabBatch, expand_lab_batches
from coursewright.project.decide import ReadyCourse
from coursewright.project.expand import RunBatch
from coursewright.project.outcome import ItemOutcome
from coursewright.project.plan import ItemPlan
from tasks import pause
from tasks.artifacts import ProgressArtifact
from tasks.batch_result import BatchIncomplete, read_summary
from tasks.generate_batch import generate_batch
from tasks.illustrate_batch import illustrate_batch
from tasks.limits import FINISHED_TAG, ensure_batch_limit
from tasks.plan_labs import plan_labs
from tasks.run_task import run_limited_task, run_task
from tasks.slots import SlotQueue
from tasks.storage import result_storage_of
from tasks.work import CourseWork
from tasks.write_lab_batch import write_lab_batch

_FIRST = -1.0
_SPARE_THREADS = 4
_CACHED_AT_ONCE = 20
_DRAWN_AT_ONCE = 4
"""Batches whose figures are made at once: drawing takes the processor that checks need, too."""


class CourseStages:
    """The stages of one run, sharing its slots and its progress. Make it with `start`."""

    def __init__(
        self,
        ready: ReadyCourse,
        access: Mapping[str, Any],
        work: CourseWork,
        slots: SlotQueue,
        results: Path | WritableFileSystem,
    ) -> None:
        self.prepared = ready.prepared
        self.project = ready.prepared.course.project
        self.batches = ready.batches
        self.access = dict(access)
        self.work = work
        self.order = ready.prepared.order
        self.slots = slots
        self.results = results
        self.progress: ProgressArtifact | None = None
        self.outcomes: dict[tuple[str, str], ItemOutcome] = {}
        self._failure: BaseException | None = None
        self._stored = {place: asyncio.Event() for batch in self.batches for place in batch.lessons}
        self._at_once = asyncio.Semaphore(_CACHED_AT_ONCE)
        self._opening = asyncio.Lock()
        self._looked = float("-inf")
        self._drawing = asyncio.Semaphore(_DRAWN_AT_ONCE)
        # Made once a run: Prefect reads a task's source each time that it is given options. Another,
        # non-empty set of tags takes the place of the limited one, so that no slot is asked for.
        task: Any = generate_batch.with_options(result_storage=results)
        self._missing = task.with_options(refresh_cache=True)
        self._finished = task.with_options(tags={FINISHED_TAG})
        self._unplaced = self._finished.with_options(refresh_cache=True)

    @classmethod
    async def start(cls, ready: ReadyCourse, access: Mapping[str, Any], work: CourseWork) -> CourseStages:
        """Make sure of the limit, and show the progress from what is finished already."""
        course = ready.prepared.course
        results = await result_storage_of(course.store, str(access["aws_credentials"]))
        slots = await ensure_batch_limit()
        _widen_threads(min(slots, len(ready.batches) + len(ready.prepared.labs)))
        stages = cls(ready, access, work, SlotQueue(max(1, slots)), results)
        selected = [
            ("lesson", place, plan) for batch in ready.batches for place, plan in batch.lessons.items()
        ] + [("lab", place, plan) for place, plan in ready.prepared.labs.items() if plan.selected]
        stages._record(
            ItemOutcome(kind, place, plan.title, "finished", edited=plan.edited)
            for kind, place, plan in selected
            if plan.todo == "nothing"
        )
        stages.progress = await ProgressArtifact.start(course.project, len(selected), len(stages.outcomes))
        return stages

    @property
    def gaps(self) -> dict[str, str]:
        """Why each item that the run asked for and did not get is missing, by place."""
        return {outcome.place: outcome.reason for outcome in self.outcomes.values() if outcome.is_gap}

    async def make_all(self) -> None:
        """Make all that the run was asked for.

        Raises:
            CourseError: the first that was no item's own; what was under way then is finished and kept.
        """
        await self._make([*(self._make_batch(batch) for batch in self.batches), self._make_labs()])
        if self.progress is not None:
            await self.progress.end()

    async def _make(self, stages: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Await these, side by side. The first that fails ends the asking; it is raised when all have ended.

        Were it raised at once, the others would go on asking for a run that has ended.
        """

        async def heed(stage: Coroutine[Any, Any, None]) -> None:
            try:
                await stage
            except BaseException as error:
                self._failure = self._failure or error
                self.work.resources.stopped.set()
                raise

        await asyncio.gather(*map(heed, stages), return_exceptions=True)
        if self._failure is not None:
            raise self._failure

    async def _make_batch(self, batch: RunBatch) -> None:
        """Generate a batch when a slot is free, or show it as Cached; then its figures, without a slot."""
        try:
            await self._write_batch(batch)
        finally:
            for place in batch.lessons:
                self._stored[place].set()
        await self._illustrate(batch)

    async def _write_batch(self, batch: RunBatch) -> None:
        if batch.missing:
            async with self.slots.slot(batch.rank):
                state = await self._generate(batch, self._missing)
        else:
            async with self._at_once:
                state = await self._generate(batch, self._finished if batch.finished else self._unplaced)
        # Told without the slot, which the next batch has by now.
        if state is not None and state.name != "Cached":
            await self._take(state)

    async def _make_labs(self) -> None:
        """Plan the labs, then write each batch of them as soon as its lessons are stored."""
        course, plans = self.prepared.course, self.prepared.labs
        selected = [row for row in course.outline.labs if row[2].id in plans and plans[row[2].id].selected]
        if course.settings.content != "theory" and not course.labs:
            get_run_logger().info("%s: the outline has no labs", course.outline.title)
        missing = [lab.id for _, _, lab in selected if plans[lab.id].todo == "write"]
        if missing:
            async with self.slots.slot(_FIRST):
                state = await run_limited_task(
                    self._is_open, plan_labs, missing, self.order.as_json(), self.access
                )
            if state is not None:
                self._record([ItemOutcome.from_json(await state.aresult())])
        await self._make([self._make_lab_batch(batch) for batch in expand_lab_batches(selected)])

    async def _make_lab_batch(self, batch: LabBatch) -> None:
        plans = {lab_id: self.prepared.labs[lab_id] for lab_id in batch.labs}
        waited = [self._stored[place].wait() for place in batch.needs if place in self._stored]
        await asyncio.gather(*waited)
        todo = [lab_id for lab_id, plan in plans.items() if plan.todo != "nothing"]
        missing = [lab_id for lab_id in todo if plans[lab_id].todo == "write"]
        if missing and self.work.resources.stopped.is_set():
            self._record(_not_asked("lab", lab_id, plans[lab_id]) for lab_id in missing)
            return
        options: dict[str, Any] = {"refresh_cache": bool(todo), "result_storage": self.results}
        if not missing:
            options["tags"] = {FINISHED_TAG}
        # After the module's own lessons, before the next module's.
        rank = max(
            (one.rank for one in self.batches if one.batch.module_number <= batch.module_number), default=0
        )
        async with self.slots.slot(rank + 0.5) if missing else self._at_once:
            write: Any = write_lab_batch.with_options(**options)
            state = await self._run(
                bool(missing),
                write,
                batch.title,
                {lab_id: str(plan.key) for lab_id, plan in plans.items()},
                todo,
                self.order.as_json(),
                self.access,
            )
        if state is None:
            self._record(_not_asked("lab", lab_id, plans[lab_id]) for lab_id in missing)
        elif state.name != "Cached":
            await self._take(state)

    async def _run(self, limited: bool, task: Any, *arguments: Any) -> State[Any] | None:
        """The state of a task run; None where the run stopped before it."""
        if limited:
            return await run_limited_task(self._is_open, task, *arguments)
        return await run_task(task, *arguments)

    async def _is_open(self) -> bool:
        """Wait while generation is paused, and heed a limit that was raised; gives whether to go on."""
        stopped = self.work.resources.stopped
        async with self._opening:  # one waits and says so, for all
            if not stopped.is_set() and time.monotonic() - self._looked >= pause.LOOK_SECONDS:
                limit = await pause.wait_while_paused(self.work)
                self._looked = time.monotonic()
                if self.slots.widen(limit):
                    _widen_threads(min(limit, len(self.batches) + len(self.prepared.labs)))
        return not stopped.is_set()

    async def _illustrate(self, batch: RunBatch) -> None:
        """Have the figures made that are not all there, as soon as the batch is stored."""
        if self.prepared.course.settings.visuals == "none":
            return
        places = []
        for place, plan in batch.lessons.items():
            outcome = self.outcomes.get(("lesson", place))
            if (outcome and outcome.etag) or (plan.published and not plan.illustrated):
                places.append(place)
        if places:
            async with self._drawing:
                state = await run_task(
                    illustrate_batch, batch.batch.title, places, self.order.as_json(), self.access
                )
            await self._take(state)

    async def _generate(self, batch: RunBatch, task: Any) -> State[Any] | None:
        """The state of the batch's task run; None where the run stopped before it."""
        todo = {place: str(plan.key) for place, plan in batch.lessons.items()}
        state = await self._run(
            bool(batch.missing),
            task,
            batch.batch.title,
            batch.batch.as_json(),
            todo,
            [place for place, plan in batch.lessons.items() if plan.todo != "nothing"],
            self.order.as_json(),
            self.access,
        )
        if state is None:
            self._record(
                _not_asked("lesson", place, plan)
                for place, plan in batch.lessons.items()
                if plan.todo == "write"
            )
        return state

    async def _take(self, state: State[Any]) -> None:
        result = await state.aresult(raise_on_failure=False)
        if isinstance(result, BatchIncomplete):
            outcomes: Iterable[ItemOutcome] = result.outcomes
            if result.cause is not None:
                # In this process it is known already; on Dask it was another that met the quota.
                self.work.resources.stop(result.cause)
        elif isinstance(result, BaseException):
            raise result
        else:
            outcomes = read_summary(result)
        self._record(outcomes)
        if self.progress is not None:
            counted = [one for (kind, _), one in self.outcomes.items() if kind in ("lesson", "lab")]
            missing = sum(one.is_gap for one in counted)
            self.progress.reach(len(counted) - missing, missing)

    def _record(self, outcomes: Iterable[ItemOutcome]) -> None:
        for outcome in outcomes:
            self.outcomes[outcome.kind, outcome.place] = outcome


def _widen_threads(generating: int) -> None:
    """Have a thread for each batch that generates, and some for figures and the store.

    By default a loop has four more than there are cores, and a thread waits for as long as its model does: a
    limit that an operator raises would stay without effect.
    """
    threads = ThreadPoolExecutor(generating + _DRAWN_AT_ONCE + _SPARE_THREADS, "course")
    asyncio.get_running_loop().set_default_executor(threads)


def _not_asked(kind: str, place: str, plan: ItemPlan) -> ItemOutcome:
    return ItemOutcome(kind, place, plan.title, "not asked", reason="the run stopped before it")
