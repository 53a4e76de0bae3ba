"""A course made without Prefect, in one thread and one process: what the flow does, and nothing around it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from servers.calls import Call
from servers.course_answers import Answer

from coursewright.models.base import Request
from coursewright.models.scripted import ScriptedModel
from coursewright.project.course import load_course
from coursewright.project.decide import RunRequest, start_run
from coursewright.project.finish_figures import finish_figures
from coursewright.project.finish_lesson import finish_lesson
from coursewright.project.order import RunOrder
from coursewright.project.outcome import ItemOutcome
from coursewright.project.remember import remember_items
from coursewright.project.resources import ModelChains, RunResources, Spending
from coursewright.project.results import FinishedItem
from coursewright.project.settings import Wanted
from coursewright.project.write_books import write_books
from coursewright.store.base import Store
from coursewright.store.claims import Claims
from coursewright.visuals.illustrate import IllustrationBudget


def scripted_by(answer: Answer) -> ScriptedModel:
    """The shipped scripted model, answering as one of the loopback servers would. Install it."""

    def reply(request: Request) -> str:
        turns = tuple((message.role, message.text) for message in request.messages)
        return answer(Call(number=1, attempt=1, item=request.item, model="scripted", messages=turns))

    return ScriptedModel(reply)


def make_course(
    store: Store,
    outline: Path,
    *,
    run: str = "run",
    project: str = "kept",
    formats: tuple[str, ...] = ("md", "json"),
    wanted: Mapping[str, Any] | None = None,
    replace_course: bool = False,
    pictures: int = 0,
    chains: ModelChains | None = None,
    stopped: threading.Event | None = None,
    **options: Any,
) -> list[ItemOutcome]:
    """Make a course with the installed scripted model; gives what became of its lessons and figures.

    Args:
        wanted: further settings of the course.
        pictures: how many illustrations the run may have made.
        chains: the models; None for the one that is installed.
        stopped: ends the run's asking.
        options: further ones of the run's order, such as ``again``.
    """
    order = RunOrder(run=run, store=store.url, project=project, **options)
    settings = Wanted(**{"models": ("scripted",), "formats": formats, **(wanted or {})})
    ready = start_run(RunRequest(order, settings, str(outline), replace_course), store)
    course = load_course(store, project)
    resources = RunResources(
        run,
        Claims(course.store, run),
        chains or ModelChains(),
        Spending(order.max_cost),
        IllustrationBudget(pictures),
        stopped or threading.Event(),
    )
    outcomes: list[ItemOutcome] = []
    try:
        for batch in ready.batches:
            places = []
            written: list[FinishedItem] = []
            for place, plan in batch.lessons.items():
                if plan.todo != "nothing":
                    written.append(finish_lesson(course, place, order, resources))
                if plan.todo != "nothing" or not plan.illustrated:
                    places.append(place)
            remember_items(course, written)
            figures = [finish_figures(course, place, order, resources) for place in places]
            drawn = [item for item in figures if item is not None]
            remember_items(course, drawn)
            outcomes += [item.outcome for item in (*written, *drawn)]
        gaps = {item.place: item.reason for item in outcomes if item.is_gap}
        write_books(store, project, gaps)
    finally:
        # A process that ends lets go of its claims; this one lives on.
        resources.close()
    return outcomes
