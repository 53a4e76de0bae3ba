"""What a model is told about a lab."""

from __future__ import annotations

from coursewright.labs.brief import LabBrief
from coursewright.labs.format import format_rules
from coursewright.models.base import Message
from coursewright.prompts import render


def lab_messages(brief: LabBrief) -> tuple[Message, ...]:
    """The request for a guide: what all labs of a run share first, the lab's own part last."""
    names = brief.language.bloom_names
    task = render(
        "lab_guide",
        title=brief.title,
        module_title=brief.module_title,
        lesson_title=brief.lesson_title,
        topics=bullets(brief.topics),
        description=brief.description,
        activities=bullets(brief.activities),
        scope=brief.scope,
        minutes=f"{brief.minutes:g}",
        complexity=brief.complexity,
        bloom=" / ".join(names[level][0] for level in brief.bloom_levels),
        prerequisites=bullets(brief.prerequisites),
        technologies=", ".join(brief.technologies),
        software=bullets(tuple(software.shown for software in brief.software)),
        hardware=bullets(brief.hardware),
        requirements=brief.requirements,
        note=brief.note,
        lesson_context=brief.lesson_context,
        format_rules=format_rules(brief),
    )
    system = render(
        "lab_system",
        course_title=brief.course_title,
        level=brief.level,
        audience="; ".join(brief.audience),
    )
    return Message("system", system, cacheable=True), Message("user", task)


def bullets(lines: tuple[str, ...]) -> str:
    """Lines as a Markdown list."""
    return "\n".join(f"- {line}" for line in lines)
