"""The run's own queue for the batch limit."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import pairwise

import pytest

from tasks.slots import SlotQueue


def test_the_lowest_rank_of_those_that_wait_goes_first_and_no_more_than_the_width_at_once() -> None:
    begun: list[float] = []
    inside: set[float] = set()

    async def stage(queue: SlotQueue, rank: float) -> None:
        async with queue.slot(rank):
            begun.append(rank)
            inside.add(rank)
            assert len(inside) <= 2
            await asyncio.sleep(0)
            inside.remove(rank)

    async def run() -> None:
        queue = SlotQueue(2, apart=0)
        await asyncio.gather(*(stage(queue, rank) for rank in (3.0, 1.5, 2.0, 1.0, 0.5)))

    asyncio.run(run())
    assert begun == [3.0, 1.5, 0.5, 1.0, 2.0], "the first two found it free"


@pytest.mark.parametrize("late", [0.0, 0.3])
def test_two_are_never_let_in_at_the_same_moment(late: float, monkeypatch: pytest.MonkeyPatch) -> None:
    now, begun, turn = 0.0, list[float](), asyncio.sleep

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds + (late if seconds else 0)
        await turn(0)

    async def stage(queue: SlotQueue, rank: float) -> None:
        async with queue.slot(rank):
            begun.append(now)

    async def run() -> None:
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
        queue = SlotQueue(3, apart=0.05)
        await asyncio.gather(*(stage(queue, rank) for rank in range(6)))

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(run())
    assert [later - earlier for earlier, later in pairwise(begun)] == pytest.approx([0.05 + late] * 5)


def test_a_slot_is_handed_on_by_one_that_is_cancelled_while_it_waits_or_is_let_in() -> None:
    async def hold(queue: SlotQueue, rank: float) -> None:
        async with queue.slot(rank):
            await asyncio.sleep(60)

    async def run() -> None:
        queue = SlotQueue(1, apart=0.05)
        tasks = [asyncio.create_task(hold(queue, rank)) for rank in range(3)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
            await asyncio.sleep(0)
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        async with asyncio.timeout(5), queue.slot(0):
            pass

    asyncio.run(run())


def test_a_limit_that_is_raised_lets_in_those_that_wait() -> None:
    inside: set[int] = set()

    async def hold(queue: SlotQueue, number: int) -> None:
        async with queue.slot(number):
            inside.add(number)
            await asyncio.sleep(60)

    async def run() -> None:
        queue = SlotQueue(1, apart=0)
        tasks = [asyncio.create_task(hold(queue, number)) for number in range(4)]
        await asyncio.sleep(0.02)
        assert inside == {0}
        assert queue.widen(3) and not queue.widen(2)
        await asyncio.sleep(0.02)
        assert inside == {0, 1, 2}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
