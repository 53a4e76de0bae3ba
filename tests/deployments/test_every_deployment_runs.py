"""Everything in `prefect.yaml`, deployed and run by a real worker on a real server."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from servers.local_deployment import LocalDeployment

pytestmark = [pytest.mark.prefect]


def test_each_deployment_runs_to_its_end(up: LocalDeployment, watched: Any, store: Path) -> None:
    watched.begin()
    names = {f"{one['name']}/{one['name']}" for one in up.post("deployments/filter")}
    assert names == {
        "generate-course/generate-course",
        "refresh-courses/refresh-courses",
        "build-book/build-book",
    }

    run = up.run(
        "generate-course/generate-course",
        outline=str(watched.outline), project="deployed", model="openai:good", visuals="none",
    )  # fmt: skip
    up.wait(run, "COMPLETED")
    assert len(watched.asked) == 6
    artifacts = up.artifacts_of(run)
    assert {"deployed-run", "deployed-summary", "deployed-lesson-01-01"} <= set(artifacts)
    summary = str(artifacts["deployed-summary"]["data"])
    assert "written: 6 lessons" in summary
    assert str(store / "deployed" / "book" / "book.html") in summary
    line = (
        r"^20 Module \d · batch \d/\d · (lesson) (\d\d-\d\d) written: \d+ of \d+ words, \d+ findings?, .* s$"
    )
    told = re.findall(line, up.log_of(run), re.MULTILINE)
    assert sorted(map("/".join, told)) == sorted(watched.asked)

    # As the form sends it where a person fills in the name alone: with what the deployment sets.
    run = up.run("generate-course/generate-course", project="deployed")
    assert up.wait(run, "COMPLETED")["message"] == "6 lessons finished."
    assert len(watched.asked) == 6, "a second run needs the project's name and nothing else"

    lesson = store / "deployed" / "lessons" / "02-02.md"
    lesson.write_text(lesson.read_text("utf-8") + "\nWritten by a person.\n", "utf-8")
    run = up.run("build-book/build-book", project="deployed", formats=["md"])
    assert up.wait(run, "COMPLETED")["message"] == "1 file: book.md."
    assert "Written by a person." in (store / "deployed" / "book" / "book.md").read_text("utf-8")
    assert "book.md" in str(up.artifacts_of(run)["deployed-book"]["data"])

    run = up.run("refresh-courses/refresh-courses")
    assert re.search(r"(\d+) projects?: \1 with nothing stale", str(up.wait(run, "COMPLETED")["message"]))
    assert len(watched.asked) == 6, "neither the book nor the refresh asks for anything"


def test_the_schedule_makes_runs(up: LocalDeployment) -> None:
    wanted = {
        "deployments": {"name": {"any_": ["refresh-courses"]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    }
    end = time.monotonic() + 90
    while not (runs := up.post("flow_runs/filter", wanted)):
        assert time.monotonic() < end, "the server's scheduler looks once a minute"
        time.sleep(1)
    assert all(run["auto_scheduled"] for run in runs)
    assert {run["expected_start_time"][11:16] for run in runs} == {"02:30"}


def test_descriptions_and_tags_come_from_the_flows(up: LocalDeployment) -> None:
    for one in up.post("deployments/filter"):
        assert one["description"].strip(), one["name"]
        assert "coursewright" in one["tags"]
        properties = one["parameter_openapi_schema"]["properties"]
        untold = [name for name, value in properties.items() if not value.get("description")]
        assert not untold, f"the form does not explain {untold}"
