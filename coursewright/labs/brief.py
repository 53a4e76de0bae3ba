"""Everything that writing and checking one lab guide needs to know, as one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coursewright.bloom import BloomLevel
from coursewright.findings import Finding
from coursewright.labs.levels import LEVELS, Complexity, LabLevel, complexity_of
from coursewright.labs.planned import PlannedLab, Software
from coursewright.labs.shorten import shorten_texts
from coursewright.languages import Language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.target import resolve_bloom

if TYPE_CHECKING:
    from coursewright.outline.model import LabActivity, Lesson, Module, Outline

MOST_OBJECTIVES = 5
CONTEXT_WORDS = 1200
"""Words of its lessons that a lab's request holds: enough for terms and examples, at about 2,000 tokens."""


@dataclass(frozen=True)
class LabBrief:
    """One lab guide to write.

    Attributes:
        id: ``MM-LL-NN``; ``LL`` is 00 for a lab of the module.
        title: exactly the outline's.
        lesson_title: of the lab's lesson; empty for a lab of the module.
        minutes: the outline's, else the plan's, else the middle of its complexity's range.
        outline_minutes: whether the outline gave them, so that they win over the range.
        bloom_levels: the outline's, else the plan's, else the lesson's or the module's; never empty.
        objectives: put into the guide word for word, the outline's before the plan's; fewer than three where
            neither gives more, and the writer then adds to them.
        given_objectives: how many of them, from the first on, are the outline's.
        topics: of its lesson, or the titles of the module's lessons.
        software: with versions, as the plan has them.
        lesson_context: what its lessons say, shortened section by section; empty where none is written.
        requirements: what the run asks of it beyond the outline.
        note: what to do better than last time.
        demonstration: written by the embedded model, which gives no references.
    """

    id: str
    title: str
    module_title: str
    language: Language
    minutes: float
    complexity: Complexity
    bloom_levels: tuple[BloomLevel, ...]
    outline_minutes: bool = False
    lesson_title: str = ""
    course_title: str = ""
    level: str = ""
    audience: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    given_objectives: int = 0
    activities: tuple[str, ...] = ()
    description: str = ""
    scope: str = ""
    topics: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    software: tuple[Software, ...] = ()
    hardware: tuple[str, ...] = ()
    lesson_context: str = ""
    requirements: str = ""
    note: str = ""
    demonstration: bool = False

    @property
    def lab_level(self) -> LabLevel:
        """What its complexity asks of it."""
        return LEVELS[self.complexity]

    @property
    def most_steps(self) -> int:
        """How many steps it may have."""
        return self.lab_level.most_steps

    @cached_property
    def as_lesson(self) -> LessonBrief:
        """What the checks and mends that lessons and labs share need to know of it."""
        module, lesson, _ = (int(part) for part in self.id.split("-"))
        return LessonBrief(
            module_number=module,
            lesson_number=lesson,
            title=self.title,
            module_title=self.module_title,
            language=self.language,
            bloom_levels=self.bloom_levels,
            duration_minutes=self.minutes,
            target_words=0,
            topics=tuple(title for title in (self.lesson_title, *self.topics) if title),
            course_title=self.course_title,
            objectives=self.objectives,
            demonstration=self.demonstration,
        )


def brief_lab(
    outline: Outline,
    module: Module,
    lesson: Lesson | None,
    lab: LabActivity,
    planned: PlannedLab,
    language: Language,
    *,
    lesson_texts: Sequence[str] = (),
    requirements: str = "",
    note: str = "",
    demonstration: bool = False,
    context_words: int = CONTEXT_WORDS,
) -> LabBrief:
    """The brief of a lab of the outline.

    Args:
        lesson: None for a lab of the module.
        lesson_texts: Markdown of the lessons that it practises, without front matter; its own lesson's, or
            those of the module's lessons in order.
        context_words: how many words of them the brief keeps.
    """
    objectives = [*lab.objectives]
    for objective in planned.objectives:
        if len(objectives) < MOST_OBJECTIVES and objective not in objectives:
            objectives.append(objective)
    return LabBrief(
        id=lab.id,
        title=lab.title,
        module_title=module.title,
        language=language,
        minutes=resolve_lab_minutes(lab, planned),
        complexity=planned.complexity,
        bloom_levels=resolve_lab_bloom(module, lesson, lab, planned),
        outline_minutes=lab.duration_minutes is not None,
        lesson_title=lesson.title if lesson else "",
        course_title=outline.title,
        level=outline.level,
        audience=outline.audience,
        objectives=tuple(objectives),
        given_objectives=len(lab.objectives),
        activities=lab.activities,
        description=lab.description,
        scope=planned.scope,
        topics=_topics(module, lesson),
        prerequisites=planned.prerequisites,
        technologies=planned.technologies,
        software=planned.software,
        hardware=planned.hardware,
        lesson_context=shorten_texts(lesson_texts, context_words, language),
        requirements=requirements,
        note=note,
        demonstration=demonstration,
    )


def resolve_lab_minutes(lab: LabActivity, planned: PlannedLab) -> float:
    """A lab's minutes: the outline's, else the plan's, else the middle of its complexity's range."""
    if lab.duration_minutes is not None:
        return lab.duration_minutes
    return LEVELS[planned.complexity].usual_minutes if planned.minutes is None else planned.minutes


def resolve_lab_bloom(
    module: Module, lesson: Lesson | None, lab: LabActivity, planned: PlannedLab | None = None
) -> tuple[BloomLevel, ...]:
    """A lab's Bloom levels: its own, else the plan's, else its lesson's, else its module's, else Apply."""
    own = lab.bloom_levels or (planned.bloom_levels if planned else ())
    if own:
        return own
    if lesson is not None and (lesson.bloom_levels or module.bloom_levels):
        return resolve_bloom(module, lesson)
    return module.bloom_levels or (BloomLevel.APPLY,)


def plan_from_outline(
    module: Module, lesson: Lesson | None, lab: LabActivity, *, key: str = ""
) -> PlannedLab:
    """What the outline alone tells of a lab, where no model planned it."""
    levels = resolve_lab_bloom(module, lesson, lab)
    return PlannedLab(
        id=lab.id,
        title=lab.title,
        objectives=lab.objectives,
        scope=lab.description or "; ".join(lab.activities) or lab.title,
        minutes=lab.duration_minutes,
        bloom_levels=levels,
        complexity=complexity_of(lab.duration_minutes, levels),
        key=key,
    )


def check_minutes_of(brief: LabBrief) -> tuple[Finding, ...]:
    """A warning where the outline's minutes are not those of the lab's complexity; they hold nevertheless."""
    low, high = brief.lab_level.minutes
    if low <= brief.minutes <= high:
        return ()
    given = "The outline" if brief.outline_minutes else "The plan"
    return (
        Finding(
            "minutes",
            "warning",
            f"{given} gives this lab {brief.minutes:g} minutes; labs that are {brief.complexity} take "
            f"{low:g} to {high:g}. The {brief.minutes:g} minutes hold; see that its steps fit them.",
        ),
    )


def _topics(module: Module, lesson: Lesson | None) -> tuple[str, ...]:
    if lesson is None:
        return tuple(one.title for one in module.lessons)
    return tuple(topic.title for topic in lesson.topics)
