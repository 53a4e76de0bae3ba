"""Work on the items of a batch, one after the other, as Prefect and the terminal are to see it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from prefect import get_run_logger

from coursewright.counting import say_count
from coursewright.project.outcome import ItemOutcome
from coursewright.project.remember import remember_items
from coursewright.project.results import FinishedItem, Stopped
from tasks.artifacts import artifact_digest, write_item_artifact
from tasks.batch_result import BatchIncomplete, summarise
from tasks.progress import listeners
from tasks.run_signals import heed_signals
from tasks.work import CourseWork

Finish = Callable[[str], FinishedItem | None]
"""Brings the item of a place to the store; None where there is nothing of it. Runs in a thread."""


async def work_items(
    work: CourseWork, title: str, kind: str, todo: Mapping[str, str], finish: Finish
) -> dict[str, Any]:
    """Finish each item; tell of it in one line of log, its artifact and the terminal; then remember all.

    Args:
        title: the batch's.
        kind: ``lesson``, ``lab`` or ``figures``.
        todo: the items' titles by place.

    Returns:
        Ids, states and counts of the items.

    Raises:
        BatchIncomplete: an item is missing.
    """
    log = get_run_logger()
    done: list[FinishedItem] = []
    for place, item_title in todo.items():
        await heed_signals(work)
        item = await _finish(work, kind, place, item_title, finish)
        if item is None:
            continue
        done.append(item)
        outcome = item.outcome
        level = logging.WARNING if outcome.is_gap else logging.INFO
        log.log(level, "%s · %s %s %s: %s", title, kind, place, outcome.state, say_outcome(outcome))
        for listener in listeners():
            listener.item(outcome)
        if outcome.state != "finished":
            if kind != "figures" and item.remember:
                item.remember["artifact"] = artifact_digest(outcome)
            await write_item_artifact(work.order.project, outcome)
    await asyncio.to_thread(remember_items, work.course, done)
    outcomes = [item.outcome for item in done]
    if any(outcome.is_gap for outcome in outcomes):
        raise BatchIncomplete(title, outcomes, work.resources.stopped_by)
    return summarise(outcomes)


def say_outcome(outcome: ItemOutcome) -> str:
    """What a line of log tells of an item: why it is missing, or what came of it in how long."""
    if outcome.is_gap:
        return outcome.reason
    # A note, such as that links were not asked, finds no fault.
    findings = sum(finding["severity"] != "note" for finding in outcome.findings)
    told = [say_count(findings, "finding"), f"{outcome.seconds:.1f} s"]
    if outcome.kind != "figures":
        wanted = f" of {outcome.target}" if outcome.target else ""
        told.insert(0, f"{outcome.words}{wanted} words")
    return ", ".join(told)


async def _finish(work: CourseWork, kind: str, place: str, title: str, finish: Finish) -> FinishedItem | None:
    if work.resources.stopped.is_set():
        return FinishedItem(
            ItemOutcome(kind, place, title, "not asked", reason="the run stopped before it"), {}
        )
    try:
        return await asyncio.to_thread(finish, place)
    except Stopped as stop:
        work.resources.stop(stop.cause)
        return stop.item
