"""Writing a whole lesson in one call, and having it mended with its findings named."""

from __future__ import annotations

from collections.abc import Sequence

from coursewright.lessons.asking import Asking
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import format_rules
from coursewright.lessons.length import lesson_tokens
from coursewright.lessons.pieces import Piece, list_pieces
from coursewright.lessons.repair import BestVersion, repair_request
from coursewright.lessons.section_requests import task_of
from coursewright.lessons.subject import describe_subject, system_message
from coursewright.lessons.write_sections import continue_in_sections
from coursewright.models.base import Message
from coursewright.prompts import render

COUNTED = ("objectives", "takeaways", "references")
"""The kinds of pieces that are lists; their length is told in items."""


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
    pieces = list_pieces(brief)
    task = render(
        "lesson_whole",
        subject=describe_subject(brief),
        target_words=brief.target_words,
        topic_count=len(brief.topics),
        topic_words=sum(piece.words for piece in pieces if piece.topic == 1),
        parts=_describe_parts(brief, pieces),
        format_rules=format_rules(brief),
    )
    return system_message(brief, "lesson_house"), Message("user", task)


def _describe_parts(brief: LessonBrief, pieces: Sequence[Piece]) -> str:
    """What each part is to hold and its share of the words, as it is told where parts are written apart.

    The objectives are left to the format's rules, which hold their verbs.
    """
    lines = []
    for piece in pieces:
        if piece.kind == "objectives" or (piece.topic or 1) > 1:
            continue
        if piece.kind == "references" and brief.demonstration:
            continue
        where = ", under each topic" if piece.topic else ""
        length = "" if piece.kind in COUNTED else f", about {piece.words} words"
        lines.append(f"- {piece.heading}{where}{length}: {render(task_of(piece))}")
    return "\n".join(lines)
