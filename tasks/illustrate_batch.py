"""Describe and draw the figures of one batch, without a generation slot."""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from coursewright.project.results import FinishedItem
from tasks.work import open_work
from tasks.work_items import work_items


@task(name="illustrate-batch", task_run_name="{title} · figures", retries=0, cache_policy=NO_CACHE)
async def illustrate_batch(
    title: str, places: list[str], order: dict[str, Any], access: dict[str, Any]
) -> dict[str, Any]:
    """Bring the figures of a batch's lessons to the store.

    Args:
        title: the batch's.
        places: of the published lessons that need figures.
        order: what the run was asked to do.
        access: names of the blocks that hold credentials.

    Returns:
        Ids, states and counts of the figures.

    Raises:
        BatchIncomplete: a lesson's figures are missing.
    """
    # Not needed before the first batch is stored, and a tenth of the flow's imports.
    from coursewright.project.finish_figures import finish_figures

    work = await open_work(order, access)
    titles = {place: work.course.lessons[place][1].title for place in places}

    def finish(place: str) -> FinishedItem | None:
        return finish_figures(work.course, place, work.order, work.resources)

    return await work_items(work, f"{title} · figures", "figures", titles, finish)
