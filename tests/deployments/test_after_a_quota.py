"""Deployed runs that a daily quota ends: who is told, and what goes on after the reset."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from servers.faults import parse_faults
from servers.local_deployment import LocalDeployment

from deployments.set_up import set_up
from tasks.run_identity import RESUMES

pytestmark = [pytest.mark.prefect]

QUOTA = "daily-quota:from_item=lesson/01-02,message=You have reached your limit of tokens per day."


@contextmanager
def running_webhook() -> Iterator[tuple[str, list[str]]]:
    """A webhook on loopback: its address, and what it was told."""
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def told(up: LocalDeployment, tmp_path: Path) -> Iterator[list[str]]:
    """What a webhook is told that the set-up was given the name of."""
    from prefect.blocks.notifications import CustomWebhookNotificationBlock
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    with (
        running_webhook() as (address, bodies),
        temporary_settings(updates={PREFECT_API_URL: up.state.api_url, PREFECT_HOME: str(tmp_path)}),
    ):
        block = CustomWebhookNotificationBlock(
            name="watch", url=address, method="POST", json_data={"text": "{{subject}} | {{body}}"}
        )
        block.save("watch")  # type: ignore[unused-coroutine]
        asyncio.run(set_up({"COURSEWRIGHT_NOTIFY": "custom-webhook/watch"}))
        yield bodies


def wait_until_told(told: list[str], *words: str) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for body in told:
            if all(word in body for word in words):
                return body
        time.sleep(0.2)
    raise AssertionError(f"nobody was told of {words}, but of {told}")


def resumptions(up: LocalDeployment, run: str) -> list[dict[str, Any]]:
    """The runs that are to go on with this one."""
    wanted = {"flow_runs": {"tags": {"all_": [f"{RESUMES}{run}"]}}}
    return [dict(one) for one in up.post("flow_runs/filter", wanted)]


def stopped(up: LocalDeployment, run: str) -> dict[str, Any]:
    """Wait until the quota has ended the run; gives the one run that is scheduled to go on with it."""
    state = up.wait(run, "FAILED")
    assert state["name"] == "StoppedByQuota", state
    (next_run,) = resumptions(up, run)
    at = next_run["expected_start_time"]
    assert f"The rest is scheduled for {at[:10]} {at[11:16]} UTC." in state["message"]
    assert at[11:16] == "00:10", "the operator's quota_reset, where the provider names no time"
    assert next_run["name"] == up.get(f"flow_runs/{run}")["name"], "the list of what is to come is readable"
    assert up.get(f"flow_runs/{run}")["parameters"].items() <= next_run["parameters"].items()
    return next_run


def test_the_rest_is_scheduled_once_and_goes_on_after_the_reset(
    up: LocalDeployment, watched: Any, store: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.begin()
    monkeypatch.setattr(watched.server, "faults", parse_faults([QUOTA]))
    run = up.run(
        "generate-course/generate-course",
        outline=str(watched.outline), project="quota", model="openai:good", visuals="none",
    )  # fmt: skip
    next_run = stopped(up, run)
    name = up.get(f"flow_runs/{run}")["name"]
    body = wait_until_told(told, name, "StoppedByQuota")
    assert f"/runs/flow-run/{run}" in body
    written = {path.stem for path in (store / "quota" / "lessons").glob("*.md")}
    assert 0 < len(written) < 6

    up.retry(run)
    assert stopped(up, run)["id"] == next_run["id"], "a retry schedules no second one"

    # The schedule of the night meets the same quota; it, too, leaves the rest to one run of its own.
    night = up.run("refresh-courses/refresh-courses", projects=["quota"], max_cost=None)
    after_the_night = stopped(up, night)
    wait_until_told(told, "refresh-courses", "StoppedByQuota")

    monkeypatch.setattr(watched.server, "faults", None)
    up.set_state(next_run["id"], "SCHEDULED", "Scheduled", force=True)
    up.wait(next_run["id"], "COMPLETED")
    asked = watched.asked
    assert {item.removeprefix("lesson/") for item in asked} >= written
    assert all(asked.count(f"lesson/{place}") == 1 for place in written), (
        "what was finished is not paid again"
    )
    assert len(list((store / "quota" / "lessons").glob("*.md"))) == 6
    wait_until_told(told, "Completed")

    up.set_state(after_the_night["id"], "SCHEDULED", "Scheduled", force=True)
    assert "1 with nothing stale" in up.wait(after_the_night["id"], "COMPLETED")["message"]
    assert watched.asked == asked
    for body in told:
        assert "key-for-loopback" not in body
