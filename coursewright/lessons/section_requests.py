"""What a model is asked when a lesson is written section by section."""

from __future__ import annotations

from collections.abc import Mapping

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import highest_level
from coursewright.lessons.pieces import Piece, list_pieces
from coursewright.lessons.plan_sections import Plan, plan_request
from coursewright.lessons.repair import ask_again
from coursewright.lessons.subject import describe_subject, system_message
from coursewright.models.base import Message
from coursewright.prompts import render

LENGTHENED = ("introduction", "part", "summary")
"""The kinds of pieces that are prose, and have a length to reach."""

OPENING_WORDS, ENDING_WORDS = 25, 60
"""How much of each piece written before, and of the last one's end, the next one is shown."""


class SectionRequests:
    """The requests for one lesson; all of them open with what the lessons of a run share."""

    def __init__(self, brief: LessonBrief) -> None:
        self._brief = brief
        self._pieces = list_pieces(brief)
        self._system = system_message(brief, "lesson_house_sections")
        self._subject = describe_subject(brief)

    def plan(self) -> tuple[Message, ...]:
        """The request for the lesson's plan."""
        return self._system, Message("user", plan_request(self._brief, self._subject))

    def piece(self, piece: Piece, words: int, plan: Plan, written: Mapping[str, str]) -> tuple[Message, ...]:
        """The request for a piece.

        Args:
            words: the number that is named to the model.
            written: the pieces written so far, by their keys.
        """
        text = render(
            "lesson_section",
            subject=self._subject,
            plan=self._plan_in_short(plan),
            so_far=self._so_far(written),
            heading=piece.heading,
            section=piece.section,
            instruction=render(task_of(piece), **self._verbs(piece)),
            points="; ".join(plan.points.get(piece.key, ())),
            words=words,
            language=self._brief.language.english_name,
        )
        return self._system, Message("user", text)

    def more(self, request: tuple[Message, ...], text: str, words: int) -> tuple[Message, ...]:
        """The request to go on with a piece that is too short."""
        task = render("lesson_section_more", words=words)
        return *request, Message("assistant", text), Message("user", task)

    def repair(
        self, request: tuple[Message, ...], piece: Piece, text: str, findings: str, words: int
    ) -> tuple[Message, ...]:
        """The request to mend a piece; the same request once more where there is no text to mend."""
        if not text:
            return ask_again(request)
        task = render("lesson_section_repair", findings=findings, heading=piece.heading, words=words)
        return *request, Message("assistant", text), Message("user", task)

    def _verbs(self, piece: Piece) -> Mapping[str, str]:
        if piece.kind != "objectives":
            return {}
        verbs = self._brief.language.bloom_verbs
        levels = sorted(set(self._brief.bloom_levels))
        return {
            "verbs": ", ".join(verb for level in levels for verb in verbs[level]),
            "highest_verbs": ", ".join(verbs[highest_level(self._brief)]),
        }

    def _plan_in_short(self, plan: Plan) -> str:
        return "\n".join(
            f"- {_label(piece)}: {'; '.join(points)}"
            for piece in self._pieces
            if (points := plan.points.get(piece.key))
        )

    def _so_far(self, written: Mapping[str, str]) -> str:
        """What was written, in short: the opening of every piece, and the last one's end in full."""
        lines = []
        done = [piece for piece in self._pieces if piece.key in written]
        for piece in done:
            words = written[piece.key].split()
            shown = words if piece.kind == "objectives" else words[:OPENING_WORDS]
            cut = " …" if len(shown) < len(words) else ""
            lines.append(f"- {_label(piece)}: {' '.join(shown)}{cut}")
        if done and done[-1].kind in LENGTHENED:
            ending = written[done[-1].key].split()[-ENDING_WORDS:]
            lines.append(f"The last of these ends: … {' '.join(ending)}")
        return "\n".join(lines)


def task_of(piece: Piece) -> str:
    """The prompt that says what a piece is to hold."""
    return "lesson_task_" + (piece.key.partition("/")[2] or piece.key)


def _label(piece: Piece) -> str:
    return piece.section if piece.heading == piece.section else f"{piece.section}, {piece.heading}"
