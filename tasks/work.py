"""What tasks are handed: small plain values, from which each finds the course and the models by itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from coursewright.errors import SettingsError
from coursewright.models import ModelSettings, open_models
from coursewright.models.base import Model
from coursewright.models.settings import Credentials
from coursewright.project.course import Course, load_course
from coursewright.project.prepare import RunOrder
from coursewright.project.resources import RunResources, Spending
from coursewright.project.settings import CourseSettings
from coursewright.store.claims import Claims
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


async def open_work(order: Mapping[str, Any], access: Mapping[str, Any]) -> CourseWork:
    """The work that a task is about; opened once a run and process."""
    run_order = RunOrder(**order)
    if run_order.run not in _courses:
        store = await open_course_store(run_order.store, str(access.get("aws_credentials", "")))
        course = await asyncio.to_thread(load_course, store, run_order.project)
        resources = await open_resources(run_order, Access(**access), course)
        with _lock:
            _courses.setdefault(run_order.run, course)
            _resources.setdefault(run_order.run, resources)
    return CourseWork(run_order, _courses[run_order.run], _resources[run_order.run])


def close_work(run: str) -> None:
    """Forget a run's course and resources in this process."""
    with _lock:
        _courses.pop(run, None)
        resources = _resources.pop(run, None)
    if resources is not None:
        resources.claims.close()


async def open_resources(order: RunOrder, access: Access, course: Course) -> RunResources:
    """What the work of this run shares in this process."""
    model_for = await open_chains(asdict(access))
    return RunResources(order.run, Claims(course.store, order.run), model_for, Spending(order.max_cost))


async def open_chains(access: Mapping[str, Any]) -> Callable[[CourseSettings], Model]:
    """A function that gives the model chain for settings, the same chain for the same models."""
    names = Access(**access)
    credentials = Credentials(
        openai_api_key=await _load_secret(names.openai_secret) if names.openai_secret else None,
        aws_session=await load_aws_session(names.aws_credentials) if names.aws_credentials else None,
    )
    limiters = await limiters_for()
    chains: dict[tuple[str, ...], Model] = {}
    lock = threading.Lock()

    def model_for(settings: CourseSettings) -> Model:
        with lock:
            if settings.models not in chains:
                chains[settings.models] = open_models(
                    settings.models, ModelSettings(credentials=credentials, limiters=limiters)
                )
            return chains[settings.models]

    return model_for


async def _load_secret(name: str) -> str:
    from prefect.blocks.system import Secret

    try:
        block = await Secret.aload(name)
    except ValueError as error:
        raise SettingsError(
            f"There is no Secret block {name!r} on this server. Make it in the UI under Blocks, or set "
            "OPENAI_API_KEY where the flow runs."
        ) from error
    return str(block.get())
