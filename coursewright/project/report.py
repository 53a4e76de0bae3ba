"""The report of a run: every item, its state, tokens, cost and findings; one JSON file a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from coursewright.errors import NotStored, StoreUnavailable
from coursewright.project.line_json import write_lines
from coursewright.project.outcome import ItemOutcome, State
from coursewright.store.base import Store

RunState = Literal["Complete", "FinishedWithGaps", "StoppedByQuota", "StoppedByCostLimit"]

EXIT_CODES: Mapping[RunState, int] = {
    "Complete": 0,
    "FinishedWithGaps": 3,
    "StoppedByQuota": 4,
    "StoppedByCostLimit": 4,
}


_KINDS = {
    "lesson": ("lesson", "lessons"),
    "figures": ("lesson's figures", "lessons' figures"),
    "lab-plan": ("plan of labs", "plans of labs"),
    "lab": ("lab", "labs"),
}
"""What the kinds of items are called, one and many, in the order in which a course has them."""


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    Attributes:
        message: the state in a sentence or two, with what to do.
        outcomes: one for each selected item.
        not_selected: how many items the run was not about.
        resume_at: when a quota is filled again, ISO 8601, if the run stopped for one.
        book: where the book's files are, by format.
        warnings: what is worth a look about the course as a whole.
        seconds: of the whole run.
    """

    run: str
    project: str
    title: str
    state: RunState
    message: str
    outcomes: tuple[ItemOutcome, ...] = ()
    not_selected: int = 0
    resume_at: str = ""
    started: str = ""
    seconds: float = 0.0
    models: tuple[str, ...] = ()
    book: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code of a command that made this run."""
        return EXIT_CODES[self.state]

    @property
    def totals(self) -> dict[str, Any]:
        """Counts, tokens and money over all items; the cost is None where any item's is unknown."""
        costs = [outcome.cost for outcome in self.outcomes]
        return {
            "items": len(self.outcomes),
            "written": _count(self.outcomes, "written"),
            "finished_before": _count(self.outcomes, "finished") + _count(self.outcomes, "published"),
            "gaps": sum(outcome.is_gap for outcome in self.outcomes),
            "words": sum(outcome.words for outcome in self.outcomes),
            "input_tokens": sum(outcome.input_tokens for outcome in self.outcomes),
            "output_tokens": sum(outcome.output_tokens for outcome in self.outcomes),
            "cached_tokens": sum(outcome.cached_tokens for outcome in self.outcomes),
            "requests": sum(outcome.requests for outcome in self.outcomes),
            "cost_usd": None if None in costs else round(sum(cost or 0.0 for cost in costs), 6),
        }

    def say_items(self, *states: State) -> str:
        """How many items of each kind are in one of these states, in words."""
        counts = Counter(outcome.kind for outcome in self.outcomes if outcome.state in states)
        told = [
            f"{counts[kind]:,} {one if counts[kind] == 1 else many}"
            for kind, (one, many) in _KINDS.items()
            if counts[kind]
        ]
        return ", ".join(told) or "nothing"

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "run": self.run,
            "project": self.project,
            "title": self.title,
            "state": self.state,
            "exit_code": self.exit_code,
            "message": self.message,
            "resume_at": self.resume_at or None,
            "started": self.started,
            "seconds": round(self.seconds, 3),
            "models": list(self.models),
            "totals": self.totals,
            "book": dict(self.book),
            "warnings": list(self.warnings),
            "not_selected": self.not_selected,
            "items": [outcome.as_json() for outcome in self.outcomes],
        }


def judge_run(
    outcomes: Iterable[ItemOutcome],
    *,
    stopped_by: Literal["", "quota", "cost"],
    stop_message: str,
    resume_at: datetime | None,
) -> tuple[RunState, str]:
    """The state that tells the truth about a run, and its message."""
    # The labs' plan is a means, and nothing that anybody asked for.
    outcomes = tuple(outcome for outcome in outcomes if outcome.kind != "lab-plan")
    gaps = [outcome for outcome in outcomes if outcome.is_gap]
    if stopped_by and gaps:
        done = len(outcomes) - len(gaps)
        when = (
            f" Resume at or after {resume_at:%Y-%m-%d %H:%M} UTC with the same command." if resume_at else ""
        )
        message = f"{stop_message} {done} of {len(outcomes)} items are finished and kept.{when}"
        return ("StoppedByQuota" if stopped_by == "quota" else "StoppedByCostLimit"), message
    if gaps:
        named = ", ".join(f"{gap.kind} {gap.place}" for gap in gaps[:10])
        more = f" and {len(gaps) - 10} more" if len(gaps) > 10 else ""
        return "FinishedWithGaps", (
            f"{len(gaps)} of {len(outcomes)} items are missing: {named}{more}. "
            f"First reason: {gaps[0].reason} "
            "Run the same command again to ask for exactly these, or mend a text in rejected/ and take it "
            "over with: coursewright accept PROJECT LESSON."
        )
    counts = Counter(outcome.kind for outcome in outcomes if outcome.kind != "figures")
    if not counts:
        return "Complete", "There was nothing to make."
    # Lessons before labs, as the course has them.
    told = [f"{counts[kind]} {kind}{'s' * (counts[kind] > 1)}" for kind in ("lesson", "lab") if counts[kind]]
    return "Complete", f"{' and '.join(told)} finished."


def report_key(run: str) -> str:
    """Where the report of a run is kept."""
    return f"reports/{run}.json"


def write_report(store: Store, report: RunReport) -> str:
    """Keep the report; gives its place for a person. `store` is the project's own part."""
    store.write(report_key(report.run), write_lines(report.as_json()))
    return store.locate(report_key(report.run))


def read_report(store: Store, run: str) -> RunReport:
    """The kept report of a run.

    Raises:
        NotStored: there is none.
        StoreUnavailable: it is damaged.
    """
    try:
        data = json.loads(store.read(report_key(run)))
        return RunReport(
            run=data["run"],
            project=data["project"],
            title=data["title"],
            state=data["state"],
            message=data["message"],
            outcomes=tuple(ItemOutcome.from_json(item) for item in data["items"]),
            not_selected=data["not_selected"],
            resume_at=data["resume_at"] or "",
            started=data["started"],
            seconds=data["seconds"],
            models=tuple(data["models"]),
            book=data["book"],
            warnings=tuple(data["warnings"]),
        )
    except NotStored:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise StoreUnavailable(f"{store.locate(report_key(run))} is damaged.", key=report_key(run)) from error


def _count(outcomes: Iterable[ItemOutcome], state: str) -> int:
    return sum(outcome.state == state for outcome in outcomes)
