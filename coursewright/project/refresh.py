"""What of a project is stale, and why, so that a scheduled run regenerates just that.

What belongs here: the decision, from the outline's source, the record and the store. It asks no model and
writes nothing. How the work is done belongs to the course flow, which does the same for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from coursewright.errors import NotStored
from coursewright.outline import load_outline
from coursewright.outline.model import Outline, lesson_id
from coursewright.project.course import OUTLINE_FILE, Course
from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.layout import Identity, match_places
from coursewright.project.order import RunOrder
from coursewright.project.plan import ItemPlan
from coursewright.project.prepare import PreparedRun
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.project.report import read_report
from coursewright.project.settings import Content, Wanted
from coursewright.project.survey import lab_identity, lesson_identity
from coursewright.store.base import Store

SET_ASIDE = "set aside last time"
LEFT_OVER = "left over last time"
FIGURES_LEFT_OVER = "its figures were left over last time"
NEW = "new in the outline"


@dataclass(frozen=True, slots=True)
class StaleItem:
    """A lesson or lab that is to be made anew.

    Attributes:
        place: where the outline has it now, ``MM-LL`` or ``MM-LL-NN``.
        before: the key of its published text, before anything is moved; empty where there is none.
        aged: it is stale for its age alone, so it has to be asked for again.
        paid: whether a model has to be asked; False where finished work only has to be put in its place.
    """

    place: str
    title: str
    why: str
    before: str = ""
    aged: bool = False
    paid: bool = True


@dataclass(frozen=True, slots=True)
class ProjectState:
    """What of one project is stale.

    Attributes:
        outline_changed: something in the outline has changed, if only an order or a title.
        harmless: a published lesson that is not stale: selecting it alone has files moved and the book bound
            anew, and asks no model. Empty where there is none.
    """

    project: str
    title: str
    items: tuple[StaleItem, ...] = ()
    outline_changed: bool = False
    harmless: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether nothing is to be done."""
        return not self.items and not (self.outline_changed and self.harmless)

    def only(self, content: Content) -> ProjectState:
        """Of what is stale the theory alone, or the labs alone; a project has no more than it is made of."""
        wanted = {"theory": (1,), "labs": (2,), "both": (1, 2)}[content]
        return replace(self, items=tuple(item for item in self.items if item.place.count("-") in wanted))

    @property
    def selections(self) -> list[dict[str, Any]]:
        """The course runs that bring the project up to date, each as parameters of the course flow.

        Two where some items are stale for their age alone: these are asked for again though they are
        finished, and only these.
        """
        changed = [item.place for item in self.items if not item.aged]
        if not changed and self.outline_changed and self.harmless:
            changed = [self.harmless]
        aged = [item.place for item in self.items if item.aged]
        runs = [] if not changed else [_select(changed)]
        return runs if not aged else [*runs, {**_select(aged), "again": True}]


def examine_project(store: Store, project: str, *, written_before: datetime | None = None) -> ProjectState:
    """What of a project is stale.

    Args:
        store: the store that holds the project.
        written_before: an item that was written before this moment is stale for its age; None for no age.
            A text that a person edited never is.

    Raises:
        InputError: the outline at its source has errors, or is another course by now.
        StoreError: the project cannot be read.
    """
    own = store.within(project)
    record = read_record(own) or ProjectRecord()
    request = RunRequest(RunOrder(run="", store=store.url, project=project), Wanted(), outline="")
    prepared = decide_run(request, store, dry=True).prepared
    last_time = _LastTime(own, prepared.course)
    lessons = [
        stale
        for place, plan in prepared.lessons.items()
        if (stale := _judge(plan, prepared.record.lessons[place], last_time, written_before, prepared))
    ]
    labs = [
        stale
        for place, plan in prepared.labs.items()
        if (stale := _judge(plan, prepared.record.labs[place], last_time, written_before, prepared))
    ]
    stale_places = {item.place for item in lessons}
    return ProjectState(
        project=project,
        title=prepared.course.outline.title,
        items=(*lessons, *labs),
        outline_changed=prepared.record.outline_digest != record.outline_digest,
        harmless=next(
            (
                place
                for place, plan in prepared.lessons.items()
                if plan.selected and plan.todo == "nothing" and plan.published and place not in stale_places
            ),
            "",
        ),
    )


class _LastTime:
    """What the outline was last time, and what was asked for then and did not come, by the places of now.

    A lesson is known again as its text would be: by its title within its module. The same title in another
    module is another lesson.
    """

    def __init__(self, store: Store, course: Course) -> None:
        self._store = store
        self._course = course

    def why_missing(self, plan: ItemPlan, item: ItemRecord) -> str:
        """Why an item has no text; empty where nobody asked for it, so that it is not stale."""
        if item.reason:
            return SET_ASIDE
        if plan.place not in self._places.values():
            return NEW
        kind = "lab" if plan.place.count("-") == 2 else "lesson"
        return LEFT_OVER if self.left_over(kind, plan.place) else ""

    def left_over(self, kind: str, place: str) -> bool:
        """Whether the last run that was about this item did not get it."""
        return (kind, place) in self._left_over

    @cached_property
    def _outline(self) -> Outline | None:
        try:
            return load_outline(self._store.read(OUTLINE_FILE), name=OUTLINE_FILE)
        except NotStored:
            return None

    @cached_property
    def _places(self) -> dict[str, str]:
        """The place of now of each lesson and lab that the outline had last time, by its place then."""
        if self._outline is None:
            return {}
        before, now = _identities(self._outline), _identities(self._course.outline)
        return {
            old: new
            for kind in ("lesson", "lab")
            for old, new in match_places(before[kind], now[kind], by_place=False).items()
        }

    @cached_property
    def _left_over(self) -> set[tuple[str, str]]:
        if self._outline is None:
            return set()
        before = _identities(self._outline)
        titles = {place: one.title for kind in before for place, one in before[kind].items()}
        newest: dict[tuple[str, str], bool] = {}
        reports = [item for item in self._store.list("reports/") if item.key.endswith(".json")]
        for item in sorted(reports, key=lambda item: item.modified, reverse=True):
            report = read_report(self._store, item.key.removeprefix("reports/").removesuffix(".json"))
            for outcome in report.outcomes:
                # Where the outline was another one then, the place may have been another lesson's.
                if titles.get(outcome.place) == outcome.title:
                    newest.setdefault((outcome.kind, self._places.get(outcome.place, "")), outcome.is_gap)
        return {about for about, is_gap in newest.items() if is_gap}


def _identities(outline: Outline) -> dict[str, dict[str, Identity]]:
    """By what each lesson and each lab is known again, by kind and place."""
    return {
        "lesson": {
            lesson_id(module.number, lesson.number): lesson_identity(module, lesson, "")
            for module, lesson in outline.lessons
        },
        "lab": {lab.id: lab_identity(module, lesson, lab, "") for module, lesson, lab in outline.labs},
    }


def _judge(
    plan: ItemPlan,
    item: ItemRecord,
    last_time: _LastTime,
    written_before: datetime | None,
    prepared: PreparedRun,
) -> StaleItem | None:
    if not plan.selected:
        return None
    before = _published_before(plan, prepared)
    if plan.todo == "publish":
        return StaleItem(plan.place, plan.title, plan.why, before, paid=False)
    if plan.todo == "write":
        why = plan.why if plan.published else last_time.why_missing(plan, item)
        return StaleItem(plan.place, plan.title, why, before) if why else None
    if not plan.illustrated and plan.published and last_time.left_over("figures", plan.place):
        return StaleItem(plan.place, plan.title, FIGURES_LEFT_OVER, before)
    if written_before and item.written and not plan.edited and not item.generated:
        written = datetime.fromisoformat(item.written)
        if written < written_before:
            return StaleItem(plan.place, plan.title, f"written {written:%Y-%m-%d}", before, aged=True)
    return None


def _published_before(plan: ItemPlan, prepared: PreparedRun) -> str:
    """Where the item's text stands now, before the run moves it."""
    if not plan.published:
        return ""
    folder = "labs" if plan.place.count("-") == 2 else "lessons"
    here = f"{folder}/{plan.place}.md"
    return next((move.source for move in prepared.moves if move.to == here), here)


def _select(places: Iterable[str]) -> dict[str, Any]:
    chosen: dict[str, list[str]] = {}
    for place in places:
        chosen.setdefault("labs" if place.count("-") == 2 else "lessons", []).append(place)
    return {name: ",".join(ids) for name, ids in chosen.items()}
