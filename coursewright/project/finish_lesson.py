"""One lesson from its place in the outline to its place in the store: claimed, written, checked, kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from coursewright.lessons.brief import LessonBrief, context_digest
from coursewright.lessons.checks import LESSON_CHECKS, check_lesson
from coursewright.lessons.checks.links import check_links, find_links
from coursewright.lessons.estimate import estimate_lesson
from coursewright.lessons.produce import LessonDraft, produce_lesson
from coursewright.models.base import Usage
from coursewright.project.course import Course
from coursewright.project.finish_item import ItemToFinish, figures_of, finish_item
from coursewright.project.finished import FinishedWork
from coursewright.project.order import RunOrder
from coursewright.project.resources import Reservation, RunResources
from coursewright.project.results import FinishedItem


def finish_lesson(course: Course, place: str, order: RunOrder, resources: RunResources) -> FinishedItem:
    """Bring one lesson to its place: from finished work if there is any, else written anew.

    Raises:
        Stopped: a quota or the cost limit ends the run's asking.
        StoreError: the store failed; nothing half-written is visible.
    """
    module, lesson = course.lessons[place]
    key, settings = course.lesson_keys[place], course.settings_for(place)
    brief = course.brief(place, note=order.note if order.again else "")

    def write(reservation: Reservation, stop: Callable[[], bool]) -> LessonDraft:
        draft = produce_lesson(
            brief,
            resources.chains.open(settings.models).paid_from(reservation),
            writing=settings.way_of_writing,
            project=course.project,
            temperature=settings.temperature,
            stop=stop,
        )
        return _with_verdicts(draft, brief) if order.check_links else draft

    def work_of(draft: LessonDraft) -> FinishedWork:
        return FinishedWork(
            kind="lesson",
            text=draft.text,
            run=order.run,
            written=datetime.now(UTC).isoformat(timespec="seconds"),
            parts=dict(key.parts),
            context=context_digest(course.outline, module, lesson),
            demonstration=brief.demonstration,
            **figures_of(draft),
        )

    item = ItemToFinish(
        kind="lesson",
        place=place,
        title=lesson.title,
        key=key,
        finished_by=settings.finished_by,
        checks=tuple(check.name for check in LESSON_CHECKS),
        most=lambda: _most(brief, course, place, resources),
        write=write,
        work_of=work_of,
    )
    return finish_item(course, item, order, resources)


def _with_verdicts(draft: LessonDraft, brief: LessonBrief) -> LessonDraft:
    """The draft with a verdict on every link. Dead links are warnings: a person decides about them."""
    unlinked = tuple(finding for finding in draft.findings if finding.check != "links")
    verdicts = check_links(find_links(draft.text))
    checked = check_lesson(draft.text, brief, links=verdicts)
    return replace(draft, findings=(*unlinked, *(found for found in checked if found.check == "links")))


def _most(brief: LessonBrief, course: Course, place: str, resources: RunResources) -> float:
    """US dollars that the lesson is likely to cost at the most; 0 where nothing is limited.

    A lesson that turns out to take more, for its repairs, asks for more before each request.
    """
    if not resources.spending.limited:
        return 0.0
    settings = course.settings_for(place)
    chain = resources.chains.open(settings.models)
    estimate = estimate_lesson(brief, settings.way_of_writing, chain)
    return chain.price(Usage(estimate.input_tokens[1], estimate.output_tokens[1])) or 0.0
