"""Load the outline, decide what is to be done, and make the project ready."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from coursewright.project.decide import ReadyCourse, RunRequest, check_models, start_run
from coursewright.project.plan import count_todo
from coursewright.store.base import Store
from tasks.progress import listeners
from tasks.storage import load_aws_session
from tasks.work import open_chains


@task(name="prepare-course", task_run_name="Prepare {request.order.project}", cache_policy=NO_CACHE)
async def prepare_course(request: RunRequest, store: Store, access: Mapping[str, Any]) -> ReadyCourse:
    """Load the outline, ask the store what is finished, and put everything in its place."""
    name = str(access.get("aws_credentials", ""))
    session = await load_aws_session(name) if name else None
    with await open_chains(access) as chains:
        ready = await asyncio.to_thread(
            start_run, request, store, lambda prepared: check_models(prepared, chains), session=session
        )
    log, prepared = get_run_logger(), ready.prepared
    for warning in prepared.course.outline.warnings:
        log.warning("Outline: %s (line %s): %s", warning.path, warning.line, warning.message)
    for text in ready.warnings:
        log.warning(text)
    log.info(
        "%s: %d lessons in %d batches; %d to write, %d to put in place, %d labs to write",
        prepared.course.outline.title,
        len(prepared.course.lessons),
        len(ready.batches),
        count_todo(prepared.lessons, "write"),
        count_todo(prepared.lessons, "publish"),
        count_todo(prepared.labs, "write"),
    )
    for listener in listeners():
        listener.begun(prepared)
    return ready
