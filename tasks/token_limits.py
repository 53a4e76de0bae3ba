"""Tokens, requests and pictures a minute, kept over all runs of a server by Prefect's rate limits.

An operator makes the global concurrency limits ``coursewright-tokens``, ``coursewright-requests`` and, for
image models, ``coursewright-pictures`` with a slot decay. For a quota of tokens a minute: limit = the largest
request, decay = (quota - limit) / 60. Prefect admits limit + decay x 60 in the first minute, which is the
quota. Without such a limit, nothing waits.

A run waits here, in a line of its own, until the server has room, and only then asks for it. A refusal would
cost more than the wait: with each, Prefect's server forgets what has decayed since it last gave anything, and
counts what was refused into the next wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import rate_limit

from coursewright.errors import SettingsError
from coursewright.models import settings
from coursewright.models.base import Limiter

TOKENS = "coursewright-tokens"
REQUESTS = "coursewright-requests"
PICTURES = "coursewright-pictures"
_WAIT_SECONDS = 3_600.0
_SHORTEST_WAIT = 0.05


class LimitState(Protocol):
    """A limit as the server has it now."""

    @property
    def active(self) -> bool | None: ...
    @property
    def limit(self) -> int: ...
    @property
    def active_slots(self) -> int | None: ...
    @property
    def slot_decay_per_second(self) -> float | None: ...


class RateLine:
    """The requests of this process that wait for one rate limit, one behind the other.

    Args:
        name: the limit's.
        read: gives the limit's state on the server.
        take: takes so many slots of it; waits by itself where another run was quicker.
    """

    def __init__(
        self,
        name: str,
        *,
        read: Callable[[str], LimitState] | None = None,
        take: Callable[[str, int], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._read = read or _read_limit
        self._take = take or _take_slots
        self._sleep = sleep
        self._line = threading.Lock()

    def __call__(self, count: int) -> None:
        """Wait until the limit has room for `count`, and take it."""
        with self._line:
            for part in self._parts(count):
                while (wait := self._wait_for(part)) > 0:
                    self._sleep(wait)
                self._take(self._name, part)

    def _parts(self, count: int) -> Iterator[int]:
        """The server refuses more than the limit at once for ever, so a larger request takes it in parts."""
        limit = max(1, self._read(self._name).limit)
        while count > 0:
            yield min(count, limit)
            count -= limit

    def _wait_for(self, count: int) -> float:
        """Seconds until there should be room; 0 where there is."""
        now = self._read(self._name)
        over = (now.active_slots or 0) + count - now.limit
        if over <= 0 or not now.active:
            return 0.0
        return max(_SHORTEST_WAIT, over / check_decay(self._name, now.slot_decay_per_second))


async def limiters_for() -> Mapping[str, Limiter]:
    """The limiters that an operator's limits on this server call for; empty where there are none.

    Raises:
        SettingsError: a limit has no slot decay, so that what is taken of it would never come free.
    """
    async with get_client() as client:
        page = await client.read_global_concurrency_limits(limit=200, offset=0)
        found = list(page)
        while len(page) == 200:
            page = await client.read_global_concurrency_limits(limit=200, offset=len(found))
            found += page
    known = (TOKENS, REQUESTS, PICTURES)
    active = {limit.name: limit for limit in found if limit.active and limit.name in known}
    for name, limit in active.items():
        check_decay(name, limit.slot_decay_per_second)
    lines = {name: RateLine(name) for name in active}
    limiters: dict[str, Limiter] = {}
    if TOKENS in lines or REQUESTS in lines:
        limiters[""] = _both(lines.get(REQUESTS), lines.get(TOKENS))
    if PICTURES in lines:
        limiters[settings.PICTURES] = _both(lines[PICTURES], None)
    return limiters


def _both(each: RateLine | None, tokens: RateLine | None) -> Limiter:
    """Waits for one of the first limit, and for a request's tokens of the second."""

    def wait(count: int) -> None:
        if each is not None:
            each(1)
        if tokens is not None:
            tokens(count)

    return wait


def check_decay(name: str, decay: float | None) -> float:
    """The slots that come free each second.

    Raises:
        SettingsError: none do.
    """
    if not decay:
        raise SettingsError(
            f"The limit {name!r} on the Prefect server has no slot decay, so nothing taken of it would ever "
            "come free. For a quota a minute give it limit = the largest request and decay = (quota - limit) "
            f"/ 60: prefect gcl update {name} --limit N --slot-decay-per-second D."
        )
    return decay


def _read_limit(name: str) -> LimitState:
    with get_client(sync_client=True) as client:
        return client.read_global_concurrency_limit_by_name(name)


def _take_slots(name: str, count: int) -> None:
    rate_limit(name, occupy=count, timeout_seconds=_WAIT_SECONDS, strict=True)
