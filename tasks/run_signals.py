"""What a person asks of a run in the UI while it runs: to suspend, or to cancel.

A run from a deployment is ended by its worker when it is cancelled; a run from a terminal has none, and a
suspended one goes on with what has begun. So a run asks the server before each lesson.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

import httpx
from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import Cancelled

from tasks.run_identity import run_id
from tasks.work import CourseWork


async def heed_signals(work: CourseWork) -> State | None:
    """Stop the run's asking if a person wants it suspended or cancelled; gives the state that says so."""
    state = await _asked_for()
    if state is not None and not work.resources.stopped.is_set():
        get_run_logger().info("The run was asked to stop (%s): no further lesson is begun.", state.name)
        work.resources.stopped.set()
    return state


async def end_if_asked(work: CourseWork) -> State | None:
    """Leave a suspended run as it is; gives the state of one that was cancelled, None for all others.

    Raises:
        Pause: the run is suspended. Resumed, it goes on with what is missing.
    """
    state = await heed_signals(work)
    if state is None:
        return None
    if state.is_paused():
        raise Pause(state=state)
    return Cancelled(message="Cancelled. All that is finished is kept; run again to go on.")


async def _asked_for() -> State | None:
    try:
        async with get_client() as client:
            for run in _runs_above(run_id()):
                state = (await client.read_flow_run(UUID(run))).state
                if state and (state.is_paused() or state.is_cancelling() or state.is_cancelled()):
                    return state
    except httpx.TransportError:
        return None  # the server restarts: nobody can have asked it anything
    return None


@lru_cache(maxsize=64)
def _runs_above(run: str) -> tuple[str, ...]:
    """The run, and the one that it is part of."""
    root = runtime.flow_run.root_flow_run_id
    return (run,) if root in (None, run) else (run, str(root))
