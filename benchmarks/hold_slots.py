"""Fill the server's averages as earlier runs do: ``python -m benchmarks.hold_slots SECONDS TIMES TAG…``.

A refused task waits for the tag's mean occupancy, which the server learns from tasks that came before.
"""

from __future__ import annotations

import asyncio
import sys

from prefect.concurrency.asyncio import concurrency


async def hold(seconds: float, times: int, tags: list[str]) -> None:
    """Hold both slots of each tag for so long, so many times."""

    async def one(tag: str) -> None:
        for _ in range(times):
            async with concurrency(f"tag:{tag}", occupy=1, strict=True):
                await asyncio.sleep(seconds)

    await asyncio.gather(*(one(tag) for tag in tags for _ in range(2)))


if __name__ == "__main__":
    asyncio.run(hold(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
