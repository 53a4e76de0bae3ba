"""Where a task runs: in this process, unless the flow was given a task runner with others, such as Dask."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import State
from prefect.context import FlowRunContext
from prefect.task_runners import ThreadPoolTaskRunner

from coursewright.errors import SettingsError


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
