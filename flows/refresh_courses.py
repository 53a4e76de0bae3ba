"""The scheduled flow: go over all projects of a store and regenerate what is stale, and only that."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Literal

from prefect import flow, get_run_logger, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from coursewright.errors import CourseError, NotStored, SettingsError
from coursewright.project.refresh import ProjectState
from coursewright.project.refreshed import (
    ItemChange,
    RefreshedProject,
    judge_project,
    judge_refresh,
    read_texts,
    tell_changes,
)
from coursewright.project.report import RunReport, read_report
from coursewright.project.resume import QUOTA_RESET, check_quota_reset
from coursewright.store.base import Store
from coursewright.store.open import store_address
from flows.generate_course import generate_course
from tasks.find_stale import find_stale
from tasks.plain_errors import log_errors_plainly
from tasks.refresh_artifacts import write_change_artifacts, write_refresh_artifact
from tasks.resume_run import schedule_resumption
from tasks.storage import open_course_store
from tasks.temporary_server import free_slots_of_killed_runs

_STOPPING = ("quota", "cost limit")


def _name_run() -> str:
    parameters = runtime.flow_run.parameters
    what = "look over" if parameters.get("only_tell") else "refresh"
    return f"{what} {', '.join(parameters.get('projects') or ()) or 'all projects'}"


@flow(name="refresh-courses", flow_run_name=_name_run, retries=0, persist_result=False)
async def refresh_courses(
    store: str = "",
    projects: list[str] | None = None,
    content: Literal["theory", "labs", "both"] = "both",
    older_than_days: float | None = None,
    max_cost: float | None = None,
    only_tell: bool = False,
    quota_reset: str = QUOTA_RESET,
    aws_credentials: str = "",
    openai_secret: str = "",
) -> State:
    """Regenerate what is stale in all projects of a store, and nothing else. Nothing stale: nothing spent.

    Stale is what the outline, a prompt or the format has changed for, what was set aside or left over last
    time, and what is older than the age that you set.

    Args:
        store: Where projects are kept: a folder, s3://bucket/prefix, or s3-bucket/NAME for a block.
            Empty: the store that is set where the run happens, else the folder courses.
        projects: Only these projects. Empty: all of the store.
        content: What is regenerated of each: its theory, its labs, or both, as far as it is made of them.
        older_than_days: Lessons written longer ago than this are stale too. Empty: age does not matter.
        max_cost: The most that this run may spend on all projects, in US dollars. Empty: no limit.
        only_tell: Only list what is stale and why; ask no model.
        quota_reset: When daily quotas are filled again, HH:MM in UTC, for providers that do not say.
        aws_credentials: The name of an AwsCredentials block. Empty: AWS's own chain.
        openai_secret: The name of a Secret block with the key. Empty: OPENAI_API_KEY where the flow runs.
    """
    log_errors_plainly()
    check_quota_reset(quota_reset)
    if older_than_days is not None and older_than_days < 0:
        raise SettingsError(f"older_than_days is {older_than_days}; give a number of days of 0 or more.")
    await free_slots_of_killed_runs()
    address = store_address(store)
    found = await find_stale(address, projects or None, older_than_days, aws_credentials)
    course_store = await open_course_store(address, aws_credentials)
    common = {
        "store": address,
        "quota_reset": quota_reset,
        "aws_credentials": aws_credentials,
        "openai_secret": openai_secret,
    }
    done = [RefreshedProject(name, name, "failed", reason) for name, reason in found.faults.items()]
    for state in (one.only(content) for one in found.projects):
        if state.is_fresh or only_tell:
            done.append(_told(state))
        elif any(one.verdict in _STOPPING for one in done):
            done.append(_told(state, "left for later"))
        else:
            left = None if max_cost is None else max_cost - sum(one.cost or 0.0 for one in done)
            refreshed = await _refresh(course_store, state, {**common, "max_cost": left})
            done.append(refreshed)
            await write_change_artifacts(refreshed)
    return await _close(done, max_cost, course_store.url)


def _told(state: ProjectState, verdict: Any = "only told") -> RefreshedProject:
    if state.is_fresh:
        return RefreshedProject(state.project, state.title, "fresh")
    items = tuple(ItemChange(item, "", None) for item in state.items)
    message = "" if items else "the outline's order or titles changed"
    return RefreshedProject(state.project, state.title, verdict, message, items)


async def _refresh(store: Store, state: ProjectState, common: dict[str, Any]) -> RefreshedProject:
    """Bring one project up to date by the course flow, and tell what it changed."""
    own = store.within(state.project)
    before = await asyncio.to_thread(read_texts, own, state)
    reports: list[RunReport] = []
    most = common["max_cost"]
    for selection in state.selections:
        spent = sum(report.totals["cost_usd"] or 0.0 for report in reports)
        parameters = {**common, **selection, "max_cost": None if most is None else most - spent}
        ended = await generate_course(project=state.project, **parameters, return_state=True)
        try:
            run = str(ended.state_details.flow_run_id)
            reports.append(await asyncio.to_thread(read_report, own, run))
        except NotStored:
            error = await ended.aresult(raise_on_failure=False)
            message = str(error) if isinstance(error, CourseError) else ended.message or ""
            message = message or "the run failed before it began"
            return RefreshedProject(state.project, state.title, "failed", message)
        if reports[-1].state != "Complete":
            break
    changes = await asyncio.to_thread(tell_changes, own, state, before)
    verdict, message, cost, resume_at = judge_project(reports)
    return RefreshedProject(state.project, state.title, verdict, message, changes, cost, resume_at)


async def _close(done: list[RefreshedProject], max_cost: float | None, store: str) -> State:
    """The table, the state that tells the truth, and the resumption after a quota."""
    state, message = judge_refresh(done, max_cost)
    if not done:
        # A store that is new is no failure; one that is misspelt would look like it, night after night.
        message += f" There is no project in {store}: check its address if there should be."
    resume_at = next((one.resume_at for one in done if one.resume_at), "")
    if state == "StoppedByQuota" and resume_at:
        message += await schedule_resumption(datetime.fromisoformat(resume_at).astimezone(UTC))
    await write_refresh_artifact(done, state, message)
    get_run_logger().info("%s: %s", state, message)
    return Completed(message=message) if state == "Complete" else Failed(name=state, message=message)
