"""The keys that an outline may have, by the part they stand in."""

from __future__ import annotations

_DURATION = ("duration_minutes", "duration_hours")

ROOT_KEYS = ("course", "modules")
COURSE_KEYS = (
    *("title", "description", "language", "level", "audience", "prerequisites", "learning_outcomes"),
    *("total_duration_minutes", *_DURATION, "modules"),
)
MODULE_KEYS = (
    *("number", "title", "description", "summary", *_DURATION, "percent_theory", "percent_practice"),
    *("bloom_level", "lessons", "labs", "lab_activities"),
)
LESSON_KEYS = (
    *("number", "title", "description", "summary", *_DURATION, "bloom_level", "topics"),
    *("objectives", "objective", "labs", "lab_activities"),
)
TOPIC_KEYS = ("number", "title", *_DURATION, "bloom_level")
LAB_KEYS = (
    *("number", "title", "description", "summary", *_DURATION, "bloom_level"),
    *("objectives", "objective", "activities"),
)

ALL_KEYS = frozenset((*ROOT_KEYS, *COURSE_KEYS, *MODULE_KEYS, *LESSON_KEYS, *TOPIC_KEYS, *LAB_KEYS))
