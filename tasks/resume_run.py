"""A run that a quota ended goes on by itself, once, when the quota is filled again."""

from __future__ import annotations

from datetime import datetime, timedelta

from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.states import Scheduled

from tasks.run_identity import RESUMES, first_run_of, run_id


async def schedule_resumption(at: datetime) -> str:
    """Schedule the deployment that this run came from, with the same parameters, once; says so.

    Nothing is scheduled for a run that came from no deployment, nor for one inside another flow: that flow
    knows better what is left.
    """
    deployment = runtime.deployment.id
    if not deployment or runtime.flow_run.parent_flow_run_id:
        return ""
    run = run_id()
    async with get_client() as client:
        # For a run that is retried, this gives the one that was scheduled the first time.
        resumption = await client.create_flow_run_from_deployment(
            deployment,
            name=str(runtime.flow_run.name),
            parameters=dict(runtime.flow_run.parameters),
            state=Scheduled(scheduled_time=at + timedelta(seconds=1)),
            idempotency_key=f"resume-{run}",
            tags=[f"{RESUMES}{first_run_of(run)}"],
        )
    if resumption.state is None or not resumption.state.is_scheduled() or not resumption.expected_start_time:
        return ""
    return f" The rest is scheduled for {resumption.expected_start_time:%Y-%m-%d %H:%M} UTC."
