"""Look over all projects of a store for what is stale, without asking any model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from coursewright.counting import say_count
from coursewright.errors import CourseError, ProjectError
from coursewright.project.course import find_projects
from coursewright.project.refresh import ProjectState, examine_project
from coursewright.store.base import Store
from tasks.storage import open_course_store


@dataclass(frozen=True)
class StoreState:
    """What of a store is stale.

    Attributes:
        projects: those that could be examined, stale or not, by name.
        faults: why others could not be, by name.
    """

    projects: tuple[ProjectState, ...]
    faults: dict[str, str]


@task(name="find-stale", task_run_name="Look over {store}", cache_policy=NO_CACHE)
async def find_stale(
    store: str,
    projects: list[str] | None = None,
    older_than_days: float | None = None,
    aws_credentials: str = "",
) -> StoreState:
    """What of each project is stale. One that cannot be examined does not stop the others.

    Args:
        projects: only these; None for all of the store.
        older_than_days: what was written longer ago counts as stale; None for no age.

    Raises:
        ProjectError: a project that is named is not in the store.
    """
    course_store = await open_course_store(store, aws_credentials)
    known = await asyncio.to_thread(find_projects, course_store)
    if unknown := sorted(set(projects or ()) - set(known)):
        raise ProjectError(
            f"There is no project {', '.join(unknown)} in {store}; it has {', '.join(known) or 'none'}."
        )
    before = None if older_than_days is None else datetime.now(UTC) - timedelta(days=older_than_days)
    return await _examine(course_store, sorted(set(projects or known)), before)


async def _examine(store: Store, names: Sequence[str], before: datetime | None) -> StoreState:
    log = get_run_logger()
    found, faults = [], {}
    for name in names:
        began = time.monotonic()
        try:
            state = await asyncio.to_thread(examine_project, store, name, written_before=before)
        except CourseError as error:
            faults[name] = str(error)
            log.warning("Project %s cannot be examined: %s", name, error)
            continue
        found.append(state)
        log.info(
            "Project %s: %s (looked at in %.2f s)",
            name,
            "nothing is stale" if state.is_fresh else f"stale are {say_count(len(state.items), 'item')}",
            time.monotonic() - began,
        )
    return StoreState(tuple(found), faults)
