"""Labs in a project: planned once, written once, never over an edit, and their files beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.lab_text import good_lab, good_plan, make_lab_brief
from servers.small_course import as_yaml, lesson
from servers.text_faults import drop_topic

from coursewright.book.bind_labs import bind_lab_guide, total_minutes
from coursewright.errors import CostLimitReached, QuotaExhausted
from coursewright.languages import load_language
from coursewright.models.base import Reply, Request
from coursewright.models.scripted import ScriptedModel
from coursewright.project.accept import accept_draft
from coursewright.project.begin import begin_run
from coursewright.project.course import Course, load_course
from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.finish_lab import finish_lab
from coursewright.project.finish_lesson import finish_lesson
from coursewright.project.order import RunOrder
from coursewright.project.plan_labs import ensure_lab_plan, read_lab_plan
from coursewright.project.prepare import PreparedRun
from coursewright.project.read_book import read_book
from coursewright.project.refresh import examine_project
from coursewright.project.remember import remember_items
from coursewright.project.resources import ModelChains, RunResources, Spending
from coursewright.project.results import FinishedItem, Stopped
from coursewright.project.settings import Wanted
from coursewright.project.status import status_rows
from coursewright.project.write_books import write_books
from coursewright.store.claims import Claims
from coursewright.store.folder import FolderStore
from coursewright.visuals.illustrate import IllustrationBudget

Answer = Callable[[Call], str | Reply | Exception]


class LabRuns:
    """A project with labs that a test runs again and again, and the model that it asks."""

    def __init__(self, folder: Path, outline: dict[str, Any]) -> None:
        self.store = FolderStore(folder / "courses")
        self.file = folder / "outline.yaml"
        self.outline = outline
        self.others: dict[str, Answer] = {}
        self.prepared: PreparedRun | None = None
        self.runs = 0

    def run(
        self,
        *,
        content: str = "labs",
        max_cost: float | None = None,
        price: float | None = None,
        **order: Any,
    ) -> tuple[list[str], list[FinishedItem]]:
        """What the flow does, in one thread; gives what was asked, and what became of the items."""
        self.runs += 1
        self.file.write_bytes(as_yaml(self.outline))
        settings = {
            name: order.pop(name)
            for name in ("labs_follow_lessons", "finished_by", "temperature")
            if name in order
        }
        run = RunOrder(run=f"run-{self.runs}", store=self.store.url, project="kept", **order)
        wanted = Wanted(models=("scripted",), content=content, visuals="none", **settings)
        prepared = decide_run(RunRequest(run, wanted, str(self.file)), self.store).prepared
        begin_run(prepared)
        self.prepared = prepared
        course = load_course(self.store, "kept")
        model = ScriptedModel(self._answer, price_per_token=price)
        resources = RunResources(
            run.run, Claims(course.store, run.run), ModelChains(), Spending(max_cost), IllustrationBudget(0)
        )
        done: list[FinishedItem] = []
        try:
            with model.installed():
                for place, plan in prepared.lessons.items():
                    if plan.selected and plan.todo != "nothing":
                        done.append(finish_lesson(course, place, run, resources))
                remember_items(course, done)
                labs = [
                    lab for lab, plan in prepared.labs.items() if plan.selected and plan.todo != "nothing"
                ]
                written = [lab for lab in labs if prepared.labs[lab].todo == "write"]
                if written:
                    ensure_lab_plan(course, written, run, resources)
                plan = read_lab_plan(course)
                for lab in labs:
                    done.append(finish_lab(course, lab, run, resources, plan))
                    remember_items(course, done[-1:])
        finally:
            resources.close()
        return [request.item for request in model.requests], done

    @property
    def course(self) -> Course:
        return load_course(self.store, "kept")

    def lab(self, lab_id: str) -> Path:
        return Path(self.course.store.locate(f"labs/{lab_id}.md"))

    def file_of(self, lab_id: str, path: str) -> Path:
        return Path(self.course.store.locate(f"labs/{lab_id}/{path}"))

    def _answer(self, request: Request) -> str | Reply | Exception:
        turns = tuple((message.role, message.text) for message in request.messages)
        call = Call(number=1, attempt=1, item=request.item, model="scripted", messages=turns)
        for start, answer in self.others.items():
            if request.item.startswith(start):
                return answer(call)
        return answer_from_outline(self.file)(call)


def make_outline(language: str = "en") -> dict[str, Any]:
    return {
        "course": {"title": "Kept", "language": language},
        "modules": [
            {
                "title": "One",
                "lessons": [
                    lesson("First", "Alpha", lab_activities=["Try alpha", "Try beta"]),
                    lesson("Second", "Beta", lab_activities=[{"title": "Try gamma", "duration_minutes": 40}]),
                ],
            },
            {"title": "Two", "lessons": [lesson("Third", "Gamma")], "lab_activities": ["Try it all"]},
        ],
    }


LABS = ["01-01-01", "01-01-02", "01-02-01", "02-00-01"]


@pytest.fixture
def runs(tmp_path: Path) -> LabRuns:
    return LabRuns(tmp_path, make_outline())


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


def test_a_lesson_asked_for_again_asks_for_none_of_its_labs_unless_they_follow_it(runs: LabRuns) -> None:
    runs.run(content="both")
    assert runs.run(content="both", lessons="01-01", again=True)[0] == ["lesson/01-01"]
    assert runs.run(content="labs", lessons="01-01", again=True)[0] == ["lab/01-01-01", "lab/01-01-02"]
    assert runs.run(content="both", lessons="01-01", labs="01-01-02", again=True)[0] == [
        "lesson/01-01",
        "lab/01-01-02",
    ]
    assert runs.run(content="both", modules="2", again=True)[0] == ["lesson/02-01", "lab/02-00-01"]


def test_a_lab_that_is_missing_comes_with_its_lesson(runs: LabRuns) -> None:
    runs.run(content="theory")
    asked, _ = runs.run(content="both", lessons="01-02", again=True)
    assert asked == ["lesson/01-02", "lab-plan", "lab/01-02-01"]


def test_labs_of_one_module_merge_into_the_plan_that_is_there(runs: LabRuns) -> None:
    asked, _ = runs.run(modules="2")
    assert asked == ["lab-plan", "lab/02-00-01"]
    assert list(read_lab_plan(runs.course).labs) == ["02-00-01"]
    kept = read_lab_plan(runs.course).labs["02-00-01"]
    asked, _ = runs.run()
    assert asked == ["lab-plan", "lab/01-01-01", "lab/01-01-02", "lab/01-02-01"]
    assert list(read_lab_plan(runs.course).labs) == LABS
    assert read_lab_plan(runs.course).labs["02-00-01"] == kept


def test_an_edited_lab_is_not_written_over(runs: LabRuns) -> None:
    runs.run()
    page = runs.lab("01-02-01")
    page.write_text(page.read_text("utf-8") + "\nA remark of the trainer's.\n")
    runs.outline["modules"][0]["lessons"][1]["lab_activities"][0]["duration_minutes"] = 50
    _, done = runs.run()
    assert done[-1].outcome.edited
    assert "A remark of the trainer's." in page.read_text("utf-8")
    assert "50 minutes" in page.with_suffix(".generated.md").read_text("utf-8")


def with_files(runs: LabRuns) -> None:
    def answer(call: Call) -> str:
        good = answer_from_outline(runs.file)(call)
        start = good_lab(make_lab_brief(), files=True)
        fences = start[
            start.index("```python starter") : start.index("**Expected Output:**", start.index("starter"))
        ]
        solution = start[start.index("```python solution") : start.index("## Troubleshooting")]
        return good.replace("## Troubleshooting", f"{fences}\n\n{solution}\n\n## Troubleshooting")

    runs.others["lab/01-02-01"] = answer


def test_starter_and_solution_files_are_written_beside_the_guide(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    assert (
        runs.file_of("01-02-01", "starter/app.py").read_text()
        == "LIMIT = 40  # the limit that the lab chose\n"
    )
    assert "LIMIT = 80" in runs.file_of("01-02-01", "solution/app.py").read_text()


def test_an_edited_file_is_not_written_over(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    runs.file_of("01-02-01", "starter/app.py").write_text("LIMIT = 7\n")
    runs.run(labs="01-02-01", again=True)
    assert runs.file_of("01-02-01", "starter/app.py").read_text() == "LIMIT = 7\n"
    assert "LIMIT = 40" in runs.file_of("01-02-01", "starter/app.generated.py").read_text()
    runs.run(labs="01-02-01", again=True, overwrite_edits=True)
    assert "LIMIT = 40" in runs.file_of("01-02-01", "starter/app.py").read_text()
    assert not runs.file_of("01-02-01", "starter/app.generated.py").exists()


def test_files_that_the_new_guide_lacks_are_removed(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    runs.file_of("01-02-01", "solution/app.py").write_text("print('mine')\n")
    del runs.others["lab/01-02-01"]
    runs.run(labs="01-02-01", again=True)
    assert not runs.file_of("01-02-01", "starter/app.py").exists()
    assert runs.file_of("01-02-01", "solution/app.py").read_text() == "print('mine')\n"


@pytest.mark.parametrize(("first", "then"), [("data", "data/app.py"), ("data/app.py", "data")])
@pytest.mark.parametrize("edited", [False, True])
def test_a_file_that_becomes_a_folder_ends_no_run(runs: LabRuns, first: str, then: str, edited: bool) -> None:
    def named(name: str) -> Answer:
        text = good_lab(make_lab_brief(title="Try gamma", id="01-02-01"), files=True)
        return lambda call: text.replace("starter=app.py", f"starter={name}")

    runs.others["lab/01-02-01"] = named(first)
    runs.run()
    if edited:
        runs.file_of("01-02-01", f"starter/{first}").write_text("MINE\n")
    runs.others["lab/01-02-01"] = named(then)
    _, done = runs.run(labs="01-02-01", again=True)
    assert [item.outcome.state for item in done] == ["written"]
    if edited:
        assert runs.file_of("01-02-01", f"starter/{first}").read_text() == "MINE\n"
    places = [runs.file_of("01-02-01", f"{kind}/{then}") for kind in ("starter", "starter.generated")]
    assert ["LIMIT = 40" in place.read_text() for place in places if place.is_file()] == [True]


def test_files_move_with_their_lab(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    del runs.others["lab/01-02-01"]
    runs.outline["modules"][0]["lessons"].insert(0, lesson("Zeroth", "Omega"))
    asked, _ = runs.run()
    assert asked == []
    assert "LIMIT = 40" in runs.file_of("01-03-01", "starter/app.py").read_text()
    assert not runs.file_of("01-02-01", "starter/app.py").exists()


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
