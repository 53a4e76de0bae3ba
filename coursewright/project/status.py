"""What a project's lessons, labs and figures are just now, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from coursewright.errors import InputError, NotStored, SettingsError, StoreError
from coursewright.project.course import Course, outline_digest
from coursewright.project.decide import load_outline_of_last_time
from coursewright.project.follow import LESSON_TEXT, is_for_another_text, lab_parts
from coursewright.project.keys import ContentKey, why_stale
from coursewright.project.pictures import is_the_programs
from coursewright.project.plan_items import is_illustrated
from coursewright.project.publish import rejected_key, text_key
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.project.refresh import StaleItem, examine_project
from coursewright.project.survey import Published, Survey, survey_project
from coursewright.store.base import Store
from coursewright.store.bulk import do_many


def status_rows(course: Course) -> list[dict[str, Any]]:
    """One row for each lesson and each lab of the course, in order.

    The columns: item, title, state, why, words, target, model, tokens, cost, findings, figures, text.
    """
    record = read_record(course.store) or ProjectRecord()
    survey = survey_project(course.store, record)
    rows = [
        _row(course, survey, "lesson", place, lesson.title, record.lessons.get(place, ItemRecord()))
        for place, (_, lesson) in course.lessons.items()
    ]
    if course.settings.visuals != "none":
        figures = _figure_rows(course, survey, record, rows)
        rows = [row for lesson in rows for row in (lesson, *figures.get(lesson["item"], ()))]
    if course.settings.content != "theory":
        rows += [
            _row(course, survey, "lab", lab_id, lab.title, record.labs.get(lab_id, ItemRecord()))
            for lab_id, (_, _, lab) in course.labs.items()
        ]
    return rows


@dataclass(frozen=True)
class OutlineNews:
    """What has become of the outline since the last run, which is the one that a status tells of.

    Attributes:
        source: where the outline is kept by its author.
        items: what is stale by it, or new in it.
        fault: why it cannot be used; empty where it can.
        warning: that it is gone from its source, and what is used instead; empty where it is there.
    """

    source: str
    items: tuple[StaleItem, ...] = ()
    fault: str = ""
    warning: str = ""


def read_outline_news(store: Store, project: str) -> OutlineNews | None:
    """What has become of the outline at its source; None where nothing has, or where it is not to be seen.

    Args:
        store: the store that holds the project.
    """
    record = read_record(store.within(project))
    if record is None or not record.outline_source:
        return None
    try:
        found = load_outline_of_last_time(store, project, record.outline_source)
    except (SettingsError, StoreError):
        return None
    if found.warning:
        return OutlineNews(found.source, warning=found.warning)
    if outline_digest(found.text) == record.outline_digest:
        return None
    try:
        return OutlineNews(found.source, examine_project(store, project).items)
    except InputError as error:
        return OutlineNews(found.source, fault=str(error))


def _figure_rows(
    course: Course, survey: Survey, record: ProjectRecord, lessons: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """A row for each stored figure, by its lesson; reads only pictures that the record does not know."""
    pictures, figures = survey.pictures, survey.figures
    found = [
        (lesson["item"], place, key)
        for lesson in lessons
        for place in [lesson["item"].removeprefix("lesson ")]
        for key in pictures.get(place, ())
    ]

    def is_by_hand(row: tuple[str, str, str]) -> bool:
        _, place, key = row
        file = key.removeprefix("visuals/")
        known = record.lessons.get(place, ItemRecord()).pictures
        if known.get(file) == survey.objects[key].etag:
            return False
        try:
            data = course.store.read(key)
        except NotStored:
            return False
        return not is_the_programs(course.store, file.partition(".")[0], data)

    rows: dict[str, list[dict[str, Any]]] = {}
    for (item, _, key), by_hand in zip(found, do_many(course.store, is_by_hand, found), strict=True):
        figure = {
            **_blank(lessons[0]),
            "item": f"figure {key.removeprefix('visuals/').partition('.')[0]}",
            "state": "replaced by hand" if by_hand else "finished",
            "text": course.store.locate(key),
        }
        rows.setdefault(item, []).append(figure)
    for lesson in lessons:
        place = lesson["item"].removeprefix("lesson ")
        known, text = record.lessons.get(place, ItemRecord()), survey.lessons.get(place)
        if text is not None and not is_illustrated(
            course, place, replace(known, etag=text.etag), figures.get(place, 0)
        ):
            missing = {
                **_blank(lesson),
                "item": f"figures {place}",
                "state": "missing",
                "why": "not all are drawn for the text as it is",
            }
            rows.setdefault(lesson["item"], []).append(missing)
    return rows


def _blank(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the same columns and nothing in them: no text, and no number."""
    return {name: "" if isinstance(value, str) else None for name, value in row.items()}


def _row(
    course: Course, survey: Survey, kind: str, place: str, title: str, item: ItemRecord
) -> dict[str, Any]:
    text = (survey.labs if kind == "lab" else survey.lessons).get(place)
    key = (course.lab_keys if kind == "lab" else course.lesson_keys)[place]
    state, why = _state(place, key, item, text, survey, course)
    return {
        "item": f"{kind} {place}",
        "title": title,
        "state": state,
        "why": why,
        "words": item.words,
        "target": item.target,
        "model": item.model,
        "tokens": item.input_tokens + item.output_tokens,
        "cost_usd": item.cost if item.model else None,
        "errors": item.findings.get("error", 0),
        "warnings": item.findings.get("warning", 0),
        "figures": item.figures,
        "text": course.store.locate(text_key(place)) if text else "",
    }


def _state(
    place: str,
    key: ContentKey,
    item: ItemRecord,
    text: Published | None,
    survey: Survey,
    course: Course,
) -> tuple[str, str]:
    """The state of an item and why: finished, stale, edited by hand, missing, set aside."""
    serves = text is not None and (not text.key or key.is_served_by(text.key, course.settings.finished_by))
    if text is not None and text.edited:
        if serves:
            return "edited by hand", ""
        beside = "; a newer text stands beside it" if item.generated == str(key) else ""
        return "edited by hand, stale", (why_stale(item.parts, key) or "older state") + beside
    if serves and place in course.labs and _follows_another_text(place, item, course):
        return "stale", f"{LESSON_TEXT} changed"
    if serves:
        return "finished", "context changed" if _context_changed(place, item, course) else ""
    if survey.finished.find(key, course.settings.finished_by):
        return "finished, not in its place", "the next run puts it there"
    if rejected_key(place) in survey.objects:
        return "set aside", item.reason
    if text is not None:
        return "stale", why_stale(item.parts, key) or "older state"
    return "missing", item.reason


def _follows_another_text(lab_id: str, item: ItemRecord, course: Course) -> bool:
    return course.settings.labs_follow_lessons and is_for_another_text(item.parts, lab_parts(course, lab_id))


def _context_changed(place: str, item: ItemRecord, course: Course) -> bool:
    from coursewright.lessons.brief import context_digest

    if place not in course.lessons or not item.context:
        return False
    return item.context != context_digest(course.outline, *course.lessons[place])
