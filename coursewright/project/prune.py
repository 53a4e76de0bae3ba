"""Finished work that nothing uses any more, found and removed. What a published course uses stays."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from coursewright.errors import CourseError, ProjectError
from coursewright.project.course import load_course
from coursewright.project.finished import FINISHED
from coursewright.project.front_matter import read_published
from coursewright.project.record import PROJECT_FILE
from coursewright.store.base import Store, StoredObject
from coursewright.store.claims import FOLDER as CLAIMS

_PUBLISHED = ("lessons/", "labs/", "visuals/")


def find_projects(store: Store) -> list[str]:
    """The names of all projects of a store, sorted."""
    return sorted(
        key.removesuffix(f"/{PROJECT_FILE}")
        for item in store.list()
        if (key := item.key).endswith(f"/{PROJECT_FILE}") and key.count("/") == 1
    )


def find_unused(store: Store, *, before: datetime, project: str | None = None) -> list[StoredObject]:
    """Finished work, and marks of claims, that no project needs and that are older than `before`.

    A work is used as long as a published text, a figure or the outline as it stands now has its key.

    Args:
        store: the store that holds the projects.
        project: only this one.

    Raises:
        ProjectError: there is no such project.
    """
    projects = find_projects(store)
    if project is not None and project not in projects:
        raise ProjectError(
            f"There is no project {project!r} in {store.url}; it has {', '.join(projects) or 'none'}."
        )
    unused = []
    for name in [project] if project is not None else projects:
        own = store.within(name)
        used = _used_keys(store, name)
        if used is None:
            continue
        found = [item for item in own.list(FINISHED) if item.key.removeprefix(FINISHED) not in used]
        found += own.list(f"{CLAIMS}/")
        unused += [replace(item, key=f"{name}/{item.key}") for item in found if item.modified < before]
    return unused


def remove_unused(store: Store, unused: Iterable[StoredObject]) -> None:
    """Remove what `find_unused` found."""
    for item in unused:
        store.delete(item.key)


def _used_keys(store: Store, project: str) -> set[str] | None:
    """The keys in use; None where the project cannot be read, so that nothing of it is taken for unused."""
    own = store.within(project)
    try:
        course = load_course(store, project)
        used = {str(key) for key in (*course.lesson_keys.values(), *course.lab_keys.values())}
        for item in own.list():
            if item.key.startswith(_PUBLISHED):
                if item.key.endswith(".md"):
                    used.add(read_published(own.read(item.key)).key)
                elif item.key.endswith(".json"):
                    used.add(_figure_key(own.read(item.key)))
        return used
    except CourseError:
        return None


def _figure_key(data: bytes) -> str:
    try:
        return str(json.loads(data).get("key", ""))
    except (ValueError, AttributeError):
        return ""
