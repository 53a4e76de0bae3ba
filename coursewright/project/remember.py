"""What became of items, written into the project's record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coursewright.project.course import Course
from coursewright.project.record import ItemRecord, ProjectRecord, update_record
from coursewright.project.results import FinishedItem


def remember_items(course: Course, items: Iterable[FinishedItem]) -> None:
    """Remember what became of these lessons and labs, in one write."""
    changes = {item.outcome.place: item.remember for item in items if item.remember}
    if not changes:
        return

    def change(record: ProjectRecord) -> ProjectRecord:
        lessons, labs = dict(record.lessons), dict(record.labs)
        for place, remember in changes.items():
            kind = labs if place.count("-") == 2 else lessons
            kind[place] = replace(kind.get(place, ItemRecord()), **remember)
        return replace(record, lessons=lessons, labs=labs)

    update_record(course.store, change)
