"""Which item of the outline each text and record of a project belongs to, once the outline has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from coursewright.errors import ProjectError
from coursewright.project.course import Course
from coursewright.project.keys import ContentKey
from coursewright.project.layout import Identity, match_places, share_recognised
from coursewright.project.record import ItemRecord, ProjectRecord
from coursewright.project.survey import Published, Survey, lab_identity, lesson_identity


def wanted_lessons(course: Course) -> dict[str, Identity]:
    """By what each lesson of the outline is known again, by its place."""
    return {
        place: lesson_identity(module, lesson, str(course.lesson_keys[place]))
        for place, (module, lesson) in course.lessons.items()
    }


def wanted_labs(course: Course) -> dict[str, Identity]:
    """By what each lab of the outline is known again, by its place."""
    return {
        lab_id: lab_identity(module, lesson, lab, str(course.lab_keys[lab_id]))
        for lab_id, (module, lesson, lab) in course.labs.items()
    }


def find_new_places(
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
    wanted: Mapping[str, Identity],
    replace_course: bool,
) -> dict[str, str | None]:
    """The place that the outline now gives to each item that was remembered or published, by its old place.

    None where no item of the outline owns it any more.

    Args:
        wanted: by what each item of the outline is known again.
        replace_course: the outline may be another course: then no item is known by its place alone.
    """
    known = _known(records, published)
    matched = match_places(known, wanted, by_place=not replace_course)
    return {place: matched.get(place) for place in known}


def _known(records: Mapping[str, ItemRecord], published: Mapping[str, Published]) -> dict[str, Identity]:
    remembered = {
        place: Identity(item.key, item.title, item.group, int(place.split("-")[0]))
        for place, item in records.items()
    }
    return {**remembered, **{place: one.identity for place, one in published.items()}}


def refuse_another_course(
    course: Course, record: ProjectRecord, survey: Survey, replace_course: bool
) -> None:
    """See that the outline is still that of the project's course.

    Raises:
        ProjectError: it knows less than half of the lessons.
    """
    known = _known(record.lessons, survey.lessons)
    named = {place: one for place, one in known.items() if one.title or one.key}
    share = share_recognised(named, wanted_lessons(course))
    if share >= 0.5 or replace_course:
        return
    raise ProjectError(
        f"This outline is another course than the one in {course.store.url}: it knows only "
        f"{round(share * len(named))} of that course's {len(named)} lessons by key or title. "
        "Name another project with --project, or put this course in its place with --replace "
        "(what no lesson owns any more goes to removed/)."
    )


def move_records(
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
    new_places: Mapping[str, str | None],
    keys: Mapping[str, ContentKey],
    wanted: Mapping[str, Identity],
) -> dict[str, ItemRecord]:
    """What is remembered of each item of the outline, by its new place.

    Args:
        new_places: see `find_new_places`.
        keys: the content key of each item of the outline.
        wanted: by what each item of the outline is known again.
    """
    moved: dict[str, ItemRecord] = {}
    for old, new in new_places.items():
        if new is None:
            continue
        item, one = records.get(old, ItemRecord()), published.get(old)
        if one is None:
            item = replace(item, key="", etag="", edited=False)
        else:
            # A text that a person brought belongs to the lesson as it is now.
            key, etag = one.key or str(keys[new].by_hand), one.etag if old == new else ""
            item = replace(item, key=key, etag=etag, edited=one.edited)
            for known in (keys[new], keys[new].by_hand):
                # So that it can be told later what changed, also where the record was lost.
                if key == str(known):
                    item = replace(item, parts={**item.parts, **known.parts})
        moved[new] = item
    return {
        place: replace(moved.get(place, ItemRecord()), title=one.title, group=one.group)
        for place, one in wanted.items()
    }


def move_published(
    published: Mapping[str, Published], new_places: Mapping[str, str | None]
) -> dict[str, Published]:
    """The published texts that items of the outline own, by their new places."""
    return {new: one for old, one in published.items() if (new := new_places.get(old)) is not None}
