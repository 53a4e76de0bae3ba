"""Write the lessons of one batch: what Prefect sees of generation.

What belongs here: the tag, the cache key, the artifact of each lesson, one line of log a lesson. How a lesson
comes to be belongs in `coursewright.project.finish_lesson`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect import task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.context import TaskRunContext

from coursewright.project.finish_lesson import finish_lesson
from coursewright.project.keys import digest
from coursewright.project.results import FinishedItem
from tasks.limits import BATCH_TAG
from tasks.work import open_work
from tasks.work_items import work_items


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
    result_serializer="json",
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
    work = await open_work(order, access)
    titles = {place: work.course.lessons[place][1].title for place in todo}

    def finish(place: str) -> FinishedItem:
        return finish_lesson(work.course, place, work.order, work.resources)

    return await work_items(work, title, "lesson", titles, finish)
