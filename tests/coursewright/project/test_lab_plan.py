"""The plan of a course's labs, and the times that the guide takes from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.lab_runs import LABS, LabRuns, make_outline
from servers.lab_text import good_plan

from coursewright.book.bind_labs import bind_lab_guide, total_minutes
from coursewright.errors import CostLimitReached, QuotaExhausted
from coursewright.languages import load_language
from coursewright.models.base import Reply
from coursewright.project.plan_labs import read_lab_plan
from coursewright.project.read_book import read_book


def test_labs_of_one_module_merge_into_the_plan_that_is_there(runs: LabRuns) -> None:
    asked, _ = runs.run(modules="2")
    assert asked == ["lab-plan", "lab/02-00-01"]
    assert list(read_lab_plan(runs.course).labs) == ["02-00-01"]
    kept = read_lab_plan(runs.course).labs["02-00-01"]
    asked, _ = runs.run()
    assert asked == ["lab-plan", "lab/01-01-01", "lab/01-01-02", "lab/01-02-01"]
    assert list(read_lab_plan(runs.course).labs) == LABS
    assert read_lab_plan(runs.course).labs["02-00-01"] == kept


def test_a_quota_while_planning_keeps_what_was_planned(tmp_path: Path) -> None:
    outline = make_outline()
    outline["modules"][0]["lessons"][0]["lab_activities"] = [f"Try part {n}" for n in range(1, 16)]
    runs = LabRuns(tmp_path, outline)
    calls: list[int] = []

    def answer(call: Call) -> str | Exception:
        calls.append(1)
        return good_plan(call.prompt) if len(calls) == 1 else QuotaExhausted("per day")

    runs.others["lab-plan"] = answer
    with pytest.raises(QuotaExhausted):
        runs.run()
    assert len(read_lab_plan(runs.course).labs) == 10
    del runs.others["lab-plan"]
    asked, _ = runs.run()
    assert asked.count("lab-plan") == 1


def test_the_cost_limit_holds_for_the_plan(runs: LabRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursewright.project.plan_labs.price", lambda model, usage: 0.5)
    with pytest.raises(CostLimitReached):
        runs.run(max_cost=0.1)


def test_a_repair_of_the_plan_that_the_run_may_not_pay_for_is_not_asked_for(runs: LabRuns) -> None:
    dear = Reply("There is nothing to plan.", "end", "scripted", cost=9.9)
    asked: list[str] = []

    def answer(call: Call) -> Reply:
        asked.append(call.item)
        return dear

    runs.others["lab-plan"] = answer
    with pytest.raises(CostLimitReached):
        runs.run(max_cost=10.0, price=0.0001)
    assert asked == ["lab-plan"]


def test_a_plan_filled_from_the_outline_is_asked_for_once_more_with_its_lab(runs: LabRuns) -> None:
    runs.others["lab-plan"] = lambda call: "There is nothing to plan."
    asked, _ = runs.run()
    assert asked[:4] == ["lab-plan", "lab-plan", "lab-plan", "lab/01-01-01"]
    assert all(entry.by == "outline" for entry in read_lab_plan(runs.course).labs.values())
    assert runs.run()[0] == []
    del runs.others["lab-plan"]
    assert runs.run(labs="01-01-01", again=True)[0] == ["lab-plan", "lab/01-01-01"]
    assert read_lab_plan(runs.course).labs["01-01-01"].by == "scripted"


def test_a_damaged_plan_is_made_anew(runs: LabRuns) -> None:
    runs.run()
    Path(runs.course.store.locate("labs/plan.json")).write_text("{ not JSON")
    assert runs.run()[0] == []
    assert runs.run(labs="01-01-01", again=True)[0] == ["lab-plan", "lab/01-01-01"]


@pytest.mark.parametrize(("language", "total"), [("en", "2 h 55 min"), ("es", "2 h 55 min")])
def test_the_guides_total_time_is_the_sum_of_its_labs(tmp_path: Path, language: str, total: str) -> None:
    """40 minutes by the outline, and three times 45 by the plan."""
    runs = LabRuns(tmp_path, make_outline(language))
    runs.run()
    book = read_book(runs.course)
    labs = [lab for module in book.modules for lab in module.labs]
    assert [lab.duration_minutes for lab in labs] == [45, 45, 40, 45]
    assert total_minutes(labs) == 175
    guide = bind_lab_guide(book)
    words = load_language(language).book
    assert (words["total"], total) in guide.cover_facts
    for lab in labs:
        assert f"{lab.duration_minutes:g} {load_language(language).lab['minutes']}" in lab.markdown


def say_times(runs: LabRuns) -> dict[str, tuple[float | None, str]]:
    """Of each lab its minutes in the book, and in its guide."""
    word = load_language("en").lab["duration"]
    labs = [lab for module in read_book(runs.course).modules for lab in module.labs]
    printed = {lab.id: re.search(rf"\| {word} \| (.*?) \|", lab.markdown) for lab in labs}
    return {lab.id: (lab.duration_minutes, found[1] if (found := printed[lab.id]) else "") for lab in labs}


def test_the_total_counts_labs_that_no_model_planned(runs: LabRuns) -> None:
    runs.others["lab-plan"] = lambda call: "There is nothing to plan."
    runs.run()
    assert say_times(runs) == {
        "01-01-01": (45, "45 minutes"),
        "01-01-02": (45, "45 minutes"),
        "01-02-01": (40, "40 minutes"),
        "02-00-01": (45, "45 minutes"),
    }
    assert ("Total", "2 h 55 min") in bind_lab_guide(read_book(runs.course)).cover_facts


def plan_times(runs: LabRuns, times: dict[str, float]) -> None:
    """Have labs planned with these minutes, and each with a program of its own."""

    def answer(call: Call) -> str:
        plan = json.loads(answer_from_outline(runs.file)(call))
        for entry in plan["labs"]:
            entry["minutes"] = times.get(entry["title"], 45)
            entry["software"] = [{"name": entry["title"].title().replace(" ", ""), "version": "1.0"}]
        return json.dumps(plan)

    runs.others["lab-plan"] = answer


def test_labs_that_change_places_take_their_times_and_their_plan_with_them(runs: LabRuns) -> None:
    plan_times(runs, {"Try alpha": 31, "Try beta": 59})
    runs.run()
    runs.outline["modules"][0]["lessons"][0]["lab_activities"].reverse()
    assert runs.run()[0] == []
    times = say_times(runs)
    assert (times["01-01-01"], times["01-01-02"]) == ((59, "59 minutes"), (31, "31 minutes"))
    plan = read_lab_plan(runs.course)
    assert [(plan.labs[lab].title, plan.labs[lab].minutes) for lab in LABS[:2]] == [
        ("Try beta", 59),
        ("Try alpha", 31),
    ]
    first = read_book(runs.course).modules[0].labs[0]
    assert first.software == ("TryBeta 1.0",)


def test_a_lab_that_moves_keeps_its_plan_where_the_model_changes(runs: LabRuns) -> None:
    plan_times(runs, {"Try alpha": 31, "Try beta": 59})
    runs.run()
    runs.outline["modules"][0]["lessons"][0]["lab_activities"].reverse()
    runs.others.clear()
    asked, _ = runs.run(finished_by="any model", temperature=0.5)
    assert asked == []
    assert say_times(runs)["01-01-01"] == (59, "59 minutes")


def test_the_guide_counts_what_a_person_wrote_into_a_lab(runs: LabRuns) -> None:
    runs.run()
    page = runs.lab("01-02-01")
    edited = page.read_text("utf-8").replace("| 40 minutes |", "| 1 h 30 min |")
    page.write_text(edited.replace("| Python | 3.12 |", "| Python | 3.13 |"), "utf-8")
    book = read_book(runs.course)
    assert book.modules[0].labs[2].duration_minutes == 90
    guide = bind_lab_guide(book)
    assert ("Total", "3 h 45 min") in guide.cover_facts
    assert book.modules[0].labs[2].software == ("Python 3.13", "Bash 5.2")
