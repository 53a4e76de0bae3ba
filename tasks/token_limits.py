"""Tokens and requests a minute, kept over all runs of a server by Prefect's rate limits.

An operator makes the global concurrency limits ``coursewright-tokens`` and ``coursewright-requests`` (or, for
one model alone, ``coursewright-tokens-<model>`` with ``[a-z0-9-]`` for its name), with a slot decay. For a
quota of tokens a minute: limit = the largest request, decay = (quota - limit) / 60. Prefect admits limit +
decay x 60 in the first minute, which is the quota. Where there is no such limit, nothing waits.
"""

from __future__ import annotations

from collections.abc import Mapping

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import rate_limit

from coursewright.models.base import Limiter

TOKENS = "coursewright-tokens"
REQUESTS = "coursewright-requests"
_WAIT_SECONDS = 3_600.0


async def limiters_for() -> Mapping[str, Limiter]:
    """The limiter that an operator's limits on this server call for; empty where there are none."""
    async with get_client() as client:
        found: dict[str, int] = {}
        offset = 0
        while page := await client.read_global_concurrency_limits(limit=200, offset=offset):
            found |= {limit.name: limit.limit for limit in page if limit.active}
            offset += len(page)
    tokens, requests = found.get(TOKENS), found.get(REQUESTS)
    if tokens is None and requests is None:
        return {}

    def wait(count: int) -> None:
        if requests is not None:
            rate_limit(REQUESTS, occupy=1, timeout_seconds=_WAIT_SECONDS)
        if tokens is not None:
            # A request larger than the limit would be refused for ever; it waits for the whole limit.
            rate_limit(TOKENS, occupy=min(count, tokens), timeout_seconds=_WAIT_SECONDS)

    return {"": wait}
