"""What working on an item gives back, and how a run is told to stop asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coursewright.errors import CostLimitReached, QuotaExhausted
from coursewright.project.outcome import ItemOutcome


@dataclass(frozen=True)
class FinishedItem:
    """What became of an item, and what the project's record has to be told of it."""

    outcome: ItemOutcome
    remember: dict[str, Any]


class Stopped(Exception):
    """The run cannot go on asking: a quota or its cost limit. Carries what became of the item.

    Args:
        cause: the quota's or the limit's error.
    """

    def __init__(self, cause: QuotaExhausted | CostLimitReached, item: FinishedItem) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.item = item
