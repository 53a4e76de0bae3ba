"""Describe and draw the figures of one batch, without a generation slot."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from coursewright.project.finish_figures import finish_figures
from coursewright.project.outcome import ItemOutcome
from coursewright.project.remember import remember_items
from coursewright.project.results import FinishedItem, Stopped
from tasks.artifacts import write_item_artifact
from tasks.batch_result import BatchIncomplete, summarise
from tasks.progress import listeners
from tasks.work import open_work


@task(name="illustrate-batch", task_run_name="{title} · figures", retries=0, cache_policy=NO_CACHE)
async def illustrate_batch(
    title: str, etags: dict[str, str], order: dict[str, Any], access: dict[str, Any]
) -> dict[str, Any]:
    """Bring the figures of a batch's lessons to the store.

    Args:
        title: the batch's.
        etags: of the published texts that need figures, by place.
        order: what the run was asked to do.
        access: names of the blocks that hold credentials.

    Returns:
        Ids, states and counts of the figures.

    Raises:
        BatchIncomplete: a lesson's figures are missing.
    """
    log = get_run_logger()
    work = await open_work(order, access)
    done: list[FinishedItem] = []
    for place, etag in etags.items():
        try:
            item = await asyncio.to_thread(
                finish_figures, work.course, place, etag, work.order, work.resources
            )
        except Stopped as stop:
            work.resources.stop(stop.cause)
            item = stop.item
        if item is None:
            continue
        done.append(item)
        outcome = item.outcome
        log.info(
            "%s · figures of lesson %s: %s, %s findings, %.1f s",
            title,
            place,
            outcome.state,
            len(outcome.findings),
            outcome.seconds,
        )
        if outcome.state != "finished":
            await write_item_artifact(work.order.project, outcome)
        for listener in listeners():
            listener.item(outcome)
    await asyncio.to_thread(remember_items, work.course, done)
    outcomes: list[ItemOutcome] = [item.outcome for item in done]
    if any(outcome.is_gap for outcome in outcomes):
        raise BatchIncomplete(f"{title} · figures", outcomes)
    return summarise(outcomes)
