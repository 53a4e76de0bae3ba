"""A limit on batches that is set to 0, raised or deleted: runs wait, go on, and say so; none fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, many_lessons

from tasks import pause
from tasks.limits import BATCH_TAG, DEFAULT_LIMIT

pytestmark = pytest.mark.prefect

LIMIT = f"v2/concurrency_limits/tag:{BATCH_TAG}"


class Operator:
    """Whoever sees to a server while runs are on."""

    def __init__(self, server: PrefectServer) -> None:
        self._server = server

    def set_limit(self, limit: int) -> None:
        with self._server.client as client:
            if client.patch(LIMIT, json={"limit": limit}).status_code == 404:
                new = {"name": f"tag:{BATCH_TAG}", "limit": limit, "active": True}
                client.post("v2/concurrency_limits/", json=new).raise_for_status()

    def hold_slots(self, slots: int) -> None:
        """Hold so many slots as another run does; with a negative number let them go."""
        way = "increment" if slots > 0 else "decrement"
        body = {"names": [f"tag:{BATCH_TAG}"], "slots": abs(slots), "mode": "concurrency"}
        with self._server.client as client:
            client.post(f"v2/concurrency_limits/{way}", json=body).raise_for_status()

    def wait_for_log(self, project: str, words: str) -> str:
        """Wait until the run of a project says this; gives the run's id."""
        return str(self._wait("logs", lambda run: words in self.log_of(run), project))

    def wait_for_task(self, project: str, state: str) -> str:
        """Wait until a batch of the project's run is in this state; gives the run's id."""

        def is_there(run: str) -> bool:
            found = self._post("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
            return any("batch" in one["name"] and one["state"]["name"] == state for one in found)

        return str(self._wait(f"a task that is {state}", is_there, project))

    def log_of(self, run: str) -> str:
        lines = self._post("logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}})
        return "\n".join(line["message"] for line in lines)

    def cancel(self, run: str) -> None:
        self._post(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING", "name": "Cancelling"}})

    def states_of_batches(self, run: str) -> list[str]:
        found = self._post("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
        return [one["state"]["name"] for one in found if "batch" in one["name"]]

    def _wait(self, what: str, fits: Callable[[str], bool], project: str) -> str:
        for _ in range(300):
            for run in self._post("flow_runs/filter", {"flow_runs": {"name": {"any_": [project]}}}):
                if fits(run["id"]):
                    return str(run["id"])
            time.sleep(0.1)
        raise AssertionError(f"{project}: {what} did not come")

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        with self._server.client as client:
            answer = client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def operator(on_the_server: PrefectServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    monkeypatch.setattr(pause, "LOOK_SECONDS", 0.2)
    found = Operator(on_the_server)
    found.set_limit(DEFAULT_LIMIT)
    yield found
    found.set_limit(DEFAULT_LIMIT)


def run_with(runs: CourseRuns, project: str, what: Callable[[], str]) -> tuple[int, str]:
    """Run a course while an operator does something; gives its exit code and what the operator gives."""
    runs.project = project
    with ThreadPoolExecutor() as threads:
        done = threads.submit(what)
        return runs.generate(), done.result()


def test_a_run_waits_while_generation_is_paused_and_goes_on_when_it_is_not(
    make_runs: Callable[..., CourseRuns], operator: Operator
) -> None:
    runs = make_runs(as_yaml(many_lessons(3, 1)), seconds=3.0)
    operator.set_limit(0)

    def raise_later() -> str:
        run = operator.wait_for_log("paused", "Generation is paused: the limit tag:lesson-batch is 0.")
        assert runs.server.asked() == []
        operator.set_limit(2)
        return run

    code, run = run_with(runs, "paused", raise_later)
    assert code == 0
    assert runs.server.max_in_flight == 2, "and it takes the limit that it was raised to"
    assert "Generation goes on: the limit tag:lesson-batch is 2." in operator.log_of(run)
    assert operator.states_of_batches(run) == ["Completed"] * 3


def test_a_run_that_stands_in_line_when_generation_is_paused_goes_on_later(
    make_runs: Callable[..., CourseRuns], operator: Operator
) -> None:
    runs = make_runs(as_yaml(many_lessons(2, 1)))
    operator.hold_slots(2)

    def pause_and_go_on() -> str:
        run = operator.wait_for_task("in-line", "Pending")
        operator.set_limit(0)
        operator.hold_slots(-2)
        operator.wait_for_log("in-line", "Generation is paused")
        operator.set_limit(2)
        return run

    code, run = run_with(runs, "in-line", pause_and_go_on)
    assert code == 0
    assert operator.states_of_batches(run) == ["Completed"] * 2, (
        "none is left behind, and none was made twice"
    )


def test_a_paused_run_can_be_cancelled(make_runs: Callable[..., CourseRuns], operator: Operator) -> None:
    runs = make_runs(as_yaml(many_lessons(2, 1)))
    operator.set_limit(0)

    def cancel() -> str:
        run = operator.wait_for_log("given-up", "Generation is paused")
        operator.cancel(run)
        return run

    code, run = run_with(runs, "given-up", cancel)
    assert code == 1
    assert runs.server.asked() == []
    assert operator.states_of_batches(run) == []
