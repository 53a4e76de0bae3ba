"""What a project holds just now: one listing, and a look into those published texts that have changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coursewright.outline.model import LabActivity, Lesson, Module
from coursewright.project.finished import FINISHED, FinishedIndex
from coursewright.project.front_matter import read_published
from coursewright.project.layout import Identity
from coursewright.project.record import ItemRecord, ProjectRecord
from coursewright.store.base import Store, StoredObject
from coursewright.store.bulk import read_many

_LESSON = re.compile(r"lessons/(\d{2,}-\d{2,})\.md")
_LAB = re.compile(r"labs/(\d{2,}-\d{2,}-\d{2,})\.md")
_PICTURE = re.compile(r"visuals/(\d{2,}-\d{2,})-\d{4,}\.(?:svg|png)")
_HEADING = re.compile(r"^# [^\n:]*: *(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Published:
    """A published lesson or lab.

    Attributes:
        key: the content key in its front matter, else the one that is remembered; empty if neither.
        edited: whether a person changed it.
        seen: whether the program remembers the object as it is, so that it was not read again.
    """

    place: str
    key: str
    edited: bool
    etag: str
    title: str
    group: str
    seen: bool

    @property
    def identity(self) -> Identity:
        """By what it is known again after the outline has changed."""
        return Identity(self.key, self.title, self.group, int(self.place.split("-")[0]))


@dataclass(frozen=True, slots=True)
class Survey:
    """What a project holds.

    Attributes:
        objects: all stored objects by key.
    """

    objects: Mapping[str, StoredObject]
    finished: FinishedIndex
    lessons: Mapping[str, Published]
    labs: Mapping[str, Published]

    @property
    def pictures(self) -> dict[str, list[str]]:
        """The keys of all pictures by the place of their lesson, in order."""
        found: dict[str, list[str]] = {}
        for key in self.objects:
            if match := _PICTURE.fullmatch(key):
                found.setdefault(match[1], []).append(key)
        return found

    @property
    def figures(self) -> dict[str, int]:
        """How many figures of each lesson have a picture; one beside another is no further figure."""
        return {place: len({key.partition(".")[0] for key in keys}) for place, keys in self.pictures.items()}


def survey_project(store: Store, record: ProjectRecord) -> Survey:
    """Look at what the project holds; reads only the published texts that the record does not know."""
    objects = {item.key: item for item in store.list()}
    finished = FinishedIndex(key.removeprefix(FINISHED) for key in objects if key.startswith(FINISHED))
    return Survey(
        objects,
        finished,
        _published(store, objects.values(), _LESSON, record.lessons),
        _published(store, objects.values(), _LAB, record.labs),
    )


def lesson_identity(module: Module, lesson: Lesson, key: str) -> Identity:
    """By what a lesson of the outline is known again."""
    return Identity(key, lesson.title, module.title, module.number)


def lab_identity(module: Module, lesson: Lesson | None, lab: LabActivity, key: str) -> Identity:
    """By what a lab of the outline is known again."""
    return Identity(key, lab.title, f"{module.title} / {lesson.title if lesson else ''}", module.number)


def _published(
    store: Store, objects: Iterable[StoredObject], pattern: re.Pattern[str], known: Mapping[str, ItemRecord]
) -> dict[str, Published]:
    found = [(match[1], item) for item in objects if (match := pattern.fullmatch(item.key))]
    changed = [item.key for place, item in found if known.get(place, ItemRecord()).etag != item.etag]
    # What was removed since it was listed, by another run that moves texts, is not there.
    read = {key: read_published(data) for key, data in read_many(store, changed).items()}

    def look(place: str, item: StoredObject) -> Published:
        record = known.get(place, ItemRecord())
        if item.key not in read:
            return Published(
                place, record.key, record.edited, item.etag, record.title, record.group, seen=True
            )
        text = read[item.key]
        heading = _HEADING.search(text.body)
        title = record.title or (heading[1].strip() if heading else "")
        key = text.key or record.key
        return Published(place, key, text.edited, item.etag, title, record.group, seen=False)

    gone = set(changed) - set(read)
    return {place: look(place, item) for place, item in found if item.key not in gone}
