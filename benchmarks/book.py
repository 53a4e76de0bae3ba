"""Binding books: `build_book.py` as it stands, with its table."""

from __future__ import annotations

import sys

from benchmarks import ROOT
from benchmarks.figures import run_script
from benchmarks.options import Options
from benchmarks.results import Section, Table


def measure(options: Options) -> Section:
    """Every format of a course of 42 lessons, and of 400 in the full form."""
    command = [sys.executable, str(ROOT / "benchmarks" / "build_book.py"), "--lessons", "42"]
    output = run_script(command + ["400"] * (not options.quick))
    header, *lines = output.splitlines()
    names = tuple(name.strip() for name in header.split("  ") if name.strip())
    rows = []
    for line in lines:
        cells = line.split()
        if cells and cells[0].isdigit():
            rows.append(tuple(cells + ["–"] * (len(names) - len(cells))))
    return Section(
        "book",
        "The book",
        "A synthetic course with three figures and two tables a lesson, each format written by a process of "
        "its own.",
        (Table(names, tuple(rows)),),
    )
