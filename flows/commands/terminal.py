"""A run as the terminal shows it, on standard error: lesson by lesson, with words and the time left."""

from __future__ import annotations

import threading
import time

from rich.markup import escape
from rich.status import Status

from coursewright.counting import say_count
from coursewright.outline.problems import shorten
from coursewright.project.decide import ReadyCourse
from coursewright.project.outcome import ItemOutcome
from coursewright.project.plan import count_todo
from coursewright.project.prepare import PreparedRun
from coursewright.project.report import RunReport, report_key
from coursewright.store.base import Store
from flows.commands.console import PlainConsole

_MARKS = {
    "written": "[green]✓[/]",
    "published": "[green]✓[/]",
    "finished": "[green]✓[/]",
    "set aside": "[red]✗[/]",
    "failed": "[red]✗[/]",
    "not asked": "[yellow]·[/]",
}


class RunDisplay:
    """Tells in the terminal what a run does; use it in a ``with``.

    Args:
        ready: what was decided before the server was asked, if it was.
        quiet: tell nothing, because standard output is for a script.
        moving: keep a line below the others that moves while something is waited for.
    """

    def __init__(self, ready: ReadyCourse | None, *, quiet: bool, moving: bool = True) -> None:
        self._console = PlainConsole(stderr=True, quiet=quiet)
        # A log has lines as long as they are, and nothing that moves.
        self._status: Status | None = None
        if moving and not quiet and self._console.is_terminal:
            self._status = self._console.status("")
        self._ready = ready
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._store: Store | None = None
        self._total = 0
        self._done = 0

    def __enter__(self) -> RunDisplay:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def starting(self) -> None:
        """Say what is about to happen, and what the first wait is for."""
        if self._ready is not None:
            course = self._ready.prepared.course
            self._say(
                f"[bold]{escape(shorten(course.outline.title))}[/] · project {course.project} · "
                + escape(", ".join(course.settings.models))
            )
            for warning in course.outline.warnings:
                self._say(f"[yellow]outline, line {warning.line}:[/] {escape(warning.message)}")
            for text in self._ready.warnings:
                self._say(f"[yellow]{escape(text)}[/]")
        from flows.commands.server import hide_password, use_running_server

        address = use_running_server()
        if address:
            self._say(f"Using the Prefect server at {escape(hide_password(address))}")
            self._wait_for("Prefect")
        else:
            self._say(
                "Starting Prefect's temporary server. This takes some seconds at each run; "
                "`make up` starts one that stays."
            )
            self._wait_for("Prefect's temporary server")

    def begun(self, prepared: PreparedRun) -> None:
        """Say how much there is to do."""
        self._began = time.monotonic()
        self._store = prepared.course.store
        self._total = count_todo(prepared.lessons, "write") + count_todo(prepared.labs, "write")
        finished = sum(
            plan.selected and plan.todo != "write"
            for plan in (*prepared.lessons.values(), *prepared.labs.values())
        )
        self._say(
            f"{self._total} to write, {finished} finished before"
            + (f", {say_count(len(prepared.moves), 'file')} moved with the outline" if prepared.moves else "")
        )
        self._wait_for_items()

    def item(self, outcome: ItemOutcome) -> None:
        """Show an item that was worked on; of figures only those that are missing.

        What a plan of labs had to be filled with stands in no guide's findings, so it is told in words.
        """
        if outcome.kind == "figures" and not outcome.is_gap:
            return
        with self._lock:
            self._done += outcome.kind in ("lesson", "lab") and outcome.state != "published"
            wanted = f" of {outcome.target:,}" if outcome.target else ""
            words = f"{outcome.words:,}{wanted} words" if outcome.words else ""
            warned = sum(finding["severity"] == "warning" for finding in outcome.findings)
            parts = [
                words,
                f"{outcome.seconds:.0f} s" if outcome.seconds else "",
                say_count(outcome.repairs, "repair") if outcome.repairs else "",
                say_count(warned, "warning") if warned else "",
                "finished before" if outcome.state == "published" else "",
                escape(outcome.reason),
                # After an item that nobody asked for, the run only ends.
                self._time_left() if outcome.state != "not asked" else "",
            ]
            # There is one plan of the labs, so that its kind and place would say nothing more.
            name = "" if outcome.kind == "lab-plan" else f"{outcome.kind} {outcome.place} "
            self._say(
                f"{_MARKS[outcome.state]} {name}[bold]{escape(outcome.title)}[/]  "
                + " · ".join(part for part in parts if part)
            )
            for finding in outcome.findings if outcome.kind == "lab-plan" else ():
                if finding["severity"] == "warning":
                    self._console.print(f"  [yellow]{escape(finding['message'])}[/]")
            self._wait_for_items()

    def ended(self, report: RunReport) -> None:
        """Show how the run ended, where its warnings can be read, and where the book is."""
        colour = {"Complete": "green", "FinishedWithGaps": "yellow"}.get(report.state, "red")
        self._say(f"\n[{colour} bold]{report.state}[/] {escape(report.message)}")
        self._say(f"{_spent(report)} · {report.seconds:.0f} s")
        if (warned := _count_warnings(report)) and self._store is not None:
            place = self._store.locate(report_key(report.run))
            self._say(
                f"[yellow]{say_count(warned, 'warning')}[/] in the report {escape(place)}", soft_wrap=True
            )
        if report.book:
            folder = next(iter(report.book.values())).rpartition("/")[0]
            self._say(f"The book is in {escape(folder)}: {', '.join(report.book)}", soft_wrap=True)
            if page := _page_to_open(report):
                self._say(f"[bold]Open {escape(page)}[/]", soft_wrap=True)

    def _say(self, text: str, *, soft_wrap: bool = False) -> None:
        self._console.print(text, soft_wrap=soft_wrap or not self._console.is_terminal)

    def _wait_for(self, what: str) -> None:
        if self._status is not None:
            self._status.update(f"waiting for {what}")

    def _wait_for_items(self) -> None:
        left = self._total - self._done
        self._wait_for(f"{left} to be written" if left > 0 else "figures and book")

    def _time_left(self) -> str:
        left = self._total - self._done
        if left <= 0 or not self._done:
            return ""
        seconds = (time.monotonic() - self._began) / self._done * left
        return f"about {seconds / 60:.0f} min left" if seconds >= 90 else f"about {seconds:.0f} s left"


def _count_warnings(report: RunReport) -> int:
    """Those about an item, and those about the course as a whole."""
    findings = [finding for outcome in report.outcomes for finding in outcome.findings]
    return len(report.warnings) + len([one for one in findings if one["severity"] == "warning"])


def _page_to_open(report: RunReport) -> str:
    """The course, or the lab guide where the run was about labs alone."""
    pages = {name: place for name, place in report.book.items() if name.endswith(".html")}
    kinds = {outcome.kind for outcome in report.outcomes}
    wanted = "lab-guide.html" if "lab" in kinds and "lesson" not in kinds else "book.html"
    return pages.get(wanted) or next(iter(pages.values()), "")


def _spent(report: RunReport) -> str:
    totals = report.totals
    if not totals["requests"]:
        return "No model was asked"
    cost = "cost unknown" if totals["cost_usd"] is None else f"${totals['cost_usd']:.4f}"
    return (
        f"{say_count(totals['words'], 'word')} · {say_count(totals['requests'], 'request')} · "
        f"{totals['input_tokens']:,} tokens in, {totals['output_tokens']:,} out · "
        + (cost if totals["cost_usd"] != 0 else "no cost")
    )
