"""A store of twenty projects, gone over again and again: only what is stale is asked for."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.faults import parse_faults
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, lesson, small_outline

pytestmark = [pytest.mark.prefect]


class Shelf:
    """A store with projects, each with its own outline file, and the model server that writes them."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "courses"
        self.outlines = folder / "outlines"
        self.outlines.mkdir()
        self.server: OpenAIServer
        self.writing = "alpha"
        self._seen = 0

    def answer(self, call: Call) -> str:
        """A good lesson of the project that is being written."""
        return answer_from_outline(self.outline(self.writing))(call)

    def outline(self, project: str) -> Path:
        return self.outlines / f"{project}.yaml"

    def make(self, project: str, **changes: Any) -> None:
        """Make a project from its outline."""
        self.outline(project).write_bytes(as_yaml(small_outline(title=f"Course {project}", **changes)))
        assert self.generate(project) == 0

    def generate(self, project: str, *options: str) -> int:
        """Run the command; gives its exit code."""
        self.writing = project
        from flows.__main__ import main

        place = ("--store", str(self.store), "--project", project, "--model", "openai:gpt-4o")
        return main(["generate", str(self.outline(project)), *place, "--visuals", "none", *options])

    def copy(self, project: str, names: list[str]) -> None:
        """Copies of a project under other names, each with an outline of its own."""
        for name in names:
            shutil.copytree(self.store / project, self.store / name)
            shutil.copy(self.outline(project), self.outline(name))
            record = self.store / name / "project.json"
            data = json.loads(record.read_text("utf-8"))
            data["outline"]["source"] = str(self.outline(name))
            record.write_text(json.dumps(data), "utf-8")

    def edit(self, project: str, old: str, new: str) -> None:
        text = self.outline(project).read_text("utf-8")
        assert old in text
        self.outline(project).write_text(text.replace(old, new), "utf-8")

    def refresh(self, **parameters: Any) -> Any:
        """Run the flow; gives its state."""
        from flows.refresh_courses import refresh_courses

        return asyncio.run(refresh_courses(store=str(self.store), return_state=True, **parameters))

    def newly_asked(self) -> list[str]:
        asked = self.server.asked()
        new, self._seen = asked[self._seen :], len(asked)
        return new

    def text(self, project: str, place: str) -> str:
        return (self.store / project / "lessons" / f"{place}.md").read_text("utf-8")


@pytest.fixture
def shelf(tmp_path: Path, on_the_server: PrefectServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A store with one finished project, ``alpha``: two modules of two lessons."""
    made = Shelf(tmp_path)
    with OpenAIServer(made.answer) as server:
        made.server = server
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        made.make("alpha")
        made.newly_asked()
        yield made


def artifacts(server: PrefectServer, key: str) -> list[dict[str, Any]]:
    with server.client as client:
        wanted = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
        return list(client.post("artifacts/filter", json=wanted).json())


def test_of_twenty_projects_the_two_stale_ones_are_regenerated(
    shelf: Shelf, on_the_server: PrefectServer, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"copy-{number:02d}" for number in range(19)]
    shelf.copy("alpha", names)
    state = shelf.refresh()
    assert state.is_completed()
    assert "20 projects: 20 with nothing stale. $0.0000 spent." in state.message
    assert shelf.newly_asked() == []

    shelf.edit("copy-03", "Alert rules", "Alert rules and their limits")
    shelf.edit("copy-11", "1.1 Probes", "1.1 Health probes")
    before = shelf.text("copy-03", "01-02")
    shelf.writing = "copy-03"
    state = shelf.refresh(projects=[*names[:10], "alpha"])
    assert state.is_completed(), state.message
    assert shelf.newly_asked() == ["lesson/01-02"]
    assert shelf.text("copy-03", "01-02") != before
    shelf.writing = "copy-11"
    state = shelf.refresh(max_cost=5.0)
    assert "19 with nothing stale, 1 refreshed" in state.message
    assert "spent of at most $5.00" in state.message
    assert shelf.newly_asked() == ["lesson/01-01"]
    assert "Health probes" in shelf.text("copy-11", "01-01")

    rows = json.loads(artifacts(on_the_server, "refresh")[0]["data"])
    assert [(row["project"], row["item"], row["why"], row["became"]) for row in rows] == [
        ("copy-11", "01-01", "title changed", "published")
    ]
    change = artifacts(on_the_server, "copy-03-change-01-02")[0]["data"]
    assert "**Why:** topics changed." in change
    assert "- New sections: Alert rules and their limits" in change
    assert "\n- ## Alert rules\n" in change
    assert "\n+ ## Alert rules and their limits\n" in change
    looks = [
        float(line.split("looked at in ")[1].split(" s")[0])
        for line in caplog.messages
        if "looked at" in line
    ]
    assert len(looks) == 20 + 11 + 20
    assert sum(looks) / len(looks) < 1.0, "under a second each"


def test_what_was_set_aside_is_asked_for_again(shelf: Shelf) -> None:
    (shelf.store / "alpha" / "lessons" / "02-01.md").unlink()
    for finished in (shelf.store / "alpha" / ".finished").iterdir():
        if "Rolling updates" in finished.read_text("utf-8"):
            finished.unlink()
    record = shelf.store / "alpha" / "project.json"
    data = json.loads(record.read_text("utf-8"))
    data["lessons"]["02-01"] = {"title": "Rollouts", "reason": "set aside by the checks: too short"}
    record.write_text(json.dumps(data), "utf-8")
    state = shelf.refresh()
    assert state.is_completed(), state.message
    assert shelf.newly_asked() == ["lesson/02-01"]
    assert "Rollouts" in shelf.text("alpha", "02-01")


def test_age_makes_stale_what_no_person_has_edited(shelf: Shelf) -> None:
    record = shelf.store / "alpha" / "project.json"
    data = json.loads(record.read_text("utf-8"))
    for place, item in data["lessons"].items():
        if place in ("01-01", "01-02"):
            item["written"] = (datetime.now(UTC) - timedelta(days=400)).isoformat(timespec="seconds")
    record.write_text(json.dumps(data), "utf-8")
    lesson = shelf.store / "alpha" / "lessons" / "01-02.md"
    lesson.write_text(lesson.read_text("utf-8") + "\nMine.\n", "utf-8")
    assert shelf.refresh().is_completed()
    assert shelf.newly_asked() == [], "without an age, age does not matter"
    state = shelf.refresh(older_than_days=365)
    assert state.is_completed(), state.message
    assert shelf.newly_asked() == ["lesson/01-01"]
    assert "Mine." in shelf.text("alpha", "01-02")
    assert shelf.refresh(older_than_days=365).is_completed()
    assert shelf.newly_asked() == [], "what is new is young"


def test_labs_are_regenerated_with_their_course_or_alone(shelf: Shelf) -> None:
    outline = small_outline(title="Course alpha")
    outline["modules"][0]["lessons"][0]["lab_activities"] = [
        "Probe a service",
        {"title": "Mend a service", "duration_minutes": 21},
    ]
    shelf.outline("alpha").write_bytes(as_yaml(outline))
    assert shelf.generate("alpha", "--content", "both") == 0
    shelf.newly_asked()
    assert shelf.refresh().is_completed()
    assert shelf.newly_asked() == []

    shelf.edit("alpha", "duration_minutes: 21", "duration_minutes: 25")
    shelf.edit("alpha", "Rolling updates", "Updates step by step")
    assert shelf.refresh(content="theory").is_completed()
    assert shelf.newly_asked() == ["lesson/02-01"]
    assert shelf.refresh(content="labs").is_completed()
    assert shelf.newly_asked() == ["lab-plan", "lab/01-01-02"]
    assert shelf.refresh().is_completed()
    assert shelf.newly_asked() == []

    record = shelf.store / "alpha" / "project.json"
    data = json.loads(record.read_text("utf-8"))
    assert data["content"] == "both", "what a course is made of stays"
    data["lessons"]["01-01"]["written"] = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    record.write_text(json.dumps(data), "utf-8")
    assert shelf.refresh(older_than_days=365).is_completed()
    assert shelf.newly_asked() == ["lesson/01-01"], "its labs are young"


def test_a_new_lesson_is_stale_and_one_that_nobody_asked_for_is_not(shelf: Shelf) -> None:
    shelf.make("beta")
    shelf.newly_asked()
    for place in ("02-01", "02-02"):
        (shelf.store / "beta" / "lessons" / f"{place}.md").unlink()
    for finished in (shelf.store / "beta" / ".finished").iterdir():
        if "Rolling" in finished.read_text("utf-8"):
            finished.unlink()
    assert "2 with nothing stale" in shelf.refresh().message, "nobody asked for module 2"
    shelf.edit(
        "beta", "  - title: 1.2 Alerts", "  - title: Traces\n    topics: [Spans]\n  - title: 1.2 Alerts"
    )
    state = shelf.refresh()
    assert state.is_completed(), state.message
    assert shelf.newly_asked() == ["lesson/01-02"]
    assert "# Lesson 1.3: Alerts" in shelf.text("beta", "01-03")


def test_titles_that_recur_in_every_module_are_told_apart(shelf: Shelf) -> None:
    outline = small_outline(title="Course alpha")
    outline["modules"][0]["lessons"].append(lesson("Introduction", "Why health"))
    outline["modules"][1]["lessons"].append(lesson("Introduction", "Why change"))
    shelf.outline("alpha").write_bytes(as_yaml(outline))
    shelf.server.faults = parse_faults(["daily-quota:item=lesson/01-03"], 0)
    assert shelf.generate("alpha", "--lessons", "01-03") == 4
    shelf.server.faults = None
    assert shelf.generate("alpha", "--lessons", "01-01") == 0, "a later run was about something else"
    shelf.newly_asked()
    state = shelf.refresh()
    assert state.is_completed(), state.message
    assert shelf.newly_asked() == ["lesson/01-03"], "only the one that was asked for and did not come"

    outline["modules"].append({"title": "Module 3: Cost", "lessons": [lesson("Introduction", "Why cost")]})
    shelf.outline("alpha").write_bytes(as_yaml(outline))
    assert shelf.refresh().is_completed()
    assert shelf.newly_asked() == ["lesson/03-01"], "a new module's lesson is new, whatever its title"


def test_an_outline_that_was_only_reordered_costs_nothing(shelf: Shelf) -> None:
    text = shelf.outline("alpha").read_text("utf-8")
    first, second = text.index("  - title: 1.1 Probes"), text.index("  - title: 1.2 Alerts")
    end = text.index("- title: 'Module 2")
    shelf.outline("alpha").write_text(
        text[:first] + text[second:end] + text[first:second] + text[end:], "utf-8"
    )
    assert shelf.refresh().is_completed()
    assert shelf.newly_asked() == []
    assert "# Lesson 1.2: Probes" in shelf.text("alpha", "01-02")


def test_a_broken_outline_stops_no_other_project(shelf: Shelf) -> None:
    shelf.copy("alpha", ["broken", "edited"])
    shelf.edit("broken", "title: 1.1 Probes", "title: Practice: probes: two")
    shelf.edit("edited", "Alert rules", "Alert rules at night")
    shelf.writing = "edited"
    state = shelf.refresh()
    assert state.name == "FinishedWithGaps"
    assert "broken" in state.message
    assert shelf.newly_asked() == ["lesson/01-02"]


def test_telling_only_asks_nothing(shelf: Shelf, on_the_server: PrefectServer) -> None:
    shelf.edit("alpha", "Alert rules", "Alert rules by day")
    state = shelf.refresh(only_tell=True)
    assert "1 stale" in state.message
    assert shelf.newly_asked() == []
    rows = json.loads(artifacts(on_the_server, "refresh")[0]["data"])
    assert [(row["item"], row["why"], row["became"]) for row in rows] == [
        ("01-02", "topics changed", "only told")
    ]


def test_a_quota_at_night_leaves_the_rest_for_after_the_reset(shelf: Shelf) -> None:
    shelf.copy("alpha", ["one", "two"])
    for project in ("one", "two"):
        shelf.edit(project, "Alert rules", f"Alert rules of {project}")
    shelf.server.faults = parse_faults(["daily-quota"], 0)
    state = shelf.refresh()
    assert state.name == "StoppedByQuota"
    assert "1 stopped by a quota, 1 left for later" in state.message
    assert shelf.newly_asked() == ["lesson/01-02"], "the second project is not asked for"


def test_a_project_that_is_not_there_is_named(shelf: Shelf) -> None:
    state = shelf.refresh(projects=["gamma"])
    assert state.is_failed()
    assert "There is no project gamma" in state.message


def test_a_project_that_cannot_be_made_says_why_in_its_own_words_and_the_run_bears_its_name(
    shelf: Shelf, on_the_server: PrefectServer
) -> None:
    shelf.outline("beta").write_bytes(as_yaml(small_outline(title="Course beta")))
    assert shelf.generate("beta", "--model", "openai:of-no-known-price") == 0
    shelf.edit("beta", "Alert rules", "Alert rules by day")
    state = shelf.refresh(projects=["beta"], max_cost=1.0)
    assert state.name == "FinishedWithGaps"
    assert (
        "beta: max_cost cannot be kept: the price of openai:of-no-known-price is not known." in state.message
    )
    assert "exception" not in state.message
    run = on_the_server.client.get(f"flow_runs/{state.state_details.flow_run_id}").json()
    assert run["name"] == "refresh beta"


def test_a_store_without_projects_is_named(shelf: Shelf, tmp_path: Path) -> None:
    shelf.store = tmp_path / "mispelt"
    state = shelf.refresh()
    assert state.is_completed()
    assert f"There is no project in {shelf.store}: check its address" in state.message
    assert not shelf.store.exists()
