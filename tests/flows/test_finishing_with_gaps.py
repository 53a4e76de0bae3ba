"""A model server that misbehaves: nothing bad is published, what can be is mended, the rest is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from servers.course_runs import CourseRuns
from servers.faults import Fault, Faults, Rule
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, many_lessons

pytestmark = pytest.mark.prefect


def count_artifacts(server: PrefectServer, key: str) -> int:
    """How many artifacts with a key there are, old ones too."""
    found = server.client.post("artifacts/count", json={"artifacts": {"key": {"any_": [key]}}})
    return int(found.json())


HOSTILE = re.compile(r"<think|<script|```markdown|Sure[,!]|Here is the lesson|as an AI", re.IGNORECASE)


def test_what_can_be_is_repaired_and_what_cannot_is_named(
    make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    faults = Faults(
        Rule(Fault("server-error"), every=3),
        Rule(Fault("cut-off"), item="lesson/01-01", attempts=2),
        Rule(Fault("chatter"), item="lesson/01-02", attempts=2),
        Rule(Fault("fences"), item="lesson/01-03", attempts=2),
        Rule(Fault("thinking"), item="lesson/02-01", attempts=2),
        Rule(Fault("script"), item="lesson/02-02", attempts=2),
        Rule(Fault("empty"), item="lesson/02-03", attempts=2),
        Rule(Fault("empty"), item="lesson/03-01"),
        Rule(Fault("wrong-language"), item="lesson/03-02"),
    )
    runs = make_runs(as_yaml(many_lessons(3, 3)), faults=faults)
    runs.project = "mended"  # other tests' artifacts are on the same server

    assert runs.generate() == 3

    (progress,) = on_the_server.client.post(
        "artifacts/latest/filter", json={"artifacts": {"key": {"any_": ["mended-progress"]}}}
    ).json()
    assert progress["data"] == pytest.approx(700 / 9), "what is missing is no progress"
    assert progress["description"] == "7 of 9 items, 2 missing"
    report = runs.report()
    gaps = {item["place"]: item for item in report["items"] if item["state"] not in ("written", "finished")}
    assert set(gaps) == {"03-01", "03-02"}
    assert report["state"] == "FinishedWithGaps"
    published = runs.places()
    assert published == ["01-01", "01-02", "01-03", "02-01", "02-02", "02-03", "03-03"]
    for path in (runs.home / "lessons").glob("*.md"):
        assert not HOSTILE.search(path.read_text("utf-8")), path
    assert sorted(path.stem for path in (runs.home / "rejected").glob("*.md")) == ["03-01", "03-02"]
    page = (runs.home / "book" / "book.html").read_text("utf-8")
    assert "<script>alert" not in page
    for gap in gaps.values():
        assert gap["reason"] in runs.book() or gap["reason"].split(".")[0] in runs.book()

    state = on_the_server.client.post(
        "flow_runs/filter", json={"sort": "START_TIME_DESC", "limit": 1}
    ).json()[0]["state"]
    assert (state["type"], state["name"]) == ("FAILED", "FinishedWithGaps")

    runs.newly_asked()
    runs.server.faults = None
    assert runs.generate() == 0, "the next run asks for exactly what is missing"
    assert sorted(set(runs.newly_asked())) == ["03-01", "03-02"]
    assert not list((runs.home / "rejected").glob("*.md"))


def test_a_mended_draft_is_accepted_as_that_persons_text(make_runs: Callable[..., CourseRuns]) -> None:
    runs = make_runs(
        as_yaml(many_lessons(1, 2)), faults=Faults(Rule(Fault("topic-missing"), item="lesson/01-01"))
    )
    assert runs.generate() == 3
    assert runs.run("accept", "01-01") == 2, "not before it is mended"
    good = runs.server.answer(runs.server.calls[0])
    draft = runs.home / "rejected" / "01-01.md"
    draft.write_text(good, "utf-8")
    assert runs.run("accept", "1-1") == 0, "as --lessons takes it"
    assert not draft.exists()
    runs.newly_asked()
    runs.server.faults = None
    assert runs.generate() == 0
    assert runs.newly_asked() == []
    assert runs.generate("--again") == 0
    kept = runs.read_lesson("01-01")
    assert (runs.home / "lessons" / "01-01.generated.md").exists(), "the newer text stands beside it"
    assert good.split("\n\n")[3][:40] in kept


def test_a_daily_quota_ends_the_asking_at_once(make_runs: Callable[..., CourseRuns]) -> None:
    runs = make_runs(
        as_yaml(many_lessons(4, 3)), faults=Faults(Rule(Fault("daily-quota"), from_item="lesson/03-01"))
    )
    assert runs.generate() == 4
    report = runs.report()
    assert report["state"] == "StoppedByQuota"
    assert report["resume_at"]
    first = runs.newly_asked()
    refused = [entry for entry in runs.server.entries if entry.status == 429]
    assert len(refused) <= 2, "no more than were in flight"
    kept = {path.stem for path in (runs.home / "lessons").glob("*.md")}
    runs.server.faults = None
    assert runs.generate() == 0
    second = runs.newly_asked()
    assert set(second) | kept == {f"{m:02d}-{n:02d}" for m in range(1, 5) for n in range(1, 4)}
    assert not set(second) & kept, f"nothing is asked for twice: {first} {second}"


def test_a_run_with_nothing_wrong_is_complete_and_tells_it(
    make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    runs = make_runs(as_yaml(many_lessons(1, 2)))
    runs.defaults = ("--model", "openai:good")
    runs.project = "calm"  # other tests' artifacts are on the same server
    assert runs.generate() == 0
    artifacts = on_the_server.client.post(
        "artifacts/latest/filter", json={"artifacts": {"key": {"like_": "calm-%"}}}
    ).json()
    keys = {artifact["key"] for artifact in artifacts}
    assert {"calm-lesson-01-01", "calm-lesson-01-02", "calm-run", "calm-progress"} <= keys
    (table,) = [artifact for artifact in artifacts if artifact["key"] == "calm-run"]
    rows = [row["item"] for row in json.loads(table["data"])]
    assert [item for item in rows if item.startswith("lesson")] == ["lesson 01-01", "lesson 01-02"]
    (progress,) = [artifact for artifact in artifacts if artifact["key"] == "calm-progress"]
    assert progress["data"] == 100.0

    assert runs.generate() == 0
    assert count_artifacts(on_the_server, "calm-run") == 2, "the table is of each run"
    assert count_artifacts(on_the_server, "calm-lesson-01-01") == 1, "nothing about it has changed"
    figures = sorted(path.name for path in (runs.home / "visuals").glob("*.svg"))
    assert figures == ["01-01-0001.svg", "01-02-0001.svg"]


def test_a_run_whose_outline_has_gone_says_so_and_goes_by_the_projects_copy(
    make_runs: Callable[..., CourseRuns],
    on_the_server: PrefectServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = make_runs(as_yaml(many_lessons(1, 2)))
    assert runs.generate() == 0
    runs.outline.unlink()
    capsys.readouterr()
    assert runs.generate("--dry-run", outline=False) == 0
    said = capsys.readouterr().err
    assert f"warning: The outline {str(runs.outline)!r} cannot be read" in said
    assert runs.run("status") == 0
    assert capsys.readouterr().err == said
    assert runs.run("status", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["outline_changed"], shown["next_run"]) == (False, [])
    assert f"warning: {shown['outline_warning']}\n" == said
    assert runs.generate(outline=False) == 0
    assert "cannot be read" in capsys.readouterr().err
    (warning,) = runs.report()["warnings"]
    assert str(runs.home / "outline.yaml") in warning
