"""Settings that a run sets for the lessons it selects, and for these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coursewright.outline.model import Outline
from coursewright.project.course import Course
from coursewright.project.record import ProjectRecord
from coursewright.project.settings import CourseSettings, Wanted, settle
from coursewright.selection import Selection

_OWN = ("models", "requirements", "writing", "temperature")
"""Settings that a run which selects lessons sets for these alone, since they are part of their keys."""


def settle_for(
    outline: Outline, wanted: Wanted, record: ProjectRecord, selection: Selection
) -> tuple[CourseSettings, dict[str, Any]]:
    """The project's settings, and those that are to hold for the selected lessons alone.

    Raises:
        SettingsError: a setting is no choice.
    """
    if record.settings is None or selection.everything:
        return settle(outline, wanted, record.settings), {}
    own = {name: value for name in _OWN if (value := getattr(wanted, name)) is not None}
    settle(outline, wanted, record.settings)  # refuses what is no choice
    rest = replace(wanted, **dict.fromkeys(_OWN))
    return settle(outline, rest, record.settings), own


def merge_own(
    own: Mapping[str, Mapping[str, Any]],
    wanted: Wanted,
    for_selection: Mapping[str, Any],
    course: Course,
    selection: Selection,
) -> dict[str, Mapping[str, Any]]:
    """The settings that single lessons have after a run that wants these, by place.

    Args:
        own: those that they had before, by the places of now.
        for_selection: those that the run sets for the lessons it selects; see `settle_for`.
        course: the course with the project's settings.
    """
    if not for_selection:
        # A run for the whole course that names a setting means it for every lesson.
        named = {name for name in _OWN if selection.everything and getattr(wanted, name) is not None}
        kept = {
            place: {name: value for name, value in settings.items() if name not in named}
            for place, settings in own.items()
        }
        return {place: settings for place, settings in kept.items() if settings}
    merged = dict(own)
    for place, (module, lesson) in course.lessons.items():
        if selection.selects_lesson(module.number, lesson.number):
            values = {**merged.get(place, {}), **for_selection}
            merged[place] = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in values.items()
                if value != getattr(course.settings, name)
            }
    return {place: settings for place, settings in merged.items() if settings}
