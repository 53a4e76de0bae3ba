"""The keys that an outline may have, by the part they stand in."""

from __future__ import annotations

DURATION_KEYS = ("duration_minutes", "duration_hours")
LAB_LIST_KEYS = ("labs", "lab_activities")
OBJECTIVE_KEYS = ("objectives", "objective")

_COMMON = ("number", "title", *DURATION_KEYS, "bloom_level")
_DESCRIBED = (*_COMMON, "description", "summary")

ROOT_KEYS = ("course", "modules")
COURSE_KEYS = (
    *("title", "description", "language", "level", "audience", "prerequisites", "learning_outcomes"),
    *("total_duration_minutes", *DURATION_KEYS, "modules"),
)
MODULE_KEYS = (*_DESCRIBED, "percent_theory", "percent_practice", "lessons", *LAB_LIST_KEYS)
LESSON_KEYS = (*_DESCRIBED, "topics", *OBJECTIVE_KEYS, *LAB_LIST_KEYS)
TOPIC_KEYS = _COMMON
LAB_KEYS = (*_DESCRIBED, *OBJECTIVE_KEYS, "activities")

ALL_KEYS = frozenset((*ROOT_KEYS, *COURSE_KEYS, *MODULE_KEYS, *LESSON_KEYS, *TOPIC_KEYS, *LAB_KEYS))
