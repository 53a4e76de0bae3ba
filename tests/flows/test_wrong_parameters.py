"""Parameters that cannot be, as the form sends them: refused before anything is asked, in plain words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, many_lessons

from flows.generate_course import generate_course
from flows.refresh_courses import refresh_courses

pytestmark = pytest.mark.prefect


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quota_reset": "noon"}, "quota_reset is 'noon'; write a time of day in UTC as HH:MM"),
        ({"modules": "abc"}, "“abc” names no modules"),
    ],
    ids=["quota_reset", "modules"],
)
def test_a_run_says_what_is_wrong_and_no_more(
    wrong: dict[str, str], said: str, make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    runs = make_runs(as_yaml(many_lessons(1, 1)))
    given = {"outline": str(runs.outline), "project": "wrong", "store": runs.store, "model": "openai:good"}
    state: Any = asyncio.run(generate_course(**given, **wrong, return_state=True))
    assert state.is_failed() and said in state.message
    assert runs.server.asked() == []
    run = str(state.state_details.flow_run_id)
    assert "Traceback" not in log_of(on_the_server, run, said)


def test_the_nightly_run_refuses_a_time_that_is_none(make_runs: Callable[..., CourseRuns]) -> None:
    runs = make_runs(as_yaml(many_lessons(1, 1)))
    state: Any = asyncio.run(refresh_courses(store=runs.store, quota_reset="25:00", return_state=True))
    assert state.is_failed() and "quota_reset is '25:00'" in state.message


def log_of(server: PrefectServer, run: str, until: str) -> str:
    """What a run's page shows as its log, tasks' lines included."""
    from prefect.logging.handlers import APILogHandler

    APILogHandler().flush()
    with server.client as client:
        lines = client.post("logs/filter", json={"logs": {"flow_run_id": {"any_": [run]}}}).json()
    text = "\n".join(line["message"] for line in lines)
    assert until in text
    return text
