"""Everything that writing and checking one lesson needs to know, as one value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coursewright.bloom import BloomLevel
from coursewright.languages import Language
from coursewright.lessons.target import resolve_bloom, resolve_minutes, target_words

if TYPE_CHECKING:
    from coursewright.outline.model import Lesson, Module, Outline


@dataclass(frozen=True)
class LessonBrief:
    """One lesson to write.

    Attributes:
        module_number, lesson_number: the lesson's place, both from 1.
        bloom_levels: the lesson's, else its module's, else Understand; never empty.
        duration_minutes: the lesson's, else an equal share of the module's, else 45.
        target_words: see `coursewright.lessons.target`.
        topics: titles, in the outline's order; never empty.
        objectives: those that the outline gives, used as written; empty where the writer makes them.
        labs: titles of the lesson's labs.
        course_description, prerequisites, outcomes: what the outline says of the course, for context.
        course_outline: the course in short, for context: a line a module and a lesson.
        siblings: what the module's other lessons cover, so that this one does not repeat them.
        requirements: what the run asks of this lesson beyond the outline.
        note: what to do better than last time.
        demonstration: written by the embedded model, which gives no references.
    """

    module_number: int
    lesson_number: int
    title: str
    module_title: str
    language: Language
    bloom_levels: tuple[BloomLevel, ...]
    duration_minutes: float
    target_words: int
    topics: tuple[str, ...]
    course_title: str = ""
    course_description: str = ""
    prerequisites: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    module_summary: str = ""
    description: str = ""
    level: str = ""
    audience: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    course_outline: str = ""
    siblings: str = ""
    requirements: str = ""
    note: str = ""
    demonstration: bool = False


def brief_lesson(
    outline: Outline,
    module: Module,
    lesson: Lesson,
    language: Language,
    *,
    requirements: str = "",
    note: str = "",
    demonstration: bool = False,
) -> LessonBrief:
    """The brief of a lesson of the outline.

    Args:
        language: the course's language.
        requirements: what the run asks of this lesson beyond the outline.
        note: what to do better than last time.
        demonstration: the embedded model writes it.
    """
    minutes = resolve_minutes(module, lesson)
    levels = resolve_bloom(module, lesson)
    own_topics = len(lesson.topics) if lesson.has_own_topics else 0
    return LessonBrief(
        module_number=module.number,
        lesson_number=lesson.number,
        title=lesson.title,
        module_title=module.title,
        language=language,
        bloom_levels=levels,
        duration_minutes=minutes,
        target_words=target_words(minutes, levels, own_topics, len(lesson.labs)),
        topics=tuple(topic.title for topic in lesson.topics) or (lesson.title,),
        course_title=outline.title,
        course_description=outline.description,
        prerequisites=outline.prerequisites,
        outcomes=outline.learning_outcomes,
        module_summary=module.summary,
        description=lesson.description,
        level=outline.level,
        audience=outline.audience,
        objectives=lesson.objectives,
        labs=tuple(lab.title for lab in lesson.labs),
        course_outline=outline_in_short(outline),
        siblings=digest_siblings(module, lesson),
        requirements=requirements,
        note=note,
        demonstration=demonstration,
    )


def outline_in_short(outline: Outline) -> str:
    """The course in short: its title, then a line a module and a lesson.

    The lines carry no numbers: numbers are the program's, and a model repeats what it is shown.
    """
    global _in_short
    kept, short = _in_short
    if kept is not outline:
        lines = [outline.title]
        for module in outline.modules:
            lines.append(f"- {module.title}")
            lines.extend(f"  - {lesson.title}" for lesson in module.lessons)
        short = "\n".join(lines)
        _in_short = (outline, short)
    return short


_in_short: tuple[Outline | None, str] = (None, "")
"""The outline that was asked for last; a run asks once a lesson, and must not pay for its square."""


def digest_siblings(module: Module, lesson: Lesson) -> str:
    """What the module's other lessons cover: a line a lesson with its topics; empty where there is none.

    It is made from the outline alone, so that lessons can be written in any order and at once.
    """
    lines = []
    for sibling in module.lessons:
        if sibling.number == lesson.number:
            continue
        topics = "; ".join(topic.title for topic in sibling.topics) if sibling.has_own_topics else ""
        lines.append(f"- {sibling.title}: {topics}" if topics else f"- {sibling.title}")
    return "\n".join(lines)


def context_digest(outline: Outline, module: Module, lesson: Lesson) -> str:
    """The sha256 of what a prompt says of the rest of the course; recorded, but no part of a lesson's key."""
    course = "\n".join((outline.description, *outline.prerequisites, *outline.learning_outcomes))
    context = f"{course}\n\n{outline_in_short(outline)}\n\n{digest_siblings(module, lesson)}"
    return hashlib.sha256(context.encode("utf-8", errors="replace")).hexdigest()
