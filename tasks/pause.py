"""Generation that an operator has paused, with a limit of 0: no batch begins until the limit is raised.

Prefect's server refuses a slot of such a limit for good, so a run that asked for one would fail.
"""

from __future__ import annotations

import asyncio

import httpx
from prefect import get_run_logger

from tasks.limits import BATCH_TAG, ensure_batch_limit
from tasks.run_signals import heed_signals
from tasks.work import CourseWork

LOOK_SECONDS = 2.0
"""Between two looks at the limit."""


async def wait_while_paused(work: CourseWork) -> int:
    """Wait while the limit is 0, or until the run is asked to stop; gives the limit as it is then."""
    limit = await _read_limit()
    if limit == 0:
        get_run_logger().warning(
            "Generation is paused: the limit tag:%s is 0. Raise it under Concurrency to go on; what is being "
            "written is finished.",
            BATCH_TAG,
        )
    while limit == 0 and not work.resources.stopped.is_set():
        await asyncio.sleep(LOOK_SECONDS)
        await heed_signals(work)
        limit = await _read_limit()
        if limit:
            get_run_logger().info("Generation goes on: the limit tag:%s is %d.", BATCH_TAG, limit)
    return limit


async def _read_limit() -> int:
    try:
        return await ensure_batch_limit()
    except httpx.TransportError:
        return 1  # the server restarts; whoever asks it for a slot asks again
