"""Artifacts as a person wants to read them: one a lesson, one table a run, one that shows progress."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from coursewright.counting import say_count
from coursewright.project.keys import digest
from coursewright.project.outcome import ItemOutcome
from coursewright.project.report import RunReport

SHOWN_WITHIN = 1.0
"""Seconds within which progress is shown."""

_STATES = {
    "written": "written in this run",
    "finished": "finished before",
    "published": "finished before, put in its place",
    "set aside": "set aside: the checks refused it",
    "failed": "failed: no text came",
    "not asked": "not asked: the run stopped before it",
}


def artifact_key(project: str, *parts: str) -> str:
    """An artifact's key: ``<project>-lesson-01-02``. Prefect takes ``[a-z0-9-]``."""
    return "-".join((project, *parts))


def artifact_digest(outcome: ItemOutcome) -> str:
    """What decides whether an item's artifact has anything new to show: its text, state and findings."""
    return digest(
        [
            outcome.state in ("written", "finished", "published") or outcome.state,
            outcome.reason,
            outcome.opening,
            outcome.words,
            outcome.target,
            outcome.model,
            outcome.edited,
            outcome.conflict,
            list(map(dict, outcome.findings)),
        ],
        16,
    )


async def write_item_artifact(project: str, outcome: ItemOutcome) -> None:
    """Write the artifact of a lesson, a lab or a lesson's figures."""
    await acreate_markdown_artifact(
        key=artifact_key(project, outcome.kind, outcome.place),
        markdown=describe_item(outcome),
        description=f"{outcome.place} {outcome.title}: {outcome.state}",
    )


def describe_item(outcome: ItemOutcome) -> str:
    """An item's artifact as Markdown."""
    findings = [finding for finding in outcome.findings if finding["severity"] != "note"]
    notes = [finding for finding in outcome.findings if finding["severity"] == "note"]
    rows = {
        "State": _STATES[outcome.state] + (f": {outcome.reason}" if outcome.reason else ""),
        "Words": _words(outcome),
        "Model": outcome.model + (" (demonstration)" if outcome.demonstration else ""),
        "Tokens": (
            f"{outcome.input_tokens:,} in ({outcome.cached_tokens:,} cached), {outcome.output_tokens:,} out"
        ),
        "Cost": "unknown" if outcome.cost is None else money(outcome.cost),
        "Time": f"{outcome.seconds:.1f} s in {say_count(outcome.requests, 'request')}, "
        f"{say_count(outcome.repairs, 'repair')}",
        "Text": f"`{outcome.location}`" if outcome.location else "",
    }
    lines = [f"# {outcome.place} {plain(outcome.title)}", "", "| | |", "|---|---|"]
    lines += [f"| **{name}** | {_cell(value)} |" for name, value in rows.items() if value]
    lines += ["", "## Checks", ""]
    if outcome.checks:
        passed = [name for name, verdict in outcome.checks.items() if verdict == "passed"]
        lines.append(f"Passed: {', '.join(passed) or 'none'}.")
        lines.append("")
    lines += [
        f"- **{finding['severity']}** · {finding['check']}: {_cell(finding['message'])}"
        for finding in findings
    ]
    if not findings:
        lines.append("No errors and no warnings.")
    lines += [f"- {finding['check']}: {_cell(finding['message'])}" for finding in notes]
    if outcome.conflict:
        lines += ["", "## Your edit and the newer text", "", *fenced("diff", outcome.conflict)]
    if outcome.opening:
        lines += ["", "## Opening", "", *fenced("markdown", outcome.opening)]
    return "\n".join(lines) + "\n"


def _words(outcome: ItemOutcome) -> str:
    if outcome.kind == "figures":
        return ""
    return f"{outcome.words:,}" + (f" of {outcome.target:,} wanted" if outcome.target else "")


async def write_run_artifact(report: RunReport, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the table that lists every item of the course."""
    totals = report.totals
    await acreate_table_artifact(
        key=artifact_key(report.project, "run"),
        table=[dict(row) for row in rows],
        description=(
            f"**{plain(report.title)}** · {report.state}: {report.message}\n\n"
            f"Written: {report.say_items('written')}. "
            f"Finished before: {report.say_items('finished', 'published')}. Missing: {totals['gaps']}.\n\n"
            f"{totals['input_tokens']:,} tokens in, "
            f"{totals['output_tokens']:,} out · {money(totals['cost_usd'])}"
        ),
    )


async def write_summary_artifact(report: RunReport, location: str) -> None:
    """Write the page that tells what was made, what it cost, what needs a look, and where the book is."""
    await acreate_markdown_artifact(
        key=artifact_key(report.project, "summary"),
        markdown=describe_run(report, location),
        description=f"{report.title}: {report.state}",
    )


def describe_run(report: RunReport, location: str) -> str:
    """A run's summary as Markdown."""
    totals = report.totals
    lines = [f"# {plain(report.title)}", "", f"**{report.state}.** {plain(report.message)}", ""]
    lines += ["## The book", ""]
    lines += [f"- {name}: `{place}`" for name, place in report.book.items()] or ["No book was built."]
    lines += ["", "## What was made, and what it cost", ""]
    lines += [
        f"- written: {report.say_items('written')}",
        f"- finished before: {report.say_items('finished', 'published')}",
        f"- {say_count(totals['words'], 'word')}",
        f"- {say_count(totals['requests'], 'request')}, {totals['input_tokens']:,} tokens in, "
        f"{totals['output_tokens']:,} out",
        f"- {money(totals['cost_usd'])}",
        f"- by {', '.join(report.models) or 'no model'}",
    ]
    look = [outcome for outcome in report.outcomes if outcome.is_gap or outcome.conflict or _warned(outcome)]
    lines += ["", "## What needs a look", ""]
    lines += [f"- **{item.kind} {item.place}** {plain(item.title)}: {_look(item)}" for item in look[:100]]
    lines += [f"- {plain(warning)}" for warning in report.warnings[:50]]
    demonstration = "embedded" in report.models
    if demonstration:
        lines.append("- Every text: the embedded model demonstrates that all runs, and is often wrong.")
    if not look and not report.warnings and not demonstration:
        lines.append("Nothing.")
    lines += ["", f"The whole report: `{location}`"]
    return "\n".join(lines) + "\n"


class ProgressArtifact:
    """How far a run is, in percent of its items. Make it with `start`, and end it."""

    def __init__(self, artifact_id: UUID, total: int, done: int) -> None:
        self._id = artifact_id
        self._total = total
        self._reached = self._shown = (done, 0)
        self._ended = asyncio.Event()
        self._showing: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, project: str, total: int, done: int) -> ProgressArtifact:
        """Show the progress of a run of `total` items, with so many finished before."""
        artifact_id = await acreate_progress_artifact(
            progress=_percent(done, total),
            key=artifact_key(project, "progress"),
            description=f"{done} of {total} items",
        )
        return cls(artifact_id, total, done)

    def reach(self, done: int, missing: int = 0) -> None:
        """Have it shown, within `SHOWN_WITHIN` seconds, that so many items are done, and so many will not be.

        Not at once: a finished batch gives its slot to the next, and on SQLite a server that writes anything
        in that moment answers the next one's acquisition with 503, after which Prefect's client sleeps 2 s.
        """
        self._reached = (done, missing)
        if self._showing is None or self._showing.done():
            self._showing = asyncio.create_task(self._show_soon())

    async def end(self) -> None:
        """Show what was reached last."""
        self._ended.set()
        if self._showing is not None:
            await self._showing

    async def _show_soon(self) -> None:
        while self._shown != self._reached:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), SHOWN_WITHIN)
            reached = done, missing = self._reached
            await aupdate_progress_artifact(
                self._id,
                progress=_percent(done, self._total),
                description=f"{done} of {self._total} items" + (f", {missing} missing" if missing else ""),
            )
            self._shown = reached


def _percent(done: int, total: int) -> float:
    return 100.0 * min(done, total) / total if total else 100.0


def money(cost: object) -> str:
    """A cost as people read it."""
    if cost is None:
        return "cost unknown"
    return f"${cost:.4f}"


def _warned(outcome: ItemOutcome) -> bool:
    return any(finding["severity"] == "warning" for finding in outcome.findings)


def _look(outcome: ItemOutcome) -> str:
    if outcome.is_gap:
        return plain(outcome.reason)
    if outcome.conflict:
        return "your edit is kept, the newer text is beside it"
    warnings: Iterable[str] = (f["message"] for f in outcome.findings if f["severity"] == "warning")
    return plain("; ".join(list(warnings)[:3]))


def fenced(language: str, text: str) -> list[str]:
    """A code block that the text cannot end, however many backticks it has."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", text, fence]


def plain(text: str) -> str:
    return text.replace("\n", " ").replace("<", "&lt;")


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")
