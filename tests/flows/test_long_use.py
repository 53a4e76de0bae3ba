"""Course after course in one process: memory, files, connections and threads stay level."""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, many_lessons

from tasks.work import _courses, _resources

pytestmark = pytest.mark.prefect


MOST_IN_THE_DATABASE = 1.0
"""Megabytes a course: its runs, logs, events and artifacts."""


@dataclass(frozen=True)
class Use:
    """What the process holds.

    Attributes:
        memory: resident, in megabytes.
        files: open descriptors, sockets included.
        database: of the server, in megabytes.
    """

    memory: float
    files: int
    sockets: int
    threads: int
    database: float


def measure(server: PrefectServer) -> Use:
    gc.collect()
    targets = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            targets.append(str(entry.readlink()))
        except OSError:
            continue
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Use(
        memory=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        files=len(targets),
        sockets=sum(target.startswith("socket:") for target in targets),
        threads=threading.active_count(),
        database=database_of(server),
    )


def database_of(server: PrefectServer) -> float:
    """Megabytes that the server's database uses, without pages that it has free again."""
    with closing(sqlite3.connect(f"file:{server.home / 'prefect.db'}?mode=ro", uri=True)) as database:
        size, pages, free = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "page_count", "freelist_count")
        )
    return float(size * (pages - free)) / 1e6


def run_courses(make_runs: Callable[..., CourseRuns], count: int, server: PrefectServer) -> list[Use]:
    """Make so many courses of their own, one after the other; gives what was held after each."""
    runs = make_runs(as_yaml(many_lessons(2, 2)))
    runs.defaults = ("--model", "openai:good")
    used = []
    for number in range(count):
        runs.project = f"course-{number}"
        assert runs.generate() == 0
        assert len(runs.server.asked("lesson")) == 4
        # What the model server remembers is this test's own.
        runs.server.calls.clear()
        runs.server.log._entries.clear()
        used.append(measure(server))
        print(f"after course {number + 1}: {used[-1]}")
    return used


def assert_level(used: list[Use], *, first: int, megabytes_a_course: float) -> None:
    """Hold the last course against the one after which everything that is kept on purpose was loaded."""
    before, after, courses = used[first], used[-1], len(used) - 1 - first
    assert not _courses and not _resources, "a finished run keeps nothing"
    assert after.threads - before.threads <= 3
    assert after.sockets - before.sockets <= 3
    assert after.files - before.files <= 5
    assert (after.memory - before.memory) / courses <= megabytes_a_course
    assert (after.database - before.database) / courses <= MOST_IN_THE_DATABASE


def test_four_courses_leave_nothing_behind(
    make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    assert_level(run_courses(make_runs, 4, on_the_server), first=1, megabytes_a_course=20)


@pytest.mark.long
def test_twenty_courses_leave_nothing_behind(
    make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    used = run_courses(make_runs, 20, on_the_server)
    assert_level(used, first=4, megabytes_a_course=2)
    early, late = used[9].database - used[4].database, used[19].database - used[14].database
    assert late <= 1.5 * early, "a course takes what a course took before"
