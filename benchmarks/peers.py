"""The same map as others do it: a thread pool, the earlier rule, Luigi, LangGraph, Dagster, plain Prefect.

The peers are installed into an environment of their own, from a list with hashes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT
from benchmarks.models import course_of, model_for
from benchmarks.options import Options
from benchmarks.plain_flow import PLAIN_TAG
from benchmarks.results import Section, Table
from benchmarks.schedule import Batch, earlier_rule, makespan
from benchmarks.slots import SLOTS, fill_averages
from benchmarks.stage import Stage, Unavailable, clean_environment, prefect_stage, read_output

BATCHES = 14
_MAPS = ROOT / "benchmarks" / "peer_maps"
_LOCK = ROOT / "benchmarks" / "peers.lock"
_ENVIRONMENT = ROOT / "build" / "peers"
_PEERS = {"Luigi": "luigi_map.py", "LangGraph": "langgraph_map.py", "Dagster": "dagster_map.py"}


@dataclass(frozen=True)
class Took:
    """One run of one way: seconds of its map, and of its whole process with the processor's seconds."""

    took: float
    process: float
    cpu: float


def measure(options: Options) -> Section:
    """Fourteen equal batches on two slots, first and again, with every way in turn."""
    seconds = [2.0 if options.quick else 10.0] * BATCHES
    ideal = makespan(seconds, SLOTS)
    rows: list[tuple[str, ...]] = []
    notes = [
        "Everyone sleeps as long as the model takes and writes a file; a file that is there is not written "
        "again. Ours does more: it asks a model on loopback, checks, stores, publishes and shows each "
        "lesson. Its map is from the decision what to do to the last lesson, its rerun the whole flow, book "
        "and report included.",
        "The earlier rule is computed: a Map with a limit starts the next iteration when one ends.",
        "The whole process is what a person waits for: starting Python, imports, the map. Ours and the plain "
        "way use a server that runs already.",
        "Dagster's ops know no finished work; what a rerun costs is one process an op.",
    ]
    with tempfile.TemporaryDirectory() as folder:
        rows += _rows("thread pool and files", sys.executable, "threads_map.py", seconds, Path(folder), ideal)
        earlier = earlier_rule([Batch(each) for each in seconds], SLOTS)
        rows.append(
            ("earlier rule (computed)", "first", f"{earlier:.1f}", f"{earlier / ideal:.3f}", "–", "–")
        )
        try:
            python = install_peers()
            for name, script in _PEERS.items():
                rows += _rows(name, python, script, seconds, Path(folder), ideal)
        except Unavailable as reason:
            notes.append(f"Luigi, LangGraph and Dagster were left out: {reason}.")
    database = options.databases[-1]
    try:
        with prefect_stage(database) as stage:
            fill_averages(stage)
            rows += _prefect_rows(stage, seconds, ideal)
    except Unavailable as reason:
        notes.append(f"Prefect on {database} was left out: {reason}.")
    header = ("way", "run", "map s", "ratio", "whole process s", "processor s")
    return Section(
        "peers",
        "Peers",
        f"{BATCHES} batches of {seconds[0]:.0f} s, two at once, ideal {ideal:.0f} s; then the same once more "
        "with everything finished.",
        (Table(header, tuple(rows)),),
        tuple(notes),
    )


def install_peers() -> str:
    """Make the peers' environment where there is none; gives its Python.

    Raises:
        Unavailable: they cannot be installed here.
    """
    python, done = _ENVIRONMENT / "bin" / "python", _ENVIRONMENT / "installed"
    if done.exists() and done.read_bytes() == _LOCK.read_bytes():
        return str(python)
    uv = str(Path(sys.executable).with_name("uv"))
    for command in (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(_ENVIRONMENT)],
        [uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps", "--require-hashes",
         "--compile-bytecode", "-r", str(_LOCK)],
    ):  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
            raise Unavailable(f"they cannot be installed: {said[-1] if said else error}") from error
    done.write_bytes(_LOCK.read_bytes())
    return str(python)


def _rows(
    name: str, python: str, script: str, seconds: list[float], folder: Path, ideal: float
) -> Iterator[tuple[str, ...]]:
    given = {"folder": str(folder / script), "seconds": seconds, "slots": SLOTS}
    for run in ("first", "again"):
        with _timed() as told:
            process = subprocess.Popen(
                [python, str(_MAPS / script), json.dumps(given)],
                env=clean_environment(), cwd=folder, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            output = read_output(process)
        took = json.loads(output.splitlines()[-1])["took"]
        yield _row(name, run, Took(took, told["process"], told["cpu"]), ideal)


def _prefect_rows(stage: Stage, seconds: list[float], ideal: float) -> Iterator[tuple[str, ...]]:
    given = json.dumps({"folder": str(stage.folder / "plain"), "seconds": seconds})
    for run in ("first", "again"):
        with _timed() as told:
            output = read_output(stage.start("benchmarks.plain_flow", given))
        took = json.loads(output.splitlines()[-1])["flow"]
        name = f"Prefect, plain map ({PLAIN_TAG}, {stage.database})"
        yield _row(name, run, Took(took, told["process"], told["cpu"]), ideal)
    outline = course_of(BATCHES, 1)
    path = stage.folder / "peers.yaml"
    path.write_bytes(outline)
    with model_for(outline, seconds=seconds[0]) as model:
        for run in ("first", "again"):
            with _timed() as told:
                flow = stage.run_flow(model, outline=str(path), project="peers")
            took = flow.last_item - flow.ready if run == "first" else flow.flow
            yield _row(
                f"Coursewright ({stage.database})", run, Took(took, told["process"], told["cpu"]), ideal
            )


def _row(name: str, run: str, took: Took, ideal: float) -> tuple[str, ...]:
    ratio = f"{took.took / ideal:.3f}" if run == "first" else "–"
    return name, run, f"{took.took:.2f}", ratio, f"{took.process:.1f}", f"{took.cpu:.1f}"


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """Wall and processor seconds of what is started meanwhile and has ended."""
    told: dict[str, float] = {}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    yield told
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told["process"] = time.monotonic() - started
    told["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
