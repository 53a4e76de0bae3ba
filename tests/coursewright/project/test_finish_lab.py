"""Labs in a project: written once, never over an edit, and set aside where they fail their checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.lab_runs import LABS, LabRuns
from servers.lab_text import good_lab, make_lab_brief
from servers.small_course import as_yaml
from servers.text_faults import drop_topic

from coursewright.errors import QuotaExhausted
from coursewright.project.accept import accept_draft
from coursewright.project.plan_labs import read_lab_plan
from coursewright.project.results import Stopped
from coursewright.project.write_books import write_books


def test_all_labs_take_one_plan_and_a_call_each(runs: LabRuns) -> None:
    asked, done = runs.run()
    assert asked == ["lab-plan", *(f"lab/{lab}" for lab in LABS)]
    assert [(item.outcome.kind, item.outcome.state) for item in done] == [("lab", "written")] * 4
    assert all(item.outcome.checks["steps"] == "passed" for item in done)
    for lab in LABS:
        assert f"# Lab {lab}: Try" in runs.lab(lab).read_text("utf-8")
    plan = json.loads(Path(runs.course.store.locate("labs/plan.json")).read_text("utf-8"))
    assert [entry["id"] for entry in plan["labs"]] == LABS
    assert [entry["title"] for entry in plan["labs"]] == ["Try alpha", "Try beta", "Try gamma", "Try it all"]
    assert plan["labs"][2]["minutes"] == 40
    assert {"name": "Python", "version": "3.12", "labs": LABS} in plan["software"]


def test_a_finished_course_asks_for_nothing(runs: LabRuns) -> None:
    runs.run()
    assert runs.run() == ([], [])


def test_a_changed_lab_costs_one_lab_call_and_at_most_one_plan_call(runs: LabRuns) -> None:
    runs.run()
    runs.outline["modules"][0]["lessons"][0]["lab_activities"][1] = {
        "title": "Try beta",
        "duration_minutes": 20,
    }
    asked, _ = runs.run()
    assert asked == ["lab-plan", "lab/01-01-02"]
    assert read_lab_plan(runs.course).labs["01-01-02"].minutes == 20


def test_a_lab_that_changes_in_more_than_its_title_costs_its_lesson_nothing(runs: LabRuns) -> None:
    """What is said of a lab beside its title is in no lesson's request."""
    runs.run(content="both")
    lab = runs.outline["modules"][0]["lessons"][1]["lab_activities"][0]
    lab.update(duration_minutes=50, objectives=["Compare two runs of gamma"], bloom_level="Analyze")
    assert runs.run(content="both")[0] == ["lab-plan", "lab/01-02-01"]
    lab["title"] = "Try gamma twice"
    assert runs.run(content="both")[0] == ["lesson/01-02", "lab-plan", "lab/01-02-01"]


def test_an_inserted_lab_moves_the_others_and_pays_for_none_of_them(runs: LabRuns) -> None:
    runs.run()
    before = runs.lab("01-01-01").read_text("utf-8")
    runs.outline["modules"][0]["lessons"][0]["lab_activities"].insert(0, "Try something new")
    asked, _ = runs.run()
    assert asked == ["lab-plan", "lab/01-01-01"]
    moved = runs.lab("01-01-02").read_text("utf-8")
    assert moved == before.replace("# Lab 01-01-01:", "# Lab 01-01-02:")
    assert [entry.title for entry in read_lab_plan(runs.course).labs.values()][:3] == [
        "Try something new",
        "Try alpha",
        "Try beta",
    ]


def test_a_lab_is_written_with_its_lessons_text(runs: LabRuns) -> None:
    prompts: dict[str, str] = {}

    def remember(call: Call) -> str:
        prompts[call.item] = call.prompt
        return answer_from_outline(runs.file)(call)

    runs.others["lab/"] = remember
    runs.run(content="both")
    assert "### Concept Overview" in prompts["lab/01-01-01"]
    assert "## Alpha" in prompts["lab/01-01-01"] and "## Beta" not in prompts["lab/01-01-01"]
    assert "## Gamma" in prompts["lab/02-00-01"]


def test_one_lab_asked_for_again_is_the_only_one_written(runs: LabRuns) -> None:
    runs.run()
    notes: list[str] = []

    def remember(call: Call) -> str:
        notes.append(call.prompt)
        return answer_from_outline(runs.file)(call)

    runs.others["lab/"] = remember
    asked, done = runs.run(labs="02-00-01", again=True, note="Use shorter steps.")
    assert asked == ["lab/02-00-01"]
    assert [item.outcome.place for item in done] == ["02-00-01"]
    assert "Use shorter steps." in notes[0]


def test_a_lab_that_is_missing_comes_with_its_lesson(runs: LabRuns) -> None:
    runs.run(content="theory")
    asked, _ = runs.run(content="both", lessons="01-02", again=True)
    assert asked == ["lesson/01-02", "lab-plan", "lab/01-02-01"]


def test_an_edited_lab_is_not_written_over(runs: LabRuns) -> None:
    runs.run()
    page = runs.lab("01-02-01")
    page.write_text(page.read_text("utf-8") + "\nA remark of the trainer's.\n")
    runs.outline["modules"][0]["lessons"][1]["lab_activities"][0]["duration_minutes"] = 50
    _, done = runs.run()
    assert done[-1].outcome.edited
    assert "A remark of the trainer's." in page.read_text("utf-8")
    assert "50 minutes" in page.with_suffix(".generated.md").read_text("utf-8")


def test_a_lab_whose_commands_do_not_parse_is_set_aside_and_not_published(runs: LabRuns) -> None:
    bad = good_lab(make_lab_brief(title="Try gamma", id="01-02-01")).replace(
        "cd service-lab\n", "if true; then\n"
    )
    runs.others["lab/01-02-01"] = lambda call: bad
    asked, done = runs.run()
    assert asked.count("lab/01-02-01") == 3
    outcome = next(item.outcome for item in done if item.outcome.place == "01-02-01")
    assert (outcome.state, outcome.checks["code"]) == ("set aside", "error")
    assert not runs.lab("01-02-01").exists()
    assert "Try gamma" in Path(runs.course.store.locate("rejected/01-02-01.md")).read_text("utf-8")
    assert [item.outcome.state for item in done].count("written") == 3


def test_a_draft_that_a_person_mended_is_accepted(runs: LabRuns) -> None:
    test_a_lab_whose_commands_do_not_parse_is_set_aside_and_not_published(runs)
    draft = Path(runs.course.store.locate("rejected/01-02-01.md"))
    assert not accept_draft(runs.course, "01-02-01").accepted
    draft.write_text(draft.read_text("utf-8").replace("if true; then\n", "cd service-lab\n"), "utf-8")
    accepted = accept_draft(runs.course, "01-02-01")
    assert accepted.accepted, accepted.findings
    assert "# Lab 01-02-01: Try gamma" in runs.lab("01-02-01").read_text("utf-8")
    assert runs.run()[0] == []


def test_a_quota_stops_the_run_and_what_is_finished_is_kept(runs: LabRuns) -> None:
    runs.others["lab/01-01-02"] = lambda call: QuotaExhausted("per day")
    with pytest.raises(Stopped) as stopped:
        runs.run()
    assert stopped.value.item.outcome.state == "not asked"
    assert runs.lab("01-01-01").exists()
    del runs.others["lab/01-01-02"]
    assert runs.run()[0] == [f"lab/{lab}" for lab in LABS[1:]]


@pytest.mark.parametrize("item", ["lesson/01-01", "lab/01-01-01"])
def test_a_quota_before_a_repair_leaves_the_text_that_was_paid_for_in_rejected(
    runs: LabRuns, item: str
) -> None:
    good = answer_from_outline(as_yaml(runs.outline))
    answers: list[Callable[[Call], str | Exception]] = [
        lambda call: drop_topic(good(call)),
        lambda call: QuotaExhausted("per day"),
    ]
    runs.others[item] = lambda call: answers.pop(0)(call)
    with pytest.raises(Stopped) as stopped:
        runs.run(content="both")
    outcome = stopped.value.item.outcome
    assert (outcome.state, outcome.place) == ("set aside", item.partition("/")[2])
    assert outcome.requests == 2, "the one that met the quota was made as well"
    draft = Path(runs.course.store.locate(f"rejected/{outcome.place}.md")).read_text("utf-8")
    assert "# L" in draft
    assert "per day" in draft
    del runs.others[item]
    assert item in runs.run(content="both")[0]


def test_a_lab_whose_lesson_is_missing_says_so(runs: LabRuns) -> None:
    runs.others["lesson/01-02"] = lambda call: "This is no lesson."
    _, done = runs.run(content="both")
    told = {
        item.outcome.place: [one["message"] for one in item.outcome.findings if one["check"] == "lesson"]
        for item in done
        if item.outcome.kind == "lab"
    }
    assert told.pop("01-02-01") == [
        "The guide was written without the text of lesson 01-02, which is missing. When it is there, "
        "have the guide written anew with --labs 01-02-01 --again."
    ]
    assert set(map(len, told.values())) == {0}


def test_the_guide_of_a_course_that_has_no_labs_any_more_is_removed(runs: LabRuns) -> None:
    runs.run()
    formats = ["md", "site"]
    assert {"lab-guide.md", "lab-guide-site"} <= set(write_books(runs.store, "kept", formats=formats).files)
    own = runs.course.store
    own.write("book/lab-guide.mine.txt", b"notes")
    for place in (*runs.outline["modules"][0]["lessons"], runs.outline["modules"][1]):
        place.pop("lab_activities", None)
    runs.run()
    assert "lab-guide.md" not in write_books(runs.store, "kept", formats=formats).files
    assert [item.key for item in own.list("book/lab-guide")] == ["book/lab-guide.mine.txt"]
    assert any(item.key == "removed/labs/02-00-01.md" for item in own.list())
