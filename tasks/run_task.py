"""Where a task runs: in this process, unless the flow was given a task runner with others, such as Dask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import uuid4

from prefect import State
from prefect.client.orchestration import get_client
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.context import FlowRunContext
from prefect.states import Cancelled, Pending
from prefect.task_engine import run_task_async
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.callables import get_call_parameters

from coursewright.errors import SettingsError
from tasks import pause
from tasks.limits import ensure_batch_limit

IsOpen = Callable[[], Awaitable[bool]]


async def run_task(task: Any, *arguments: Any) -> State[Any]:
    """Run a task where this flow's tasks run, and wait for it; gives its state.

    Prefect's default runner has threads, which only get in the way of a coroutine: it is awaited here, and
    Dask never sees an awaited task. Any other runner is handed the task.
    """
    if runs_here():
        state: State[Any] = await task(*arguments, return_state=True)
        return state
    future = task.submit(*arguments)
    await asyncio.to_thread(future.wait)
    handed: State[Any] = future.state
    return handed


async def run_limited_task(is_open: IsOpen, task: Any, *arguments: Any) -> State[Any] | None:
    """Run a task that takes a slot of a limit, and wait for it; gives its state, None where it may not begin.

    The task run is created on the server first, as that of a background task is. An engine that creates it by
    itself announces it in the very moment in which it asks for the slot; a server on SQLite cannot do both,
    answers 503, and Prefect's client sleeps 2 s or more.

    Args:
        is_open: waits while the limit is paused; gives whether the task may begin.
    """
    if not await is_open():
        return None
    if not runs_here():
        return await run_task(task, *arguments)
    context = FlowRunContext.get()
    parameters = get_call_parameters(task.fn, arguments, {})
    async with get_client() as client:
        run = await client.create_task_run(
            task,
            context.flow_run.id if context and context.flow_run else None,
            # A flow run that is tried again makes new task runs, as it does without this.
            dynamic_key=str(uuid4()),
            name=task.task_run_name.format(**parameters),
            state=Pending(),
        )
    while True:
        try:
            state = await run_task_async(task, task_run=run, parameters=parameters, return_type="state")
            return cast("State[Any]", state)
        except ConcurrencySlotAcquisitionError:
            # Paused while it stood in line: the server refuses for good what is more than the limit.
            if await ensure_batch_limit() > 0:
                raise
            await asyncio.sleep(pause.LOOK_SECONDS)
        if not await is_open():
            async with get_client() as client:
                stopped: State[Any] = Cancelled(message="The run stopped before it.")
                await client.set_task_run_state(run.id, stopped, force=True)
            return None


def runs_here() -> bool:
    """Whether this flow's tasks run in this process."""
    context = FlowRunContext.get()
    return context is None or isinstance(context.task_runner, ThreadPoolTaskRunner)


def refuse_split_limit(max_cost: float | None) -> None:
    """A cost limit is kept within one process; several would each spend it.

    Raises:
        SettingsError: there is a limit, and tasks run elsewhere.
    """
    if max_cost is not None and not runs_here():
        raise SettingsError(
            "max_cost is kept within one process, and this flow's task runner has several. Leave max_cost "
            "out, or run the flow with Prefect's own task runner."
        )
