"""How long it takes until something happens: imports, the command, a run without a server."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks import ROOT
from benchmarks.models import course_of, first_request, model_for
from benchmarks.options import Options
from benchmarks.results import Section, Table, verdict
from benchmarks.stage import clean_environment

_TIMES = 5
_COMMAND = (sys.executable, "-m", "flows")
_EXAMPLE = str(ROOT / "examples" / "web-basics.yaml")
_READY = 9.0


def measure(options: Options) -> Section:
    """Each several times, wall and processor seconds."""
    times = 3 if options.quick else _TIMES
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        quiet = {**clean_environment(), "PREFECT_HOME": folder, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        for name, command, most in (
            ("coursewright check", [*_COMMAND, "check", _EXAMPLE], 0.5),
            ("coursewright --help", [*_COMMAND, "--help"], 0.5),
            ("python -c pass", [sys.executable, "-c", "pass"], None),
        ):
            wall, cpu = _timed(command, quiet, times)
            rows.append((name, f"{wall:.2f}", f"{cpu:.2f}", verdict(cpu, most, unit=" s") if most else ""))
        own = _timed([sys.executable, "-c", "from prefect import flow, task"], quiet, times)
        course = _timed([sys.executable, "-c", "import flows.generate_course"], quiet, times)
        rows.append(("from prefect import flow, task", f"{own[0]:.2f}", f"{own[1]:.2f}", ""))
        rows.append(
            (
                "import flows.generate_course", f"{course[0]:.2f}", f"{course[1]:.2f}",
                f"Prefect's own + {course[1] - own[1]:.2f} s, {verdict(course[1] - own[1], 0.5, unit=' s')}",
            )
        )  # fmt: skip
    rows += _without_server(options)
    return Section(
        "start",
        "Start",
        f"The median of {times} starts, with compiled bytecode as the set-up leaves it.",
        (Table(("what", "wall s", "processor s", "target"), tuple(rows)),),
        (
            "The processor's seconds decide where one process does the work, since they are what wall time "
            "is on an idle core; they hold the whole process.",
            "A run without a server is measured from the command to its first request at the model: Python, "
            "Prefect's temporary server with its database, the flow's decision. With a new home the database "
            "is made first.",
        ),
    )


def _timed(command: list[str], environment: Mapping[str, str], times: int) -> tuple[float, float]:
    """The median wall and processor seconds; one start before is not counted."""
    walls, cpus = [], []
    for number in range(times + 1):
        before, started = _cpu(), time.monotonic()
        subprocess.run(command, env=dict(environment), cwd=ROOT, check=True, capture_output=True)
        if number:
            walls.append(time.monotonic() - started)
            cpus.append(_cpu() - before)
    return statistics.median(walls), statistics.median(cpus)


def _without_server(options: Options) -> list[tuple[str, ...]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "outline.yaml", Path(folder) / "home"
        home.mkdir()
        for number, name in enumerate(("a new home", "a home that was used before", "the same once more")):
            outline = course_of(1, 1)
            path.write_bytes(outline)
            with model_for(outline) as model:
                environment = {
                    **clean_environment(), **model.environment, "HOME": folder, "PREFECT_HOME": str(home),
                }  # fmt: skip
                before, started = _cpu(), time.time()
                subprocess.run(
                    [*_COMMAND, "generate", str(path), "--model", "openai:good", "--visuals", "none",
                     "--store", str(Path(folder) / f"courses-{number}"), "--project", "start"],
                    env=environment, cwd=folder if _installed() else ROOT, check=True, capture_output=True,
                )  # fmt: skip
                ready = first_request(model) - started
            target = verdict(ready, _READY, unit=" s") if number else ""
            rows.append(
                (f"a run without a server, {name}", f"{ready:.2f}", f"{_cpu() - before:.2f} in all", target)
            )
    return rows


def _installed() -> bool:
    """Whether the command runs from anywhere; from a plain clone it runs where the clone is."""
    return os.access(Path(sys.executable).with_name("coursewright"), os.X_OK)


def _cpu() -> float:
    """Processor seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
