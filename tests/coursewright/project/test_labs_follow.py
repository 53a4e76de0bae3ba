"""Labs that follow the text of their lesson, where a run says so."""

from __future__ import annotations

from pathlib import Path

from servers.lab_runs import LabRuns
from servers.small_course import as_yaml

from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.order import RunOrder
from coursewright.project.refresh import examine_project
from coursewright.project.settings import Wanted
from coursewright.project.status import status_rows


def edit_lesson(runs: LabRuns, words: str) -> None:
    page = Path(runs.course.store.locate("lessons/01-02.md"))
    page.write_text(page.read_text("utf-8").replace("## Summary", f"{words}\n\n## Summary"), "utf-8")


def test_a_changed_lesson_text_asks_for_nothing(runs: LabRuns) -> None:
    runs.run(content="both")
    edit_lesson(runs, "A new sentence of a person's.")
    assert runs.run(content="both")[0] == []


def test_labs_that_follow_their_lessons_are_asked_for_with_them(runs: LabRuns) -> None:
    runs.run(content="both", labs_follow_lessons=True)
    assert runs.run(content="both")[0] == []
    edit_lesson(runs, "A new sentence of a person's.")
    # The lab of the lesson itself; the module with a lab of its own is another one.
    assert runs.run(content="both")[0] == ["lab/01-02-01"]
    assert runs.run(content="both")[0] == []


def test_what_follows_is_told_before_a_run_as_it_is(runs: LabRuns) -> None:
    """A dry run, the status and a schedule know which labs follow, and those alone."""
    runs.run(content="both", labs_follow_lessons=True)
    assert stale_labs(runs) == []
    edit_lesson(runs, "A new sentence of a person's.")
    assert stale_labs(runs) == [("01-02-01", "lesson text changed")]
    assert runs.run(content="both")[0] == ["lab/01-02-01"]
    assert stale_labs(runs) == []
    runs.outline["modules"][0]["lessons"][0]["topics"].append("Omega")
    assert stale_labs(runs) == [(lab, "its lesson is written anew") for lab in ("01-01-01", "01-01-02")]
    assert runs.run(content="both")[0] == ["lesson/01-01", "lab/01-01-01", "lab/01-01-02"]
    assert stale_labs(runs) == []


def stale_labs(runs: LabRuns) -> list[tuple[str, str]]:
    """The labs that a run of now would write, and why; the status agrees where the outline is as it was."""
    runs.file.write_bytes(as_yaml(runs.outline))
    order = RunOrder(run="dry", store=runs.store.url, project="kept")
    labs = decide_run(RunRequest(order, Wanted(), str(runs.file)), runs.store, dry=True).prepared.labs
    found = [(lab, plan.why) for lab, plan in labs.items() if plan.todo == "write"]
    items = examine_project(runs.store, "kept").items
    assert [item.place for item in items if item.place in labs] == [lab for lab, _ in found]
    rows = {row["item"]: (row["state"], row["why"]) for row in status_rows(runs.course)}
    for lab, why in found:
        assert why == "its lesson is written anew" or rows[f"lab {lab}"] == ("stale", why)
    return found


def test_to_begin_to_follow_and_to_leave_off_costs_nothing(runs: LabRuns) -> None:
    runs.run(content="both")
    assert runs.run(content="both", labs_follow_lessons=True)[0] == []
    edit_lesson(runs, "A new sentence of a person's.")
    assert runs.run(content="both")[0] == ["lab/01-02-01"]
    assert runs.run(content="both", labs_follow_lessons=False)[0] == []
    edit_lesson(runs, "Another sentence of a person's.")
    assert runs.run(content="both")[0] == []
    assert runs.run(content="both", labs_follow_lessons=True)[0] == ["lab/01-02-01"]


def test_a_lesson_that_comes_back_brings_its_lab_with_it(runs: LabRuns) -> None:
    runs.run(content="both", labs_follow_lessons=True)
    page = Path(runs.course.store.locate("lessons/01-02.md"))
    before = page.read_text("utf-8")
    edit_lesson(runs, "A new sentence of a person's.")
    assert runs.run(content="both")[0] == ["lab/01-02-01"]
    page.write_text(before, "utf-8")
    assert runs.run(content="both")[0] == []


def test_an_edited_lab_that_follows_is_asked_for_once(runs: LabRuns) -> None:
    runs.run(content="both", labs_follow_lessons=True)
    runs.lab("01-02-01").write_text(runs.lab("01-02-01").read_text("utf-8") + "\nMine.\n", "utf-8")
    edit_lesson(runs, "A new sentence of a person's.")
    assert runs.run(content="both")[0] == ["lab/01-02-01"]
    assert "Mine." in runs.lab("01-02-01").read_text("utf-8")
    assert stale_labs(runs) == []
    assert runs.run(content="both")[0] == []


def test_a_lesson_asked_for_again_asks_for_none_of_its_labs_unless_they_follow_it(runs: LabRuns) -> None:
    runs.run(content="both")
    assert runs.run(content="both", lessons="01-01", again=True)[0] == ["lesson/01-01"]
    assert runs.run(content="labs", lessons="01-01", again=True)[0] == ["lab/01-01-01", "lab/01-01-02"]
    assert runs.run(content="both", lessons="01-01", labs="01-01-02", again=True)[0] == [
        "lesson/01-01",
        "lab/01-01-02",
    ]
    assert runs.run(content="both", modules="2", again=True)[0] == ["lesson/02-01", "lab/02-00-01"]
