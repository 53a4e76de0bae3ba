"""A course that is being made: its project's store, its outline, its settings and its content keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from coursewright.errors import NotStored, ProjectError
from coursewright.languages import Language, load_language
from coursewright.lessons.brief import LessonBrief, brief_lesson
from coursewright.outline import load_outline
from coursewright.outline.model import LabActivity, Lesson, Module, Outline, lesson_id
from coursewright.project.keys import ContentKey, lab_keys, lesson_keys
from coursewright.project.record import PROJECT_FILE, ProjectRecord, read_record
from coursewright.project.settings import CourseSettings
from coursewright.store.base import Store

OUTLINE_FILE = "outline.yaml"

_MOST_TOLD = 20
"""Projects that a message names."""


@dataclass(frozen=True)
class Course:
    """A course and the place where it is made.

    Attributes:
        store: the project's own part of the store.
        own_settings: settings that a run set for a lesson alone, by place.
    """

    store: Store
    project: str
    outline: Outline
    settings: CourseSettings
    own_settings: Mapping[str, Mapping[str, Any]]

    @cached_property
    def language(self) -> Language:
        """The course's language."""
        return load_language(self.settings.language)

    @cached_property
    def lesson_keys(self) -> dict[str, ContentKey]:
        """The content key of every lesson by place."""
        return lesson_keys(self.outline, lambda place, lesson, module: self.settings_for(place))

    @cached_property
    def lab_keys(self) -> dict[str, ContentKey]:
        """The content key of every lab by id."""
        return lab_keys(self.outline, self.settings)

    @cached_property
    def lessons(self) -> dict[str, tuple[Module, Lesson]]:
        """Every lesson with its module, by place."""
        return {
            lesson_id(module.number, lesson.number): (module, lesson)
            for module, lesson in self.outline.lessons
        }

    @cached_property
    def labs(self) -> dict[str, tuple[Module, Lesson | None, LabActivity]]:
        """Every lab with its module and lesson, by id."""
        return {lab.id: (module, lesson, lab) for module, lesson, lab in self.outline.labs}

    def settings_for(self, place: str) -> CourseSettings:
        """The settings that hold for this lesson."""
        own = self.own_settings.get(place)
        if not own:
            return self.settings
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in own.items()}
        return replace(self.settings, **cast(Any, values))

    def brief(self, place: str, *, note: str = "") -> LessonBrief:
        """What a writer needs to know of this lesson."""
        module, lesson = self.lessons[place]
        settings = self.settings_for(place)
        return brief_lesson(
            self.outline,
            module,
            lesson,
            self.language,
            requirements=settings.requirements,
            note=note,
            demonstration=settings.models[0].startswith("embedded"),
        )


def find_projects(store: Store) -> list[str]:
    """The names of all projects of a store, sorted."""
    return sorted(
        key.removesuffix(f"/{PROJECT_FILE}")
        for item in store.list()
        if (key := item.key).endswith(f"/{PROJECT_FILE}") and key.count("/") == 1
    )


def refuse_project(store: Store, project: str) -> ProjectError:
    """The error that says that there is no such project, which ones there are, and how it is made."""
    # One whose first run ended before its settings were kept is found, and is still to be made.
    others = [name for name in find_projects(store) if name != project]
    told = ", ".join(others[:_MOST_TOLD]) or "none"
    if len(others) > _MOST_TOLD:
        told += f" and {len(others) - _MOST_TOLD:,} more"
    return ProjectError(
        f"There is no project {project!r} in {store.url}; it has {told}. "
        f"Make it with: coursewright generate OUTLINE --store {store.url} --project {project}"
    )


def load_course(store: Store, project: str) -> Course:
    """The course of a project, as its last run left it.

    Args:
        store: the store that holds the project.

    Raises:
        ProjectError: there is no such project.
        OutlineError: the kept outline is damaged.
    """
    own = store.within(project)
    record = read_record(own)
    if record is None or record.settings is None:
        raise refuse_project(store, project)
    return course_of_record(own, project, record)


def course_of_record(store: Store, project: str, record: ProjectRecord) -> Course:
    """The course that a record speaks of; `store` is the project's own part."""
    assert record.settings is not None
    try:
        text = store.read(OUTLINE_FILE)
    except NotStored as error:
        raise ProjectError(
            f"{store.locate(OUTLINE_FILE)} is missing. Give the outline again: coursewright generate OUTLINE."
        ) from error
    outline = load_outline(text, name=store.locate(OUTLINE_FILE))
    return Course(store, project, outline, record.settings, own_settings_of(record))


def own_settings_of(record: ProjectRecord) -> dict[str, Mapping[str, Any]]:
    """The settings that runs set for single lessons, by place."""
    return {place: item.own_settings for place, item in record.lessons.items() if item.own_settings}


def outline_digest(text: bytes) -> str:
    """The SHA-256 of an outline's bytes."""
    return hashlib.sha256(text).hexdigest()
