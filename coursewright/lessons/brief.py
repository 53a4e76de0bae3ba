"""Everything that writing and checking one lesson needs to know, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from coursewright.bloom import BloomLevel
from coursewright.languages import Language


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
