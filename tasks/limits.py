"""The limit of how many batches generate at once, over all runs of a server."""

from __future__ import annotations

from contextlib import suppress

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

BATCH_TAG = "lesson-batch"
FINISHED_TAG = "finished"
DEFAULT_LIMIT = 2
UNLIMITED = 1_000
"""How many batches a run has in flight where an operator has switched the limit off."""


async def ensure_batch_limit() -> int:
    """Make sure that the tag `BATCH_TAG` has a limit on this server; gives the limit in force.

    A tag without one is unlimited. One that an operator has set is left alone; 0 pauses generation.
    """
    name = f"tag:{BATCH_TAG}"
    async with get_client() as client:
        try:
            limit = await client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            # Another run may make it in this very moment; then theirs is as good as ours.
            with suppress(ObjectAlreadyExists, PrefectHTTPStatusError):
                await client.create_global_concurrency_limit(
                    GlobalConcurrencyLimitCreate(name=name, limit=DEFAULT_LIMIT, active=True)
                )
            limit = await client.read_global_concurrency_limit_by_name(name)
    return limit.limit if limit.active else UNLIMITED
