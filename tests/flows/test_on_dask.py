"""The same flow on Dask's task runner: batches in other processes, the tag limit over all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from servers.course_runs import CourseRuns
from servers.faults import parse_faults
from servers.small_course import as_yaml, lesson, small_outline

pytestmark = [pytest.mark.prefect, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def run_on_dask(make_runs: Callable[..., CourseRuns]) -> Callable[..., Any]:
    """Makes a course of four modules with two processes of Dask; gives the flow's state and the course."""
    from prefect_dask import DaskTaskRunner

    def run(**server: Any) -> tuple[Any, CourseRuns]:
        outline = small_outline()
        outline["modules"] += [
            {"title": f"Module {number}", "lessons": [lesson("A", f"One of {number}"), lesson("B", "Two")]}
            for number in (3, 4)
        ]
        runs = make_runs(as_yaml(outline), seconds=0.5, **server)
        from flows.generate_course import generate_course

        cluster = {
            "n_workers": 2, "threads_per_worker": 2, "processes": True,
            "dashboard_address": None, "host": "127.0.0.1",
        }  # fmt: skip
        on_dask = generate_course.with_options(task_runner=DaskTaskRunner(cluster_kwargs=cluster))
        state = asyncio.run(
            on_dask(
                outline=str(runs.outline), project=runs.project, store=str(runs.store),
                model="openai:good", visuals="none", return_state=True,
            )
        )  # fmt: skip
        return state, runs

    return run


def test_batches_run_in_other_processes_and_never_more_than_the_limit(
    run_on_dask: Callable[..., Any],
) -> None:
    state, runs = run_on_dask()
    assert state.is_completed(), state.message
    asked = runs.newly_asked()
    assert len(asked) == len(set(asked)) == 8
    assert runs.server.max_in_flight == 2
    assert len(list((runs.home / "lessons").glob("*.md"))) == 8
    claims = {
        path.read_text("utf-8").split('"pid": ')[1].split(",")[0]
        for path in (runs.home / ".claims").iterdir()
        if path.name != "layout"  # held by the flow's own process, while it moves texts
    }
    assert len(claims) == 2, "two processes held claims"


@pytest.mark.long
def test_a_quota_that_another_process_met_is_told_truly(run_on_dask: Callable[..., Any]) -> None:
    state, runs = run_on_dask(faults=parse_faults(["daily-quota:from_item=lesson/02-02"], 0))
    assert state.name == "StoppedByQuota", state.message
    asked = runs.newly_asked()
    assert len(asked) == len(set(asked)) < 8
