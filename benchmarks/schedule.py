"""What no scheduler can beat: list scheduling of the same durations, in the same order, on as many slots.

The bounds that the benchmarks compare with are computed here, from durations alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Batch:
    """One batch of a replay, in seconds.

    Attributes:
        content: holds a generation slot.
        plan: describing the figures: a request to the model.
        images: making the figures, without the lessons' model.
    """

    content: float
    plan: float = 0.0
    images: float = 0.0

    @property
    def tail(self) -> float:
        """What comes after the text."""
        return self.plan + self.images

    def divided(self, by: float) -> Batch:
        """The same batch in a shorter time."""
        return Batch(self.content / by, self.plan / by, self.images / by)


def list_schedule(durations: Sequence[float], slots: int) -> list[float]:
    """When each job ends if each, in order, starts on the slot that is free first."""
    free = [0.0] * slots
    ends = []
    for seconds in durations:
        end = heapq.heappop(free) + seconds
        heapq.heappush(free, end)
        ends.append(end)
    return ends


def makespan(durations: Sequence[float], slots: int) -> float:
    """When the last of them ends."""
    return max(list_schedule(durations, slots), default=0.0)


def earlier_rule(batches: Sequence[Batch], slots: int) -> float:
    """The earlier system: an iteration of its Map holds its slot through lesson, visual plan and images.

    A Map with a limit starts the next iteration when one ends, in order, which is list scheduling of the
    whole iterations.
    """
    return makespan([batch.content + batch.tail for batch in batches], slots)


def overlap_bound(batches: Sequence[Batch], slots: int) -> float:
    """Lessons on the slots, figures beside them: no batch can be done before its text's end and its tail."""
    ends = list_schedule([batch.content for batch in batches], slots)
    return max((end + batch.tail for end, batch in zip(ends, batches, strict=True)), default=0.0)


def shared_quota(batches: Sequence[Batch], slots: int) -> float:
    """When all is done where describing figures takes a model's slot as lessons do.

    Of what is ready when a slot falls free, the figures of an earlier batch go before the next lesson.
    """
    free = [0.0] * slots
    ready: list[tuple[float, int]] = []
    waiting = list(range(len(batches)))
    done = 0.0
    while waiting or ready:
        now = heapq.heappop(free)
        due = [entry for entry in ready if entry[0] <= now]
        if due:
            entry = min(due, key=lambda one: one[1])
            ready.remove(entry)
            batch = batches[entry[1]]
            heapq.heappush(free, now + batch.plan)
            done = max(done, now + batch.plan + batch.images)
        elif waiting:
            number = waiting.pop(0)
            end = now + batches[number].content
            heapq.heappush(free, end)
            ready.append((end, number))
            done = max(done, end)
        else:
            heapq.heappush(free, min(ready)[0])
    return done
