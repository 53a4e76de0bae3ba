"""Content keys: what decides a finished piece of work, and nothing else.

A key has two halves, ``<base>-<variant>``. The base is a digest of all that the text is *about*: the
lesson's part of the outline, its module's title and summary, the course's language, level and audience, the
requirements, and the versions of prompt and format. The variant is a digest of *who writes it and how*: the
model chain, its parameters and the way of writing. So one listing of finished work tells both what is
finished by the same model and what is finished by any.

Not in a key: numbers and places, other lessons, the course's title and description, the word target that
results, and settings of operation. An edit to k lessons therefore costs k lessons, inserting one costs one,
and reordering within a module costs none.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coursewright.outline.keys import LAB_LIST_KEYS
from coursewright.outline.model import LabActivity, Lesson, Module, Outline, lesson_id
from coursewright.project.settings import CourseSettings, FinishedBy
from coursewright.prompts.versions import FORMAT_VERSION, PROMPT_VERSIONS
from coursewright.visuals.drawing.style import DRAWING_VERSION

_OWN_PARTS = ("title", "topics", "objectives", "duration_minutes", "bloom_level", "lab_activities")
"""Keys of a lesson that are told apart when it is asked why the lesson is stale; the rest is "details"."""

_WRITER = ("model", "temperature", "way of writing")
"""What a variant is made of."""

_BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class ContentKey:
    """The key of one piece of work.

    Attributes:
        parts: a short digest of each thing that the key was made from, by the name people know it by.
    """

    base: str
    variant: str
    parts: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.base}-{self.variant}"

    @property
    def by_hand(self) -> ContentKey:
        """The key of a text about the same that a person brought; no model, so no other model, is in it."""
        parts = {name: part for name, part in self.parts.items() if name not in _WRITER}
        return ContentKey(self.base, _BY_HAND, parts)

    def is_served_by(self, key: str, finished_by: FinishedBy) -> bool:
        """Whether the text with this key is what is wanted."""
        base, _, variant = key.partition("-")
        return base == self.base and (variant in (self.variant, _BY_HAND) or finished_by == "any model")


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any, length: int = 24) -> str:
    """The first `length` hex digits of the SHA-256 of a plain JSON value."""
    text = _ENCODER.encode(value)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:length]


def make_key(kind: str, base: Mapping[str, Any], variant: Mapping[str, Any]) -> ContentKey:
    """A key from named plain JSON values."""
    parts = {name: digest(value, 8) for name, value in {**base, **variant}.items()}
    return ContentKey(digest([kind, base]), digest(variant, 8), parts)


def lesson_keys(
    outline: Outline, settings_of: Callable[[str, Lesson, Module], CourseSettings]
) -> dict[str, ContentKey]:
    """The content key of every lesson, by place (``MM-LL``).

    Args:
        settings_of: the settings that hold for a lesson; a run that selected it may have set its own.
    """
    keys: dict[str, ContentKey] = {}
    for module in outline.modules:
        alike: Counter[str] = Counter()
        for lesson in module.lessons:
            place = lesson_id(module.number, lesson.number)
            settings = settings_of(place, lesson, module)
            base = {**lesson_parts(lesson), **_course_parts(outline, module, settings)}
            base["prompt and format"] = [PROMPT_VERSIONS["lesson"], FORMAT_VERSION]
            fingerprint = digest([base, _variant(settings)])
            base["repeated lesson"] = alike[fingerprint]
            alike[fingerprint] += 1
            keys[place] = make_key("lesson", base, _variant(settings))
    return keys


def lesson_parts(lesson: Lesson) -> dict[str, Any]:
    """A lesson's own part of the outline, by the names that people know.

    Of its labs the titles: a lesson prepares for them, and what else is said of a lab is the lab's own part.
    """
    written: dict[str, Any] = {**lesson.as_written} if isinstance(lesson.as_written, dict) else {}
    for name in LAB_LIST_KEYS:
        if isinstance(labs := written.get(name), list):
            written[name] = [lab.get("title") if isinstance(lab, dict) else lab for lab in labs]
    own = {name.replace("_", " "): written.get(name, "(absent)") for name in _OWN_PARTS}
    own["title"] = lesson.title
    return {**own, "details": {key: value for key, value in written.items() if key not in _OWN_PARTS}}


def lab_keys(outline: Outline, settings: CourseSettings) -> dict[str, ContentKey]:
    """The content key of every lab, by id. It holds the lab's part of the outline, not the plan's text."""
    keys: dict[str, ContentKey] = {}
    alike: Counter[str] = Counter()
    for module, lesson, lab in outline.labs:
        base = {
            "lab": _lab_parts(lab),
            "lesson": lesson.title if lesson else None,
            **_course_parts(outline, module, settings),
            "prompt and format": [PROMPT_VERSIONS["lab"], FORMAT_VERSION],
        }
        fingerprint = digest(base)
        base["repeated lab"] = alike[fingerprint]
        alike[fingerprint] += 1
        keys[lab.id] = make_key("lab", base, _variant(settings, writing=False))
    return keys


def figure_key(*, description: str, section: str, settings: CourseSettings, nth: int = 0) -> ContentKey:
    """The content key of a figure: its tag's description and its section's heading, not the prose."""
    base = {
        "description": description,
        "section": section,
        "language": settings.language,
        "prompt": PROMPT_VERSIONS["figures"],
        "repeated figure": nth,
    }
    return make_key("figure", base, _variant(settings, writing=False))


def illustrated_mark(etag: str, visuals: str) -> str:
    """What is remembered once every figure of a text is there: etag, kind of visuals, way of drawing."""
    return digest([etag, visuals, DRAWING_VERSION], 16)


def why_stale(before: Mapping[str, str], now: ContentKey) -> str:
    """Why a piece of work is stale, such as ``topics changed``; empty where that is not known."""
    if not before:
        return ""
    changed = [
        name
        for name, part in now.parts.items()
        if before.get(name) != part and not (name in _WRITER and name not in before)
    ]
    return f"{', '.join(changed)} changed" if changed else ""


def _course_parts(outline: Outline, module: Module, settings: CourseSettings) -> dict[str, Any]:
    return {
        "module title": module.title,
        "module summary": module.summary,
        "language": settings.language,
        "level": outline.level,
        "audience": list(outline.audience),
        "requirements": settings.requirements,
    }


def _lab_parts(lab: LabActivity) -> Any:
    return {"title": lab.title, "as written": lab.as_written}


def _variant(settings: CourseSettings, *, writing: bool = True) -> dict[str, Any]:
    values = (list(settings.models), settings.temperature, settings.way_of_writing)
    variant: dict[str, Any] = dict(zip(_WRITER, values, strict=True))
    if not writing:
        del variant["way of writing"]
    return variant
