"""Write the guides of one batch of labs, under the same tag and limit as lessons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect import task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.context import TaskRunContext

from coursewright.project.finish_lab import finish_lab
from coursewright.project.keys import digest
from coursewright.project.plan_labs import read_lab_plan
from coursewright.project.results import FinishedItem
from tasks.limits import BATCH_TAG
from tasks.work import open_work
from tasks.work_items import work_items


def lab_batch_cache_key(context: TaskRunContext, parameters: Mapping[str, Any]) -> str:
    """The cache key of a batch of labs: their content keys; see `tasks.generate_batch.batch_cache_key`."""
    return f"labs-{digest([parameters['order']['project'], sorted(parameters['keys'].values())])}"


@task(
    name="write-lab-batch",
    task_run_name="{title}",
    tags={BATCH_TAG},
    retries=0,
    persist_result=True,
    result_serializer="json",
    cache_policy=CacheKeyFnPolicy(cache_key_fn=lab_batch_cache_key),
)
async def write_lab_batch(
    title: str,
    keys: dict[str, str],
    todo: list[str],
    order: dict[str, Any],
    access: dict[str, Any],
) -> dict[str, Any]:
    """Write those guides of a batch of labs that are missing, one after the other.

    Args:
        title: what the run is called in the UI, such as ``Module 1 · labs 1/2``.
        keys: content key of each lab of the batch that the run is about, by id.
        todo: the ids of those that are not finished and in their place.
        order: what the run was asked to do.
        access: names of the blocks that hold credentials.

    Returns:
        Ids, states and counts of the labs that were worked on.

    Raises:
        BatchIncomplete: a lab is missing, so that the batch is never Cached.
    """
    work = await open_work(order, access)
    plan = read_lab_plan(work.course)
    titles = {lab_id: work.course.labs[lab_id][2].title for lab_id in todo}

    def finish(lab_id: str) -> FinishedItem:
        return finish_lab(
            work.course, lab_id, work.order, work.resources, plan, run_checks=work.order.run_lab_checks
        )

    return await work_items(work, title, "lab", titles, finish)
