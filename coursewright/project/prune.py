"""Finished work that nothing uses any more, found and removed. What a published course uses stays."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from coursewright.errors import CourseError
from coursewright.project.course import find_projects, load_course, refuse_project
from coursewright.project.finished import FINISHED
from coursewright.project.front_matter import read_published
from coursewright.store.base import Store, StoredObject
from coursewright.store.bulk import do_many, read_many
from coursewright.store.claims import FOLDER as CLAIMS

_PUBLISHED = ("lessons/", "labs/", "visuals/")
_CLAIMS_STAY = timedelta(days=1)

log = logging.getLogger(__name__)


def find_unused(store: Store, *, before: datetime, project: str | None = None) -> list[StoredObject]:
    """Finished work, and marks of claims, that no project needs and that are older than `before`.

    A work is used as long as a published text, a figure or the outline as it stands now has its key.

    Args:
        store: the store that holds the projects.
        project: only this one.

    Raises:
        ProjectError: there is no such project.
        CourseError: the project that was named cannot be read.
    """
    projects = find_projects(store)
    if project is not None and project not in projects:
        raise refuse_project(store, project)
    unused = []
    for name in [project] if project is not None else projects:
        own = store.within(name)
        try:
            is_used = _usage(store, name)
        except CourseError as error:
            if project is not None:
                raise
            log.warning("Nothing of %s is taken for unused, since it cannot be read: %s", name, error)
            continue
        found = [item for item in own.list(FINISHED) if not is_used(item.key.removeprefix(FINISHED))]
        found = [item for item in found if item.modified < before]
        # A claim that somebody holds is written anew all the time.
        held_since = min(before, datetime.now(UTC) - _CLAIMS_STAY)
        found += [item for item in own.list(f"{CLAIMS}/") if item.modified < held_since]
        unused += [replace(item, key=f"{name}/{item.key}") for item in found]
    return unused


def remove_unused(store: Store, unused: Iterable[StoredObject]) -> None:
    """Remove what `find_unused` found."""
    do_many(store, lambda item: store.delete(item.key), unused)


def _usage(store: Store, project: str) -> Callable[[str], bool]:
    """Tells of the name of a finished work whether the project uses it."""
    own, course = store.within(project), load_course(store, project)
    keys = (*course.lesson_keys.values(), *course.lab_keys.values())
    used = {str(key) for key in keys}
    published = [item.key for item in own.list() if item.key.startswith(_PUBLISHED)]
    texts = [key for key in published if key.endswith((".md", ".json"))]
    for key, data in read_many(own, texts).items():
        used.add(read_published(data).key if key.endswith(".md") else _figure_key(data))
    by_any = {key.base for key in keys} if course.settings.finished_by == "any model" else set()
    return lambda name: name in used or name.partition("-")[0] in by_any


def _figure_key(data: bytes) -> str:
    try:
        return str(json.loads(data).get("key", ""))
    except (ValueError, AttributeError):
        return ""
