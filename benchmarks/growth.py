"""15, 100 and 340 batches: what the flow itself costs a batch, and what a rerun with nothing to do costs."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

from benchmarks.models import course_of, model_for
from benchmarks.options import Options
from benchmarks.results import Section, Table, verdict
from benchmarks.slots import fill_averages
from benchmarks.stage import FlowRun, Stage, Unavailable, prefect_stage, read_output

_SIZES = {15: (1, 45), 100: (4, 75), 340: (10, 100)}
"""Modules and lessons a module that give so many batches of three."""

_RERUN = {15: 2.0, 340: 5.0}
_MEMORY = 500
_RERUNS = 3
_PLAIN = 15


def measure(options: Options) -> Section:
    """Courses of growing size on a model that answers at once, each written and then run again."""
    sizes = [15, 100] if options.quick else list(_SIZES)
    growth: list[tuple[str, ...]] = []
    reruns: list[tuple[str, ...]] = []
    notes = []
    database = "no server"
    try:
        with prefect_stage(options.databases[-1]) as stage:
            database = stage.database
            fill_averages(stage)
            for batches in sizes:
                first, again = _grow(stage, batches)
                growth.append(first)
                reruns.append(again)
            reruns.append(_plain(stage))
    except Unavailable as reason:
        notes.append(f"Nothing was measured: {reason}.")
    notes += [
        "The model answers at once and there are no figures, so all time is the flow's own: prompts, checks, "
        "store, task runs, artifacts; then comparing the lessons, the book (Markdown, JSON, HTML) and the "
        "report. Processor seconds are of the flow's process, without its imports.",
        "First and last tenth: seconds a lesson, while the first and the last tenth of the lessons were "
        "written.",
        f"A rerun is the median of {_RERUNS}: it reads the outline, asks the store, shows each finished "
        "batch as Cached, sees that the book is still right, writes the report and the table.",
    ]
    return Section(
        "growth",
        "Growth, and nothing to do",
        f"Courses of three lessons a batch on {database}, limit 2.",
        (
            Table(
                (
                    "batches", "lessons", "flow s", "processor s", "processor ms a batch", "first tenth s",
                    "last tenth s", "after the last lesson, ms a lesson", "peak MB", "target",
                ),
                tuple(growth),
            ),
            Table(("rerun of", "way", "flow s", "processor s", "peak MB", "target"), tuple(reruns)),
        ),
        tuple(notes),
    )  # fmt: skip


def _grow(stage: Stage, batches: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    modules, each = _SIZES[batches]
    outline = course_of(modules, each)
    path = stage.folder / f"growth-{batches}.yaml"
    path.write_bytes(outline)
    with model_for(outline) as model:
        first = stage.run_flow(model, outline=str(path), project=f"growth-{batches}")
        asked = len(model.entries)
        again = [
            stage.run_flow(model, outline=str(path), project=f"growth-{batches}") for _ in range(_RERUNS)
        ]
        if len(model.entries) != asked:
            raise RuntimeError(f"a rerun asked the model {len(model.entries) - asked} times")
    lessons = modules * each
    early, late = _tenths(first)
    flow = statistics.median(run.flow for run in again)
    return (
        (
            str(batches), f"{lessons:,}", f"{first.flow:.1f}", f"{first.cpu:.1f}",
            f"{first.cpu / batches * 1000:.0f}", f"{early:.3f}", f"{late:.3f}",
            f"{(first.flow - first.last_item) / lessons * 1000:.0f}", f"{first.peak_mb:.0f}",
            verdict(first.peak_mb, _MEMORY, unit=" MB"),
        ),
        (
            f"{batches} batches", "ours", f"{flow:.2f}", f"{statistics.median(run.cpu for run in again):.2f}",
            f"{max(run.peak_mb for run in again):.0f}",
            verdict(flow, _RERUN[batches], unit=" s") if batches in _RERUN else "",
        ),
    )  # fmt: skip


def _tenths(run: FlowRun) -> tuple[float, float]:
    """Seconds a lesson at the beginning and at the end; the very first waits for imports, and is left out."""
    times = [item[0] for item in run.items]
    tenth = max(2, len(times) // 10)
    return (
        (times[tenth] - times[1]) / (tenth - 1),
        (times[-1] - times[-tenth]) / (tenth - 1),
    )


def _plain(stage: Stage) -> tuple[str, ...]:
    """The plain way's rerun: cached tasks queue for slots."""
    given = json.dumps({"folder": str(Path(stage.folder) / "plain"), "seconds": [0.0] * _PLAIN})
    read_output(stage.start("benchmarks.plain_flow", given))
    told = json.loads(read_output(stage.start("benchmarks.plain_flow", given)).splitlines()[-1])
    return f"{_PLAIN} batches", "plain map", f"{told['flow']:.2f}", f"{told['cpu']:.2f}", "–", ""
