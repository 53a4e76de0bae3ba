"""A run that starts Prefect's temporary server, and what a killed one left behind.

The temporary server keeps leases on slots in its memory. Killed together with its run, it leaves the slots
taken in its database for ever, and the next run would wait for them without end. So each run with a temporary
server holds a file lock in Prefect's home for as long as it lives, and the one that is alone there sets the
slots free first.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import IO

from prefect.client.base import ServerType
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings

from tasks.limits import BATCH_TAG

_held: list[IO[bytes]] = []


async def free_slots_of_killed_runs() -> bool:
    """Free the slots that killed runs with temporary servers hold; gives whether this run has such a server.

    Nothing is done where the server stays, since it frees them itself within 60 s.
    """
    async with get_client() as client:
        if client.server_type != ServerType.EPHEMERAL:
            return False
        if _held:
            return True
        home = get_current_settings().home
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "coursewright-temporary-server.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            alone = False
        if alone:
            with suppress(ObjectNotFound):  # no run has made the limit yet
                await client.update_global_concurrency_limit(
                    f"tag:{BATCH_TAG}", GlobalConcurrencyLimitUpdate(active_slots=0)
                )
        fcntl.flock(lock, fcntl.LOCK_SH)
        _held.append(lock)
        return True


def has_server_of_its_own() -> bool:
    """Whether a run from here would have to start Prefect's temporary server."""
    settings = get_current_settings()
    return not settings.api.url and "PREFECT_API_URL" not in os.environ
