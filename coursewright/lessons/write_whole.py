"""Writing a whole lesson in one call, and having it mended with its findings named."""

from __future__ import annotations

from coursewright.lessons.asking import Asking
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import format_rules
from coursewright.lessons.length import lesson_tokens
from coursewright.lessons.repair import BestVersion, repair_request
from coursewright.lessons.subject import describe_subject, system_message
from coursewright.lessons.write_sections import continue_in_sections
from coursewright.models.base import Message
from coursewright.prompts import render

FRAME_SHARE = 0.07
"""The share of the words that the introduction gets, and the summary likewise."""


def write_whole(brief: LessonBrief, asking: Asking, best: BestVersion, *, max_repairs: int) -> None:
    """Write the lesson into `best`: one call, then at most `max_repairs` repairs.

    A reply that its length cut off changes over to section by section with what came complete.
    """
    request = whole_messages(brief)
    reply = asking.ask(request, lesson_tokens(brief, asking.model, request))
    if reply.stop == "length":
        continue_in_sections(brief, asking, best, reply.text, max_repairs=max_repairs)
        return
    best.offer(reply.text, reply.model)
    while best.errors and best.repairs < max_repairs:
        best.repairs += 1
        turns = repair_request(request, best)
        reply = asking.ask(turns, lesson_tokens(brief, asking.model, turns))
        if reply.stop == "length":
            continue_in_sections(brief, asking, best, reply.text, max_repairs=max_repairs)
            return
        best.offer_repair(reply.text, reply.model)


def whole_messages(brief: LessonBrief) -> tuple[Message, ...]:
    """The request for a whole lesson: what all lessons of a run share first, the lesson's own part last."""
    target, frame = brief.target_words, round(brief.target_words * FRAME_SHARE)
    task = render(
        "lesson_whole",
        subject=describe_subject(brief),
        target_words=target,
        topic_count=len(brief.topics),
        topic_words=round((target - 2 * frame - 100) / len(brief.topics)),
        frame_words=frame,
        format_rules=format_rules(brief),
    )
    return system_message(brief, "lesson_house"), Message("user", task)
