"""A project with labs, run as the flow runs it, in one thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.small_course import as_yaml, lesson

from coursewright.models.base import Reply, Request
from coursewright.models.scripted import ScriptedModel
from coursewright.project.begin import begin_run
from coursewright.project.course import Course, load_course
from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.finish_lab import finish_lab
from coursewright.project.finish_lesson import finish_lesson
from coursewright.project.order import RunOrder
from coursewright.project.plan_labs import ensure_lab_plan, read_lab_plan
from coursewright.project.prepare import PreparedRun
from coursewright.project.remember import remember_items
from coursewright.project.resources import ModelChains, RunResources, Spending
from coursewright.project.results import FinishedItem
from coursewright.project.settings import Wanted
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
