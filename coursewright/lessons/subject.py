"""What a model is told about a lesson: the course's context and the lesson's own part, as prompts."""

from __future__ import annotations

from coursewright.bloom import BloomLevel
from coursewright.lessons.brief import LessonBrief
from coursewright.models.base import Message
from coursewright.prompts import prompt_text, render


def system_message(brief: LessonBrief, house: str) -> Message:
    """The house rules and the course's context, the same for every lesson of a run, so that it is cacheable.

    They stand in one message because not every server takes two turns of one role in a row.

    Args:
        house: the prompt with the house rules.
    """
    course = render(
        "lesson_course",
        course_title=brief.course_title,
        description=brief.course_description,
        level=brief.level,
        audience="; ".join(brief.audience),
        prerequisites="; ".join(brief.prerequisites),
        outcomes="; ".join(brief.outcomes),
        course_outline=brief.course_outline,
    )
    return Message("system", f"{render(house)}\n\n{course}", cacheable=True)


def describe_subject(brief: LessonBrief) -> str:
    """The lesson's own part of the outline in full, with what the run asks of it."""
    names = brief.language.bloom_names
    return render(
        "lesson_subject",
        module_title=brief.module_title,
        module_summary=brief.module_summary,
        title=brief.title,
        description=brief.description,
        bloom=" / ".join(names[level][0] for level in brief.bloom_levels),
        depth=_depth(max(brief.bloom_levels)),
        topics=_bullets(brief.topics),
        objectives=_bullets(brief.objectives),
        labs=_bullets(brief.labs),
        siblings=brief.siblings,
        requirements=brief.requirements,
        note=brief.note,
    )


def _depth(level: BloomLevel) -> str:
    lines = (line.partition(": ") for line in prompt_text("lesson_depth").splitlines())
    return {name: text for name, _, text in lines}[level.name.lower()]


def _bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)
