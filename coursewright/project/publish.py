"""Finished texts put in their places, without ever writing over a person's edit."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, Obstructed
from coursewright.project.course import Course
from coursewright.project.finished import FinishedWork
from coursewright.project.front_matter import PublishedText, read_published, with_front_matter
from coursewright.project.numbers import number_text

Where = Literal["published", "beside the edit"]


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of a finished text.

    Attributes:
        key: the object that holds it, relative to the project.
        etag: of the published text, the person's where that was kept.
        replaced: the person's text that stays, where the new one was put beside it.
    """

    where: Where
    key: str
    etag: str
    replaced: str = ""


def text_key(place: str) -> str:
    """Where the published text of a lesson (``MM-LL``) or a lab (``MM-LL-NN``) is kept."""
    return f"{'labs' if place.count('-') == 2 else 'lessons'}/{place}.md"


def generated_key(place: str) -> str:
    """Where a newer text is kept beside a person's edit."""
    return text_key(place).removesuffix(".md") + ".generated.md"


def rejected_key(place: str) -> str:
    """Where the best text that the checks refused is kept."""
    return f"rejected/{place}.md"


def read_text(course: Course, place: str) -> PublishedText | None:
    """The published text of a place, or None where there is none, or a link or a folder instead."""
    found = read_tagged_text(course, place)
    return None if found is None else found[0]


def read_tagged_text(course: Course, place: str) -> tuple[PublishedText, str] | None:
    """As `read_text`, with the object's etag."""
    try:
        data, etag = course.store.read_tagged(text_key(place))
    except (NotStored, Obstructed):
        return None
    return read_published(data), etag


def publish(
    course: Course, place: str, work: FinishedWork, key: str, *, overwrite_edits: bool = False
) -> Publication:
    """Put a finished text in its place, or beside the edit that stands there.

    Args:
        key: the content key under which the work is finished.
        overwrite_edits: put it in its place even over a person's edit.

    Raises:
        Obstructed: a link or a folder stands there.
    """
    store = course.store
    body = number_text(work.text, place, course.language)
    data = with_front_matter(body, key=key, model=work.model)
    target = text_key(place)
    while True:
        # Created, or compared and swapped, so that an edit saved in this very moment is not written over.
        try:
            before, etag = store.read_tagged(target)
        except NotStored:
            with suppress(AlreadyStored):
                return Publication("published", target, store.create(target, data))
            continue
        if before == data:
            return Publication("published", target, etag)
        there = read_published(before)
        if there.edited and not overwrite_edits:
            beside = generated_key(place)
            store.write(beside, data)
            return Publication("beside the edit", beside, etag, replaced=there.body)
        with suppress(ChangedMeanwhile):
            etag = store.replace(target, data, etag)
            store.delete(generated_key(place))
            return Publication("published", target, etag)
