"""What of a project is stale, and why, so that a scheduled run regenerates just that.

What belongs here: the decision, from the outline's source, the record and the store. It asks no model and
writes nothing. How the work is done belongs to the course flow, which does the same for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coursewright.errors import NotStored
from coursewright.outline import load_outline
from coursewright.project.course import OUTLINE_FILE
from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.plan import ItemPlan
from coursewright.project.prepare import PreparedRun, RunOrder
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.project.report import read_report
from coursewright.project.settings import Wanted
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
    missing_before = _Missing(own, record)
    lessons = [
        stale
        for place, plan in prepared.lessons.items()
        if (stale := _judge(plan, prepared.record.lessons[place], missing_before, written_before, prepared))
    ]
    labs = [
        stale
        for place, plan in prepared.labs.items()
        if (stale := _judge(plan, prepared.record.labs[place], missing_before, written_before, prepared))
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


class _Missing:
    """Tells why an item without a text is missing: whether a run asked for it, or nobody ever did."""

    def __init__(self, store: Store, record: ProjectRecord) -> None:
        self._store = store
        self._record = record
        self._known: set[str] | None = None
        self._left: set[str] | None = None

    def why(self, plan: ItemPlan, item: ItemRecord) -> str:
        """Why it is missing; empty where nobody asked for it, so that it is not stale."""
        if item.reason:
            return SET_ASIDE
        if plan.title not in self._known_titles():
            return NEW
        return LEFT_OVER if self.left_over(plan.title) else ""

    def left_over(self, title: str) -> bool:
        """Whether the last run asked for something of this title and did not get it."""
        return title in self._titles_left_over()

    def _known_titles(self) -> set[str]:
        """The titles in the outline that the last run had."""
        if self._known is None:
            try:
                outline = load_outline(self._store.read(OUTLINE_FILE), name=OUTLINE_FILE)
                self._known = {lesson.title for _, lesson in outline.lessons}
                self._known |= {lab.title for _, _, lab in outline.labs}
            except NotStored:
                self._known = set()
        return self._known

    def _titles_left_over(self) -> set[str]:
        if self._left is None:
            reports = [item for item in self._store.list("reports/") if item.key.endswith(".json")]
            self._left = set()
            if reports:
                newest = max(reports, key=lambda item: item.modified).key
                report = read_report(self._store, newest.removeprefix("reports/").removesuffix(".json"))
                self._left = {outcome.title for outcome in report.outcomes if outcome.is_gap}
        return self._left


def _judge(
    plan: ItemPlan,
    item: ItemRecord,
    missing: _Missing,
    written_before: datetime | None,
    prepared: PreparedRun,
) -> StaleItem | None:
    if not plan.selected:
        return None
    before = _published_before(plan, prepared)
    if plan.todo == "publish":
        return StaleItem(plan.place, plan.title, plan.why, before, paid=False)
    if plan.todo == "write":
        why = plan.why if plan.published else missing.why(plan, item)
        return StaleItem(plan.place, plan.title, why, before) if why else None
    if not plan.illustrated and plan.published and missing.left_over(plan.title):
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
