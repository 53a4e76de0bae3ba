"""Drawing figures: `draw_figures.py` as it stands, with its table."""

from __future__ import annotations

import subprocess
import sys

from benchmarks import ROOT
from benchmarks.options import Options
from benchmarks.results import Section, Table
from benchmarks.stage import clean_environment


def measure(options: Options) -> Section:
    """Each figure of the corpus, drawn several times."""
    command = [sys.executable, str(ROOT / "benchmarks" / "draw_figures.py")]
    output = run_script([*command, "--times", "2" if options.quick else "5"])
    lines = [line.split() for line in output.splitlines()]
    rows = tuple(tuple(line) for line in lines if len(line) == 4 and line[1].isdigit())
    notes = tuple(line for line in output.splitlines() if line.startswith(("PNG", "A figure")))
    return Section(
        "figures",
        "Figures",
        "From a description to its SVG, words and inspection included; the limit is 150 ms in the median.",
        (Table(("kind", "draws", "median ms", "longest ms"), rows),),
        notes,
    )


def run_script(command: list[str]) -> str:
    """What a script of the benchmarks prints; one whose limit is passed ends with 1, which its table shows.

    Raises:
        RuntimeError: it failed.
    """
    done = subprocess.run(
        command, env=clean_environment(), cwd=ROOT, check=False, capture_output=True, text=True
    )
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr[-2_000:]}")
    return done.stdout
