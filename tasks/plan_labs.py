"""Plan the labs of a course: what Prefect sees of it."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from coursewright.errors import CostLimitReached, ModelError, QuotaExhausted
from coursewright.project.plan_labs import ensure_lab_plan
from tasks.limits import BATCH_TAG
from tasks.work import open_work


@task(name="plan-labs", task_run_name="Plan the labs", tags={BATCH_TAG}, retries=0, cache_policy=NO_CACHE)
async def plan_labs(lab_ids: list[str], order: dict[str, Any], access: dict[str, Any]) -> list[str]:
    """Bring the plan of the course's labs up to date for those that the run is going to write.

    A lab that no model planned is written from the outline alone, which the plan's findings say.

    Args:
        lab_ids: the labs that have to be written.
        order: what the run was asked to do.
        access: names of the blocks that hold credentials.

    Returns:
        What is worth a look about the plan.
    """
    work = await open_work(order, access)
    try:
        plan = await asyncio.to_thread(ensure_lab_plan, work.course, lab_ids, work.order, work.resources)
    except (QuotaExhausted, CostLimitReached) as error:
        work.resources.stop(error)
        return [f"The labs are not planned: {error}"]
    except ModelError as error:
        # Each lab then says for itself whether it could be written from the outline.
        return [f"The labs are planned from the outline alone: {error}"]
    findings = [finding for finding in plan.findings if finding.severity != "note"]
    get_run_logger().info("Lab plan: %d labs, %d findings", len(plan.labs), len(findings))
    return [f"Lab plan: {finding.message}" for finding in findings]
