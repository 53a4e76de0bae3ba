"""What tasks are handed: small plain values, from which each finds the course and the models by itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from prefect import get_run_logger

from coursewright.errors import SettingsError
from coursewright.models.environment import read_settings
from coursewright.models.settings import Credentials
from coursewright.project.course import Course, load_course
from coursewright.project.order import RunOrder
from coursewright.project.resources import ModelChains, RunResources, Spending, refuse_unknown_prices
from coursewright.store.claims import Claims
from coursewright.visuals.illustrate import IllustrationBudget
from tasks.storage import load_aws_session, open_course_store
from tasks.token_limits import limiters_for


@dataclass(frozen=True, slots=True)
class Access:
    """How a run reaches its models and its store: names of blocks, never secrets."""

    aws_credentials: str = ""
    openai_secret: str = ""


@dataclass(frozen=True)
class CourseWork:
    """A course that is being made, with what this process needs for it."""

    order: RunOrder
    course: Course
    resources: RunResources


_resources: dict[str, RunResources] = {}
_courses: dict[str, Course] = {}
_lock = threading.Lock()


async def open_work(
    order: Mapping[str, Any], access: Mapping[str, Any], course: Course | None = None
) -> CourseWork:
    """The work that a task is about; opened once a run and process.

    Args:
        course: the course, where the caller has it; else it is loaded from the store.
    """
    run_order = RunOrder(**order)
    if run_order.run not in _courses:
        if course is None:
            store = await open_course_store(run_order.store, str(access.get("aws_credentials", "")))
            course = await asyncio.to_thread(load_course, store, run_order.project)
        resources = await open_resources(run_order, Access(**access), course)
        with _lock:
            _courses.setdefault(run_order.run, course)
            _resources.setdefault(run_order.run, resources)
    return CourseWork(run_order, _courses[run_order.run], _resources[run_order.run])


@asynccontextmanager
async def work_of_run(
    order: Mapping[str, Any], access: Mapping[str, Any], course: Course
) -> AsyncIterator[CourseWork]:
    """The work of a run in the process that decides about it; closed when the run ends, however it ends.

    Cancelled, it asks nothing further, and stays open: threads outlive the cancelling for as long as the
    worker lets them. A lesson that is being written is finished and kept, but is asked for no repair and no
    further section; what it holds it lets go itself.
    """
    work = await open_work(order, access, course)
    try:
        yield work
    except asyncio.CancelledError:
        work.resources.stopped.set()
        get_run_logger().info(
            "Stopped from outside. No further lesson is begun, and what is finished is kept. Retry to go on."
        )
        raise
    except BaseException:
        _close(work)
        raise
    _close(work)


def _close(work: CourseWork) -> None:
    """Forget a run's course and resources in this process."""
    with _lock:
        _courses.pop(work.order.run, None)
        _resources.pop(work.order.run, None)
    work.resources.close()


async def open_resources(order: RunOrder, access: Access, course: Course) -> RunResources:
    """What the work of this run shares in this process."""
    chains = await open_chains(asdict(access))
    refuse_unknown_prices(order.max_cost, chains.open(course.settings.models).models)
    claims, spending = Claims(course.store, order.run), Spending(order.max_cost)
    pictures = IllustrationBudget(course.settings.max_illustrations)
    return RunResources(order.run, claims, chains, spending, pictures)


async def open_chains(access: Mapping[str, Any]) -> ModelChains:
    """The model chains of a run, with the credentials and limits of this server."""
    names = Access(**access)
    credentials = Credentials(
        openai_api_key=await _load_secret(names.openai_secret) if names.openai_secret else None,
        aws_session=await load_aws_session(names.aws_credentials) if names.aws_credentials else None,
    )
    limiters = await limiters_for()
    return ModelChains(read_settings(credentials=credentials, limiters=limiters))


async def _load_secret(name: str) -> str:
    from prefect.blocks.system import Secret

    try:
        block: Secret[str] = await Secret.aload(name)
    except ValueError as error:
        raise SettingsError(
            f"There is no Secret block {name!r} on this server. Make it in the UI under Blocks, or set "
            "OPENAI_API_KEY where the flow runs."
        ) from error
    return str(block.get())
