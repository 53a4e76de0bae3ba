"""What became of one item of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from coursewright.errors import CourseError
from coursewright.models.base import Spent

State = Literal["written", "finished", "published", "set aside", "failed", "not asked"]
"""``finished``: nothing was to be done. ``published``: finished before, now put in its place. ``set aside``:
the checks refused it. ``failed``: no text came. ``not asked``: the run stopped before it."""

GAPS: tuple[State, ...] = ("set aside", "failed", "not asked")
"""States of an item that the run asked for and did not get."""


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one lesson, lab or figure, or of a file of the book that could not be written.

    Attributes:
        kind: ``lesson``, ``lab``, ``figures``, ``lab-plan`` or ``book``.
        place: ``MM-LL`` or ``MM-LL-NN``; a file's name where it is of the book.
        reason: why it is a gap, or what made it be written.
        location: where its text is, for a person.
        etag: of the published text.
        cost: US dollars in this run; None where the price is not known.
        findings: what the checks said, as JSON.
        conflict: the difference between a person's edit and the newer text beside it, as a unified diff.
    """

    kind: str
    place: str
    title: str
    state: State
    reason: str = ""
    words: int = 0
    target: int = 0
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0
    requests: int = 0
    repairs: int = 0
    edited: bool = False
    demonstration: bool = False
    location: str = ""
    etag: str = ""
    opening: str = ""
    conflict: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_gap(self) -> bool:
        """Whether the run asked for it and did not get it."""
        return self.state in GAPS

    def ended_by(self, error: CourseError) -> ItemOutcome:
        """The outcome of an item that an error ended: why, and what was paid for it all the same."""
        spent = error.spent or Spent()
        return replace(
            self,
            reason=str(error),
            input_tokens=spent.usage.input,
            output_tokens=spent.usage.output,
            cached_tokens=spent.usage.cached,
            cost=spent.cost,
            seconds=round(spent.seconds, 3),
            requests=spent.requests,
        )

    def after(self, before: ItemOutcome) -> ItemOutcome:
        """This outcome with what an earlier try at the item was paid."""
        known = self.cost is not None and before.cost is not None
        return replace(
            self,
            input_tokens=self.input_tokens + before.input_tokens,
            output_tokens=self.output_tokens + before.output_tokens,
            cached_tokens=self.cached_tokens + before.cached_tokens,
            cost=(self.cost or 0.0) + (before.cost or 0.0) if known else None,
            seconds=round(self.seconds + before.seconds, 3),
            requests=self.requests + before.requests,
        )

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**values, "findings": list(self.findings)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ItemOutcome:
        """The outcome that `as_json` gave."""
        return cls(**{**data, "findings": tuple(data.get("findings", ()))})
