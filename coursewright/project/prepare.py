"""The start of a run: what is wanted, what there is, and what follows from the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from coursewright.outline import load_outline
from coursewright.project.course import Course, outline_digest, own_settings_of
from coursewright.project.follow import plan_following
from coursewright.project.layout import Move, plan_moves
from coursewright.project.moves import are_moves_open, finish_moves, layout_to_oneself
from coursewright.project.order import RunOrder
from coursewright.project.own_settings import merge_own, settle_for
from coursewright.project.plan import ItemPlan
from coursewright.project.plan_items import plan_lab_items, plan_lesson_items
from coursewright.project.recognise import (
    find_new_places,
    move_published,
    move_records,
    refuse_another_course,
    wanted_labs,
    wanted_lessons,
)
from coursewright.project.record import ProjectRecord, read_record_tagged
from coursewright.project.settings import Wanted
from coursewright.project.survey import survey_project
from coursewright.selection import Selection, resolve_selection
from coursewright.store.base import Store


@dataclass(frozen=True)
class PreparedRun:
    """All that was decided before anything is written.

    Attributes:
        record: what `project.json` will hold once the run has begun.
        seen: the etag of `project.json` when all this was decided; empty where there was none.
        moves: what has to be moved since the outline changed.
        lessons, labs: what is to be done about each, by place; labs are empty where none are wanted.
    """

    order: RunOrder
    course: Course
    record: ProjectRecord
    seen: str
    moves: list[Move]
    selection: Selection
    lessons: Mapping[str, ItemPlan]
    labs: Mapping[str, ItemPlan]
    new_project: bool


def prepare_run(
    store: Store,
    order: RunOrder,
    wanted: Wanted,
    *,
    outline_text: bytes,
    outline_source: str,
    replace_course: bool = False,
    dry: bool = False,
) -> PreparedRun:
    """Decide what a run has to do. Writes nothing, except that it completes a killed run's moves.

    Args:
        store: the project's own part of the store.
        replace_course: take an outline that is another course than the project's.
        dry: leave even a killed run's moves alone.

    Raises:
        InputError: the outline, the selection or a setting is wrong, or the outline is another course.
    """
    outline = load_outline(outline_text, name=outline_source)
    selection = resolve_selection(outline, modules=order.modules, lessons=order.lessons, labs=order.labs)
    if not dry and are_moves_open(store):
        with layout_to_oneself(store, order.run):
            finish_moves(store)
    record, seen = read_record_tagged(store)
    new_project = record is None
    record = record or ProjectRecord()
    settings, own_for_selection = settle_for(outline, wanted, record, selection)
    survey = survey_project(store, record)

    def course_with(own_settings: Mapping[str, Mapping[str, Any]]) -> Course:
        return Course(store, order.project, outline, settings, own_settings)

    # Matching by key needs keys, and keys need the settings that moved with their lessons: so first match by
    # what every lesson would be without settings of its own, then give these back to where they now belong.
    first = course_with({})
    places = find_new_places(record.lessons, survey.lessons, wanted_lessons(first), replace_course)
    own = {
        new: settings_own
        for old, settings_own in own_settings_of(record).items()
        if (new := places.get(old)) is not None
    }
    own = merge_own(own, wanted, own_for_selection, first, selection)
    course = course_with(own)
    lessons, labs = wanted_lessons(course), wanted_labs(course)
    places = find_new_places(record.lessons, survey.lessons, lessons, replace_course)
    lab_places = find_new_places(record.labs, survey.labs, labs, replace_course)
    refuse_another_course(course, record, survey, replace_course)

    records = {
        place: replace(item, own_settings=dict(own.get(place, {})))
        for place, item in move_records(
            record.lessons, survey.lessons, places, course.lesson_keys, lessons
        ).items()
    }
    lab_records = move_records(record.labs, survey.labs, lab_places, course.lab_keys, labs)
    published = move_published(survey.lessons, places)
    guides = move_published(survey.labs, lab_places)
    lesson_plans = plan_lesson_items(course, order, selection, survey, records, published)
    lab_plans = plan_lab_items(course, order, selection, survey, lab_records, guides)
    return PreparedRun(
        order=order,
        course=course,
        record=ProjectRecord(outline_source, outline_digest(outline_text), settings, records, lab_records),
        seen=seen,
        moves=plan_moves(survey.objects, places, lab_places),
        selection=selection,
        lessons=lesson_plans,
        labs=plan_following(lab_plans, course, lesson_plans, published, lab_records),
        new_project=new_project,
    )
