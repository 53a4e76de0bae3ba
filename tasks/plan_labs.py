"""Plan the labs of a course: what Prefect sees of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from coursewright.errors import CostLimitReached, ModelError, QuotaExhausted
from coursewright.findings import Finding
from coursewright.project.outcome import ItemOutcome
from coursewright.project.plan_labs import ensure_lab_plan
from tasks.limits import BATCH_TAG
from tasks.progress import listeners
from tasks.work import CourseWork, open_work


@task(name="plan-labs", task_run_name="Plan the labs", tags={BATCH_TAG}, retries=0, cache_policy=NO_CACHE)
async def plan_labs(lab_ids: list[str], order: dict[str, Any], access: dict[str, Any]) -> dict[str, Any]:
    """Bring the plan of the course's labs up to date for those that the run is going to write.

    A lab that no model planned is written from the outline alone, which the plan's findings say.

    Args:
        lab_ids: the labs that have to be written.
        order: what the run was asked to do.
        access: names of the blocks that hold credentials.

    Returns:
        What the plan took and what its checks found, as the outcome of one item.
    """
    work = await open_work(order, access)
    outcome = await _plan(work, lab_ids)
    for listener in listeners():
        listener.item(outcome)
    return outcome.as_json()


async def _plan(work: CourseWork, lab_ids: list[str]) -> ItemOutcome:
    blank = ItemOutcome("lab-plan", "all", "The labs' plan", "written")
    try:
        plan = await asyncio.to_thread(ensure_lab_plan, work.course, lab_ids, work.order, work.resources)
    except (QuotaExhausted, CostLimitReached) as error:
        work.resources.stop(error)
        return replace(blank.ended_by(error), state="finished")
    except ModelError as error:
        # Each lab then says for itself whether it could be written from the outline.
        finding = Finding("lab-plan", "warning", f"The labs are planned from the outline alone: {error}")
        return replace(blank.ended_by(error), reason="", findings=(finding.as_json(),))
    get_run_logger().info("Lab plan: %d labs, %d findings", len(plan.labs), len(plan.findings))
    return replace(
        blank,
        state="written" if plan.requests else "finished",
        input_tokens=plan.usage.input,
        output_tokens=plan.usage.output,
        cached_tokens=plan.usage.cached,
        cost=plan.cost,
        seconds=round(plan.seconds, 3),
        requests=plan.requests,
        findings=tuple(finding.as_json() for finding in plan.findings),
    )
