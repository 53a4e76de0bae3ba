"""A task that takes a slot is on the server before it asks for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from prefect import flow, task
from servers.prefect_server import PrefectServer

from tasks.run_task import run_limited_task

pytestmark = pytest.mark.prefect

TAG = "run-task-test"


@pytest.fixture
def limit(on_the_server: PrefectServer) -> Iterator[str]:
    """A limit of one."""
    name = f"tag:{TAG}"
    with on_the_server.client as client:
        client.post("v2/concurrency_limits/", json={"name": name, "limit": 1}).raise_for_status()
        yield name
        client.delete(f"v2/concurrency_limits/{name}").raise_for_status()


@task(task_run_name="{title}", tags={TAG})
async def measure(title: str, attempts: list[str]) -> str:
    attempts.append(title)
    if len(attempts) < 2:
        raise RuntimeError("the first attempt fails")
    return title


async def at_once() -> bool:
    return True


@flow
async def measure_once(title: str) -> str:
    state = await run_limited_task(at_once, measure, title, ["an earlier one"])
    assert state is not None
    return str(await state.aresult())


def _runs(server: PrefectServer, title: str) -> list[dict[str, Any]]:
    with server.client as client:
        wanted = {"task_runs": {"name": {"any_": [title]}}}
        return list(client.post("task_runs/filter", json=wanted).json())


def _until(server: PrefectServer, title: str, states: list[str]) -> list[dict[str, Any]]:
    """The task runs of this name, as soon as they have these states."""
    for _ in range(300):
        runs = _runs(server, title)
        if sorted(run["state"]["name"] for run in runs) == states:
            return runs
        time.sleep(0.1)
    raise AssertionError(f"{title} is {[run['state']['name'] for run in runs]}, not {states}")


def test_it_waits_for_its_slot_under_its_own_name_and_announces_itself_once(
    on_the_server: PrefectServer, limit: str
) -> None:
    title = "A batch that waits for its slot"
    with on_the_server.client as client:
        slot = {"names": [limit], "slots": 1}
        client.post(
            "v2/concurrency_limits/increment", json={**slot, "mode": "concurrency"}
        ).raise_for_status()

        def see_it_wait() -> dict[str, Any]:
            try:
                return _until(on_the_server, title, ["Pending"])[0]
            finally:
                client.post("v2/concurrency_limits/decrement", json=slot).raise_for_status()

        with ThreadPoolExecutor() as threads:
            seen = threads.submit(see_it_wait)
            assert asyncio.run(measure_once(title)) == title
        (ended,) = _until(on_the_server, title, ["Completed"])
        states = client.get("task_run_states/", params={"task_run_id": ended["id"]}).json()
    assert ended["id"] == seen.result()["id"]
    assert sorted(state["type"] for state in states) == ["COMPLETED", "PENDING", "RUNNING"]


def test_a_flow_run_that_is_tried_again_makes_new_task_runs(on_the_server: PrefectServer, limit: str) -> None:
    title, attempts = "A batch whose flow run is tried again", list[str]()

    @flow(retries=1)
    async def measure_twice() -> str:
        state = await run_limited_task(at_once, measure, title, attempts)
        assert state is not None
        return str(await state.aresult())

    assert asyncio.run(measure_twice()) == title
    _until(on_the_server, title, ["Completed", "Failed"])
