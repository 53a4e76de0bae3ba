"""The run's own queue for the batch limit: as wide as the limit, so that the server never has to refuse.

A refused acquisition makes Prefect's client sleep, and all others of that client behind it; the limit on the
server is there for *other* runs.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

APART_SECONDS = 0.2
"""Between two that are let in. A server on SQLite takes some of it to write that the first one runs, and
refuses a second that asks meanwhile, for 2 s or more; two that end together would meet again and again."""


class SlotQueue:
    """So many at once; of those that wait, the one with the lowest rank goes first.

    Args:
        width: how many.
        apart: seconds between two that are let in.
    """

    def __init__(self, width: int, apart: float = APART_SECONDS) -> None:
        self._width = self._free = width
        self._apart = apart
        self._next_start = 0.0
        self._door = asyncio.Lock()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._arrivals = 0

    def widen(self, width: int) -> bool:
        """Let so many in at once from now on, where that is more than before; gives whether it is."""
        wider = width > self._width
        while self._width < width:
            self._width += 1
            self._hand_on()
        return wider

    @asynccontextmanager
    async def slot(self, rank: float) -> AsyncIterator[None]:
        """Hold a slot; `rank` is the place in the course: labs go before the next module's lessons."""
        # One turn of the loop lets all who were submitted together stand in line before the first is served.
        await asyncio.sleep(0)
        if self._free and not self._waiting:
            self._free -= 1
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._arrivals += 1
            heapq.heappush(self._waiting, (rank, self._arrivals, turn))
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._hand_on()
                raise
        try:
            await self._keep_apart()
            yield
        finally:
            self._hand_on()

    async def _keep_apart(self) -> None:
        clock = asyncio.get_running_loop().time
        async with self._door:
            await asyncio.sleep(max(0.0, self._next_start - clock()))
            # Counted from when this one is really let in, which on a busy machine is later than it should be.
            self._next_start = clock() + self._apart

    def _hand_on(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
