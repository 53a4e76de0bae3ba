"""Are the two slots ever idle while batches wait? Ours and the plain way, against list scheduling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.models import course_of, first_request, model_for
from benchmarks.options import Options
from benchmarks.plain_flow import PLAIN_TAG
from benchmarks.results import Section, Table, verdict
from benchmarks.schedule import makespan
from benchmarks.stage import Stage, Unavailable, prefect_stage, read_output
from tasks.limits import BATCH_TAG

BATCHES = 14
SLOTS = 2
_TARGETS = {
    ("PostgreSQL", 10.0): 1.03,
    ("PostgreSQL", 45.0): 1.01,
    ("SQLite", 10.0): 1.20,
    ("SQLite", 45.0): 1.05,
}


def measure(options: Options) -> Section:
    """Fourteen equal batches on two slots, on each database."""
    rows: list[tuple[str, ...]] = []
    notes = [
        "Ours is measured from the first request's arrival at the model until the last lesson is checked, "
        "stored, published and shown; what comes before (reading the store, imports, the first batch's task "
        "run) is paid once a run and stands in its own column. A batch is one lesson, asked of a model on "
        "loopback.",
        "The plain way is measured from its flow's start to its end; its batches sleep and write a line.",
        "503 / 423: answers of the server after which Prefect's client slept; 503 where another writer broke "
        "the transaction, 423 where no slot was free.",
        "Before, both slots were held four times for 15 s, so that the server's mean occupancy, from which a "
        "refused task's wait is made, is what earlier runs leave behind.",
    ]
    durations = (10.0,) if options.quick else (10.0, 45.0)
    for database in options.databases:
        try:
            with prefect_stage(database) as stage:
                fill_averages(stage)
                for seconds in durations:
                    rows += _compare(stage, database, seconds)
        except Unavailable as reason:
            notes.append(f"{database} was left out: {reason}.")
    header = (
        "database", "batches", "way", "ideal s", "took s", "ratio", "target", "before s", "503 / 423",
        "processor s",
    )  # fmt: skip
    return Section(
        "slots",
        "Slots",
        f"{BATCHES} batches whose model takes as long as stated, tag limit {SLOTS}, against list scheduling "
        "of the same durations in batch order.",
        (Table(header, tuple(rows)),),
        tuple(notes),
    )


def fill_averages(stage: Stage) -> None:
    """Have earlier runs leave their mean occupancy behind."""
    for tag in (BATCH_TAG, PLAIN_TAG):
        stage.set_limit(f"tag:{tag}", SLOTS)
    read_output(stage.start("benchmarks.hold_slots", "15", "4", BATCH_TAG, PLAIN_TAG))


def _compare(stage: Stage, database: str, seconds: float) -> list[tuple[str, ...]]:
    ideal = makespan([seconds] * BATCHES, SLOTS)
    ours = _ours(stage, database, seconds)
    plain = _plain(stage, [seconds] * BATCHES, f"plain-{seconds:.0f}")
    return [
        ours,
        (
            stage.database, f"{BATCHES} × {seconds:.0f} s", "plain map", f"{ideal:.0f}",
            f"{plain['flow']:.1f}", f"{plain['flow'] / ideal:.3f}", "", "–", "–", f"{plain['cpu']:.1f}",
        ),
    ]  # fmt: skip


def _ours(stage: Stage, database: str, seconds: float) -> tuple[str, ...]:
    ideal = makespan([seconds] * BATCHES, SLOTS)
    outline = course_of(BATCHES, 1)
    path = written(stage, "one", outline)
    with model_for(outline, seconds=seconds) as model:
        run = stage.run_flow(model, outline=str(path), project=f"slots-{seconds:.0f}")
        before = first_request(model) - run.started
    took = run.last_item - before
    return (
        stage.database, f"{BATCHES} × {seconds:.0f} s", "ours",
        f"{ideal:.0f}", f"{took:.1f}", f"{took / ideal:.3f}",
        verdict(took / ideal, _TARGETS[database, seconds]), f"{before:.1f}",
        f"{run.unavailable} / {run.refused}", f"{run.cpu:.1f}",
    )  # fmt: skip


def _plain(stage: Stage, seconds: list[float], name: str) -> dict[str, Any]:
    given = json.dumps({"folder": str(stage.folder / name), "seconds": seconds})
    output = read_output(stage.start("benchmarks.plain_flow", given))
    return dict(json.loads(output.splitlines()[-1]))


def written(stage: Stage, name: str, outline: bytes) -> Path:
    """The outline as a file on the stage."""
    path = stage.folder / f"{name}.yaml"
    path.write_bytes(outline)
    return path
