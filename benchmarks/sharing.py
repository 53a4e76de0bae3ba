"""Two runs at once that share the limit: what one loses while it waits for the slots of the other."""

from __future__ import annotations

from benchmarks.models import course_of, first_request, model_for
from benchmarks.options import Options
from benchmarks.results import Section, Table, verdict
from benchmarks.slots import BATCHES, SLOTS, fill_averages, written
from benchmarks.stage import Stage, Unavailable, prefect_stage
from deployments.up import SERVER_SETTINGS

SECONDS = 10.0
"""What a batch takes."""

SLOT_WAIT = "PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS"
_OURS = float(SERVER_SETTINGS[SLOT_WAIT])
_PREFECTS = 10.0
_WITHIN = 1.05


def measure(options: Options) -> Section:
    """Two runs of seven batches, on servers with our slot wait and with Prefect's own."""
    rows = []
    notes = [
        "The ideal is that of all their batches together. A run never meets its own batches, but those of "
        "the other: a slot that is refused is asked for again after the server's slot wait at the most, give "
        f"or take a third. `make up`, the compose file and the AWS stack set it to {_OURS:g} s.",
        "503: another writer broke the transaction, and Prefect's client slept.",
    ]
    cases = [("PostgreSQL", _OURS), ("PostgreSQL", _PREFECTS), ("SQLite", _OURS)]
    for database, wait in cases[:1] if options.quick else cases:
        if database not in options.databases:
            continue
        try:
            with prefect_stage(database, {SLOT_WAIT: f"{wait:g}"}) as stage:
                fill_averages(stage)
                rows.append(_run(stage, database, wait))
        except Unavailable as reason:
            notes.append(f"{database} was left out: {reason}.")
    return Section(
        "sharing",
        "Two runs that share the limit",
        f"Two runs of {BATCHES // 2} batches of {SECONDS:g} s each, tag limit {SLOTS}, started together.",
        (Table(("database", "slot wait s", "ideal s", "took s", "ratio", "target", "503"), tuple(rows)),),
        tuple(notes),
    )


def _run(stage: Stage, database: str, wait: float) -> tuple[str, ...]:
    each = BATCHES // 2
    outline = course_of(each, 1)
    path = written(stage, "half", outline)
    with model_for(outline, seconds=SECONDS) as model:
        starts = [stage.start_flow(model, outline=str(path), project=f"together-{n}") for n in range(2)]
        runs = [finish() for finish in starts]
        took = max(run.started + run.last_item for run in runs) - first_request(model)
        most = max(entry.in_flight for entry in model.entries)
    if most > SLOTS:
        raise RuntimeError(f"{most} batches were under way at once, and the limit is {SLOTS}")
    ideal = SECONDS * each * 2 / SLOTS
    met = verdict(took / ideal, _WITHIN) if (database, wait) == ("PostgreSQL", _OURS) else ""
    unavailable = sum(run.unavailable for run in runs)
    return (
        stage.database, f"{wait:g}", f"{ideal:.0f}", f"{took:.1f}", f"{took / ideal:.3f}", met,
        str(unavailable),
    )  # fmt: skip
