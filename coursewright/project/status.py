"""What a project's lessons, labs and figures are just now, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coursewright.project.course import Course
from coursewright.project.finished import FinishedIndex
from coursewright.project.keys import ContentKey, why_stale
from coursewright.project.publish import rejected_key, text_key
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.project.survey import Published, survey_project


def status_rows(course: Course) -> list[dict[str, Any]]:
    """One row for each lesson and each lab of the course, in order.

    The columns: item, title, state, why, words, target, model, tokens, cost, findings, figures, text.
    """
    record = read_record(course.store) or ProjectRecord()
    survey = survey_project(course.store, record)
    rows = [
        _row("lesson", place, lesson.title, course, course.lesson_keys[place], record.lessons, survey.lessons, survey.finished, survey.objects)
        for place, (_, lesson) in course.lessons.items()
    ]  # fmt: skip
    if course.settings.content != "theory":
        rows += [
            _row("lab", lab_id, lab.title, course, course.lab_keys[lab_id], record.labs, survey.labs, survey.finished, survey.objects)
            for lab_id, (_, _, lab) in course.labs.items()
        ]  # fmt: skip
    return rows


def _row(
    kind: str,
    place: str,
    title: str,
    course: Course,
    key: ContentKey,
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
    finished: FinishedIndex,
    objects: Mapping[str, Any],
) -> dict[str, Any]:
    item, text = records.get(place, ItemRecord()), published.get(place)
    state, why = _state(place, key, item, text, finished, course, objects)
    tokens = item.input_tokens + item.output_tokens
    return {
        "item": f"{kind} {place}",
        "title": title,
        "state": state,
        "why": why,
        "words": item.words,
        "target": item.target,
        "model": item.model,
        "tokens": tokens,
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
    finished: FinishedIndex,
    course: Course,
    objects: Mapping[str, Any],
) -> tuple[str, str]:
    """The state of an item and why: finished, stale, edited by hand, missing, set aside."""
    serves = text is not None and (
        text.key in (str(key), "")
        or (course.settings.finished_by == "any model" and text.key.partition("-")[0] == key.base)
    )
    if text is not None and text.edited:
        if serves:
            return "edited by hand", ""
        beside = "; a newer text stands beside it" if item.generated == str(key) else ""
        return "edited by hand, stale", (why_stale(item.parts, key) or "older state") + beside
    if serves:
        return "finished", "context changed" if _context_changed(place, item, course) else ""
    if finished.find(key, course.settings.finished_by):
        return "finished, not in its place", "the next run puts it there"
    if rejected_key(place) in objects:
        return "set aside", item.reason
    if text is not None:
        return "stale", why_stale(item.parts, key) or "older state"
    return "missing", item.reason


def _context_changed(place: str, item: ItemRecord, course: Course) -> bool:
    from coursewright.lessons.brief import context_digest

    if place not in course.lessons or not item.context:
        return False
    return item.context != context_digest(course.outline, *course.lessons[place])
