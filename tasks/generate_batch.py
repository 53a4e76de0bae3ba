"""Write the lessons of one batch: what Prefect sees of generation.

What belongs here: the tag, the cache key, the artifact of each lesson, one line of log a lesson. How a lesson
comes to be belongs in `coursewright.project.finish_lesson`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.context import TaskRunContext

from coursewright.project.finish_lesson import finish_lesson
from coursewright.project.keys import digest
from coursewright.project.outcome import ItemOutcome
from coursewright.project.remember import remember_items
from coursewright.project.results import FinishedItem, Stopped
from tasks.artifacts import artifact_digest, write_item_artifact
from tasks.batch_result import BatchIncomplete, summarise
from tasks.limits import BATCH_TAG
from tasks.progress import listeners
from tasks.run_signals import heed_signals
from tasks.work import CourseWork, open_work


def batch_cache_key(context: TaskRunContext, parameters: Mapping[str, Any]) -> str:
    """The cache key of a batch: the content keys of its lessons decide it, and nothing else.

    Prefect's cache shows a finished batch as Cached in the UI. It never decides whether a lesson is finished:
    the store does, by content key.
    """
    return f"batch-{digest([parameters['order']['project'], sorted(parameters['keys'].values())])}"


@task(
    name="generate-batch",
    task_run_name="{title}",
    tags={BATCH_TAG},
    retries=0,
    persist_result=True,
    cache_policy=CacheKeyFnPolicy(cache_key_fn=batch_cache_key),
)
async def generate_batch(
    title: str,
    batch: dict[str, Any],
    keys: dict[str, str],
    todo: list[str],
    order: dict[str, Any],
    access: dict[str, Any],
) -> dict[str, Any]:
    """Write those lessons of a batch that are missing, one after the other.

    Args:
        title: what the run is called in the UI, such as ``Module 1 · batch 1/3``.
        batch: the batch as its contract has it.
        keys: content key of each lesson of the batch that the run is about, by place.
        todo: the places of those that are not finished and in their place.
        order: what the run was asked to do.
        access: names of the blocks that hold credentials.

    Returns:
        Ids, states and counts of the lessons that were worked on.

    Raises:
        BatchIncomplete: a lesson is missing, so that the batch is never Cached.
    """
    log = get_run_logger()
    work = await open_work(order, access)
    done: list[FinishedItem] = []
    for place in todo:
        await heed_signals(work)
        item = await _finish(work, place)
        done.append(item)
        outcome = item.outcome
        if item.remember:
            item.remember["artifact"] = artifact_digest(outcome)
        log.info(
            "%s · lesson %s %s: %s of %s words, %s findings, %.1f s",
            title,
            place,
            outcome.state,
            outcome.words,
            outcome.target,
            len(outcome.findings),
            outcome.seconds,
        )
        for listener in listeners():
            listener.item(outcome)
        await write_item_artifact(work.order.project, outcome)
    await asyncio.to_thread(remember_items, work.course, done)
    outcomes = [item.outcome for item in done]
    if any(outcome.is_gap for outcome in outcomes):
        raise BatchIncomplete(title, outcomes)
    return summarise(outcomes)


async def _finish(work: CourseWork, place: str) -> FinishedItem:
    if work.resources.stopped.is_set():
        _, lesson = work.course.lessons[place]
        reason = "the run stopped before it"
        return FinishedItem(ItemOutcome("lesson", place, lesson.title, "not asked", reason=reason), {})
    try:
        return await asyncio.to_thread(finish_lesson, work.course, place, work.order, work.resources)
    except Stopped as stop:
        work.resources.stop(stop.cause)
        return replace(stop.item)
