"""What a person sees in Prefect of a second run: batches that are Cached, from results beside the course."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, many_lessons

pytestmark = pytest.mark.prefect


def batch_states(server: PrefectServer) -> list[str]:
    """The states of the newest run's batches."""
    with server.client as client:
        (run,) = client.post("flow_runs/filter", json={"sort": "START_TIME_DESC", "limit": 1}).json()
        wanted = {"flow_runs": {"id": {"any_": [run["id"]]}}, "task_runs": {"name": {"like_": "batch"}}}
        found = client.post("task_runs/filter", json=wanted).json()
    return [task["state"]["name"] for task in found]


def test_a_finished_batch_is_shown_as_cached_and_a_spoiled_record_is_not_believed(
    make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    runs = make_runs(as_yaml(many_lessons(2, 2)))
    assert runs.generate() == 0
    assert batch_states(on_the_server) == ["Completed", "Completed"]
    assert runs.generate() == 0
    assert batch_states(on_the_server) == ["Cached", "Cached"]

    kept = runs.home / ".results" / "batches.json"
    one, other = json.loads(kept.read_bytes()).items()
    spoiled = {"metadata": {"serializer": {"type": "pickle"}}, "result": "gASVAA=="}
    kept.write_text(json.dumps({one[0]: spoiled, other[0]: other[1]}))
    assert runs.generate() == 0
    assert sorted(batch_states(on_the_server)) == ["Cached", "Completed"]
    assert sorted(set(runs.newly_asked())) == ["01-01", "01-02", "02-01", "02-02"], "only the first run asked"
