"""Measure, and write the results: ``python -m benchmarks [PART …] [--quick]``.

Without a part, all are measured, one after the other, and ``benchmarks/results.md`` is written anew. A part
alone replaces its own section and leaves the others as they were measured.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

from benchmarks import ROOT
from benchmarks.options import Options
from benchmarks.results import Section, Stopwatch, write_section

PARTS = {
    "slots": "two slots against list scheduling, on SQLite and PostgreSQL, ours and Prefect's plain way",
    "sharing": "two runs at once that share the limit",
    "overlap": "the replay of real runs: figures beside lessons, against the earlier rule",
    "peers": "the same map as a thread pool, the earlier rule, Dagster, Luigi and LangGraph do it",
    "quota": "a token quota a minute as the only limit",
    "growth": "15, 100 and 340 batches: work and memory of the flow, and a rerun with nothing to do",
    "s3": "a finished course on S3: a rerun with nothing to do, and its status",
    "start": "imports, the command's start, and a run without a server",
    "figures": "drawing figures",
    "book": "binding books",
}
PAGE = ROOT / "benchmarks" / "results.md"


def main() -> int:
    """Measure the parts that are asked for; gives the exit code."""
    listed = "\n".join(f"  {name:9}{text}" for name, text in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"{__doc__}\nParts:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="which parts; all if none is named")
    parser.add_argument("--quick", action="store_true", help="the short form: fewer sizes, shorter waits")
    parser.add_argument(
        "--database",
        action="append",
        choices=["SQLite", "PostgreSQL"],
        help="only this one; both if left out",
    )
    given = parser.parse_args()
    if unknown := set(given.parts) - PARTS.keys():
        parser.error(f"no part {', '.join(sorted(unknown))}; known are {', '.join(PARTS)}")
    options = Options(quick=given.quick, databases=tuple(given.database or Options.databases))
    for part in given.parts or PARTS:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        section = _measure(part, options)
        print(section.as_markdown(), flush=True)
        write_section(section, PAGE, tuple(PARTS))
    return 0


def _measure(part: str, options: Options) -> Section:
    measure: Callable[[Options], Section] = import_module(f"benchmarks.{part}").measure
    watch = Stopwatch()
    section = measure(options)
    return replace(
        section,
        quick=options.quick,
        seconds=watch.seconds,
        load=(watch.load, os.getloadavg()[0]),
        measured=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


if __name__ == "__main__":
    sys.exit(main())
