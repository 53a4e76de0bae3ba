"""What a batch task gives back: small plain values, whether it ended well or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursewright.errors import CostLimitReached, CourseError, QuotaExhausted
from coursewright.project.outcome import ItemOutcome

_TOO_LARGE = ("opening", "conflict", "checks")


class BatchIncomplete(CourseError):
    """Something of a batch is missing, so it must not count as done.

    Args:
        title: the batch's.
        outcomes: what became of each of its items.
        cause: what ended the asking, where a quota or the cost limit did.
    """

    def __init__(
        self,
        title: str,
        outcomes: Sequence[ItemOutcome],
        cause: QuotaExhausted | CostLimitReached | None = None,
    ) -> None:
        self.title = title
        self.outcomes = tuple(outcomes)
        self.cause = cause
        gaps = [outcome for outcome in outcomes if outcome.is_gap]
        super().__init__(f"{title}: {len(gaps)} of {len(outcomes)} missing. {_name_gaps(gaps)}")

    def __reduce__(self) -> tuple[Any, ...]:
        return BatchIncomplete, (self.title, self.outcomes, self.cause)


def _name_gaps(gaps: Sequence[ItemOutcome]) -> str:
    """Which are missing and why; a reason that several share is told once."""
    places: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        places.setdefault((gap.state, gap.reason), []).append(f"{gap.kind} {gap.place}")
    return "; ".join(f"{', '.join(named)} {state}: {reason}" for (state, reason), named in places.items())


def summarise(outcomes: Sequence[ItemOutcome]) -> dict[str, Any]:
    """A batch's result: ids, states, counts and findings; no texts."""
    items = []
    for outcome in outcomes:
        data = outcome.as_json()
        items.append({name: value for name, value in data.items() if name not in _TOO_LARGE})
    return {"items": items}


def read_summary(result: dict[str, Any]) -> list[ItemOutcome]:
    """The outcomes that `summarise` kept."""
    return [ItemOutcome.from_json(item) for item in result["items"]]
