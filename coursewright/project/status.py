"""What a project's lessons, labs and figures are just now, as rows of a table."""

from __future__ import annotations

from typing import Any

from coursewright.project.course import Course
from coursewright.project.keys import ContentKey, why_stale
from coursewright.project.publish import rejected_key, text_key
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.project.survey import Published, Survey, survey_project


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
        rows = [row for lesson in rows for row in (lesson, *_figure_rows(course, survey, lesson))]
    if course.settings.content != "theory":
        rows += [
            _row(course, survey, "lab", lab_id, lab.title, record.labs.get(lab_id, ItemRecord()))
            for lab_id, (_, _, lab) in course.labs.items()
        ]
    return rows


def _figure_rows(course: Course, survey: Survey, lesson: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each figure of a lesson that is stored.

    A figure whose file is newer than what was written about it may be a person's; the next run reads it.
    """
    place = lesson["item"].removeprefix("lesson ")
    rows = []
    for key, item in survey.objects.items():
        name, _, ending = key.removeprefix("visuals/").partition(".")
        if not key.startswith(f"visuals/{place}-") or ending not in ("svg", "png"):
            continue
        told = survey.objects.get(f"visuals/{name}.json")
        by_hand = told is None or item.modified > told.modified
        rows.append(
            {
                **dict.fromkeys(lesson, ""),
                "item": f"figure {name}",
                "state": "replaced by hand" if by_hand else "finished",
                "cost_usd": None,
                "text": course.store.locate(key),
            }
        )
    return rows


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
    if serves:
        return "finished", "context changed" if _context_changed(place, item, course) else ""
    if survey.finished.find(key, course.settings.finished_by):
        return "finished, not in its place", "the next run puts it there"
    if rejected_key(place) in survey.objects:
        return "set aside", item.reason
    if text is not None:
        return "stale", why_stale(item.parts, key) or "older state"
    return "missing", item.reason


def _context_changed(place: str, item: ItemRecord, course: Course) -> bool:
    from coursewright.lessons.brief import context_digest

    if place not in course.lessons or not item.context:
        return False
    return item.context != context_digest(course.outline, *course.lessons[place])
