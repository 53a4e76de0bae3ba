"""Runs that are cancelled, suspended, killed, or lose their server: nothing lost, nothing paid twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.local_deployment import LocalDeployment, make

pytestmark = [pytest.mark.prefect]

LEASE = 62.0
"""Seconds: Prefect's lease on a slot, and the two that the server looks around for lapsed ones."""


@pytest.fixture
def begin(up: LocalDeployment, watched: Any) -> Callable[[str], str]:
    """Begins a run in whose middle a test steps in: two of six lessons are being written."""

    def start(project: str) -> str:
        watched.begin(seconds=2.0)
        run = up.run(
            "generate-course/generate-course",
            outline=str(watched.outline), project=project, model="openai:good", visuals="none",
        )  # fmt: skip
        end = time.monotonic() + 90
        while len(watched.asked) < 2:
            assert time.monotonic() < end, up.log_of(run)
            time.sleep(0.05)
        return run

    return start


def lessons(store: Path, project: str) -> int:
    return len(list((store / project / "lessons").glob("*.md")))


def test_cancelling_stops_the_asking_and_retry_does_what_is_missing(
    up: LocalDeployment, watched: Any, store: Path, begin: Callable[[str], str]
) -> None:
    run = begin("cancelled")
    up.set_state(run, "CANCELLING", "Cancelling")
    up.wait(run, "CANCELLED")
    assert len(watched.asked) == 2, "what was under way is finished, and nothing more is asked"
    assert lessons(store, "cancelled") == 2, "and it is kept"
    assert "what is finished is kept. Retry to go on." in up.log_of(run)
    assert up.wait_for_slots(5) < 5

    up.retry(run)
    up.wait_for(run, lambda state: state["type"] == "COMPLETED" or state["name"] == "AwaitingRetry")
    up.wait(run, "COMPLETED")
    assert sorted(watched.asked) == sorted(set(watched.asked))
    assert lessons(store, "cancelled") == 6


def test_suspending_takes_effect_before_the_next_lesson_and_resuming_goes_on_there(
    up: LocalDeployment, watched: Any, store: Path, begin: Callable[[str], str]
) -> None:
    run = begin("suspended")
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    up.set_state(run, "PAUSED", "Suspended", pause_timeout=until, pause_reschedule=True)
    up.wait_for_slots(20)
    assert len(watched.asked) == 2
    assert up.state_of(run)["name"] == "Suspended"

    up.post(f"flow_runs/{run}/resume")
    up.wait(run, "COMPLETED")
    assert len(watched.asked) == len(set(watched.asked)) == 6
    assert lessons(store, "suspended") == 6


def test_a_killed_worker_loses_nothing_and_its_slots_come_free(
    up: LocalDeployment, watched: Any, store: Path, begin: Callable[[str], str]
) -> None:
    run = begin("killed")
    end = time.monotonic() + 30
    while lessons(store, "killed") < 2 or len(watched.asked) < 4:
        assert time.monotonic() < end
        time.sleep(0.05)
    for process in up.processes_of_runs():
        os.kill(process, signal.SIGKILL)
    up.kill("worker")
    killed = time.monotonic()
    assert up.slots_taken == 2
    up.start_again("worker")
    up.retry(run)
    up.wait(run, "COMPLETED", seconds=150)
    assert up.wait_for_slots(5) < 5
    assert time.monotonic() - killed < LEASE + 60
    assert lessons(store, "killed") == 6
    asked = watched.asked
    # The two that were being written when the process was killed never reached the store.
    assert len(asked) <= 8
    assert len(set(asked)) == 6
    assert asked[:2] == [item for item in asked if item in asked[:2]], (
        "what was stored is not asked for again"
    )


def test_a_server_that_restarts_ends_no_run(
    up: LocalDeployment, watched: Any, store: Path, begin: Callable[[str], str]
) -> None:
    run = begin("restarted")
    up.kill("server")
    up.start_again("server")
    up.wait(run, "COMPLETED", seconds=150)
    assert len(watched.asked) == len(set(watched.asked)) == 6
    assert lessons(store, "restarted") == 6
    up.wait_for_slots(LEASE)


def test_a_run_that_is_brought_down_says_so_and_goes_on_when_all_is_up_again(
    up: LocalDeployment, watched: Any, store: Path, begin: Callable[[str], str]
) -> None:
    run = begin("brought-down")
    port = up.state.ui_url.rpartition(":")[2]
    make("down", up.folder, up.environment)
    assert up.processes_of_runs() == []
    assert len(watched.asked) == lessons(store, "brought-down") == 2
    make("up", up.folder, up.environment, "--port", port)
    up.remember_commands()
    assert up.state_of(run)["type"] == "CRASHED", "and not Running for ever"
    assert up.slots_taken == 0

    up.retry(run)
    up.wait_for(run, lambda state: state["type"] == "COMPLETED" or state["name"] == "AwaitingRetry")
    up.wait(run, "COMPLETED")
    assert len(watched.asked) == len(set(watched.asked)) == 6


@pytest.mark.long
def test_a_run_whose_process_is_gone_is_told_to_have_crashed(
    up: LocalDeployment, watched: Any, begin: Callable[[str], str]
) -> None:
    run = begin("silent")
    for process in up.processes_of_runs():
        os.kill(process, signal.SIGKILL)
    up.kill("worker")
    state = up.wait_for(run, lambda state: state["type"] == "CRASHED", seconds=150)
    assert "no heartbeat" in state["message"]
    up.start_again("worker")
    up.retry(run)
    up.wait(run, "COMPLETED", seconds=150)
