"""The end of a run: the report, the table, the state that tells the truth, and the resumption."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from coursewright.errors import QuotaExhausted
from coursewright.project.outcome import ItemOutcome
from coursewright.project.report import RunReport, judge_run, write_report
from coursewright.project.resume import resume_time
from coursewright.project.status import status_rows
from tasks.artifacts import write_run_artifact, write_summary_artifact
from tasks.progress import listeners
from tasks.resume_run import schedule_resumption
from tasks.run_identity import run_id
from tasks.work import CourseWork


async def close_run(
    work: CourseWork,
    outcomes: Mapping[tuple[str, str], ItemOutcome],
    book: Mapping[str, str],
    *,
    started: datetime,
    quota_reset: str,
    warnings: Sequence[str] = (),
) -> State:
    """Write the report and its artifacts, schedule what a quota left over, and give the run's state."""
    course, cause = work.course, work.resources.stopped_by
    by_quota = isinstance(cause, QuotaExhausted)
    resume_at = (
        resume_time(cause, quota_reset, datetime.now(UTC)) if isinstance(cause, QuotaExhausted) else None
    )
    items = tuple(outcomes[place] for place in sorted(outcomes))
    state, message = judge_run(
        items,
        stopped_by="quota" if by_quota else "cost" if cause else "",
        stop_message=str(cause or ""),
        resume_at=resume_at,
    )
    if course.settings.content != "theory" and not course.labs:
        message += " The outline has no labs."
    elif course.settings.content == "labs" and not any(kind == "lab" for kind, _ in outcomes):
        message += " What was selected has no labs."
    if state == "StoppedByQuota" and resume_at is not None:
        message += await schedule_resumption(resume_at)
    report = RunReport(
        run=run_id(),
        project=course.project,
        title=course.outline.title,
        state=state,
        message=message,
        outcomes=items,
        not_selected=len(course.lessons) - sum(kind == "lesson" for kind, _ in outcomes),
        resume_at=resume_at.isoformat() if resume_at and state == "StoppedByQuota" else "",
        started=started.isoformat(timespec="seconds"),
        seconds=(datetime.now(UTC) - started).total_seconds(),
        models=tuple(sorted({item.model for item in items if item.model})) or course.settings.models,
        book=book,
        warnings=tuple(warnings),
    )
    location = await asyncio.to_thread(write_report, course.store, report)
    rows = await asyncio.to_thread(status_rows, course)
    await write_run_artifact(report, rows)
    await write_summary_artifact(report, location)
    for listener in listeners():
        listener.ended(report)
    get_run_logger().info("%s: %s Report: %s", state, message, location)
    return Completed(message=message) if state == "Complete" else Failed(name=state, message=message)
