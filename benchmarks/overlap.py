"""The replay of real runs: figures are made beside lessons; the earlier system held a slot for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from servers.calls import Call

from benchmarks import ROOT
from benchmarks.models import course_of, first_request, model_for
from benchmarks.options import Options
from benchmarks.results import Section, Table, verdict
from benchmarks.schedule import Batch, earlier_rule, overlap_bound, shared_quota
from benchmarks.slots import SLOTS, fill_averages
from benchmarks.stage import Stage, Unavailable, prefect_stage

_TIMINGS = ROOT.parent / "shared" / "timings" / "original_runs.json"
_LARGE = (Batch(450, 229, 234),) * 14
_WITHIN = 1.03


def measure(options: Options) -> Section:
    """Each run replayed with its seconds divided, against the bound and the earlier rule."""
    if not _TIMINGS.exists():
        raise Unavailable(f"{_TIMINGS} is not there; it is not part of the clone")
    cases = [(name, batches, 20.0 if options.quick else 8.0) for name, batches in read_runs()]
    cases.append(("fourteen large batches", _LARGE, 20.0))
    rows: list[tuple[str, ...]] = []
    notes = []
    try:
        with prefect_stage(options.databases[-1]) as stage:
            database = stage.database
            fill_averages(stage)
            for name, batches, divisor in cases:
                rows.append(_replay(stage, name, batches, divisor))
    except Unavailable as reason:
        notes.append(f"Nothing was replayed: {reason}.")
        database = "no server"
    notes += [
        "The bound is computed from the file: list scheduling of the lessons on the two slots, and after "
        "each its figures, beside them; the earlier rule is list scheduling of whole iterations. Ours is "
        "measured from the first request to the last figure.",
        "Describing and making a batch's figures is one request here that takes as long as both did.",
        "The last column is for a provider where describing figures counts against the lessons' own quota of "
        "two at once: then it takes slots from lessons (the figures of an earlier batch first), and the same "
        "batches can do no better than this, computed, share of the earlier rule's time. Images never ask "
        "that model.",
    ]
    header = (
        "run", "divided by", "earlier rule s", "bound s", "ours s", "ours / bound", "target",
        "bound / earlier", "ours / earlier", "shared quota / earlier",
    )  # fmt: skip
    return Section(
        "overlap",
        "Overlap",
        f"Real runs of the earlier system replayed on {database}, one batch a lesson, limit {SLOTS}, each "
        "stage's seconds divided as stated.",
        (Table(header, tuple(rows)),),
        tuple(notes),
    )


def read_runs() -> list[tuple[str, tuple[Batch, ...]]]:
    """The recorded runs with more batches than slots; with fewer there is nothing to schedule."""
    runs = json.loads(_TIMINGS.read_text("utf-8"))["runs"]
    read = [(run["name"].replace("_", " "), _batches(run["batches"])) for run in runs]
    return [(name, batches) for name, batches in read if len(batches) > SLOTS]


def _batches(rows: Sequence[dict[str, Any]]) -> tuple[Batch, ...]:
    """The lessons' batches; labs were written after all of them, in both systems alike."""
    return tuple(
        Batch(row["content"], row.get("visual_plan", 0.0), row.get("images", 0.0))
        for row in rows
        if "content" in row
    )


def _replay(stage: Stage, name: str, batches: Sequence[Batch], divisor: float) -> tuple[str, ...]:
    shorter = [batch.divided(divisor) for batch in batches]
    outline = course_of(len(shorter), 1)
    path = stage.folder / f"replay-{len(shorter)}.yaml"
    path.write_bytes(outline)

    def seconds(call: Call) -> float:
        batch = shorter[int(call.item.partition("/")[2].split("-")[0]) - 1]
        return batch.content if call.kind == "lesson" else batch.tail

    with model_for(outline, seconds=seconds) as model:
        run = stage.run_flow(
            model, outline=str(path), project=f"replay-{len(shorter)}-{divisor:.0f}", visuals="diagrams"
        )
        took = run.started + run.last_item - first_request(model)
    earlier, bound = earlier_rule(shorter, SLOTS), overlap_bound(shorter, SLOTS)
    return (
        f"{name}, {len(batches)} batches", f"{divisor:g}", f"{earlier:.1f}", f"{bound:.1f}", f"{took:.1f}",
        f"{took / bound:.3f}", verdict(took / bound, _WITHIN), f"{bound / earlier:.3f}",
        f"{took / earlier:.3f}", f"{shared_quota(shorter, SLOTS) / earlier:.3f}",
    )  # fmt: skip
