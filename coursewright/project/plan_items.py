"""What a run has to do about each lesson and each lab of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from coursewright.errors import SettingsError
from coursewright.lessons.brief import context_digest
from coursewright.project.course import Course
from coursewright.project.keys import illustrated_mark
from coursewright.project.order import RunOrder
from coursewright.project.plan import ItemPlan, plan_item
from coursewright.project.record import ItemRecord
from coursewright.project.survey import Published, Survey
from coursewright.selection import Selection


def plan_lesson_items(
    course: Course,
    order: RunOrder,
    selection: Selection,
    survey: Survey,
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
) -> dict[str, ItemPlan]:
    """What is to be done about each lesson, by its place.

    Args:
        records: what is remembered of each lesson of the outline.
        published: the texts that lessons of the outline own.
    """
    wants_lessons = course.settings.content != "labs"
    plans = {
        place: plan_item(
            place,
            key=course.lesson_keys[place],
            title=lesson.title,
            selected=wants_lessons and selection.selects_lesson(module.number, lesson.number),
            published=published.get(place),
            record=records[place],
            survey=survey,
            finished_by=course.settings.finished_by,
            again=order.again,
            overwrite_edits=order.overwrite_edits,
            context=context_digest(course.outline, module, lesson),
        )
        for place, (module, lesson) in course.lessons.items()
    }
    figures = survey.figures
    return {
        place: replace(
            plan,
            illustrated=is_illustrated(course, place, records[place], figures.get(place, 0)),
        )
        for place, plan in plans.items()
    }


def is_illustrated(course: Course, place: str, item: ItemRecord, figures: int) -> bool:
    """Whether all figures of a lesson are there, as far as its record and the listing tell."""
    visuals = course.settings_for(place).visuals
    if visuals == "none":
        return True
    return item.illustrated == illustrated_mark(item.etag, visuals) and figures >= item.figures


def plan_lab_items(
    course: Course,
    order: RunOrder,
    selection: Selection,
    survey: Survey,
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
) -> dict[str, ItemPlan]:
    """What is to be done about each lab, by its place; nothing where no labs are wanted.

    Args:
        records: what is remembered of each lab of the outline.
        published: the guides that labs of the outline own.

    Raises:
        SettingsError: labs are selected, and none are wanted.
    """
    if course.settings.content == "theory":
        if order.labs:
            raise SettingsError(
                "Labs are selected, but the content of this project is theory. Add --content labs or both."
            )
        return {}
    beside_lessons = course.settings.content == "both"
    return {
        lab_id: plan_item(
            lab_id,
            key=course.lab_keys[lab_id],
            title=lab.title,
            selected=selection.selects_lab(lab_id),
            published=published.get(lab_id),
            record=records[lab_id],
            survey=survey,
            finished_by=course.settings.finished_by,
            again=order.again and selection.renews_lab(lab_id, beside_lessons=beside_lessons),
            overwrite_edits=order.overwrite_edits,
            context="",
        )
        for lab_id, (_, _, lab) in course.labs.items()
    }
