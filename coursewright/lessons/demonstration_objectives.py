"""Objectives by the embedded model: the program gives the verb, the model completes the sentence."""

from __future__ import annotations

import re

from coursewright.bloom import BloomLevel
from coursewright.lessons.asking import Asking
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.demonstration_prose import in_sentence, loops
from coursewright.lessons.format import FEWEST_OBJECTIVES
from coursewright.models.base import Message
from coursewright.prompts import render

MOST_OBJECTIVES = 4
TRIES = 2
TOKENS = 32
FEWEST_WORDS, MOST_WORDS = 5, 22

_LEADS = {
    "define": "what is meant by",
    "list": "the parts of",
    "describe": "how",
    "explain": "how",
    "examine": "how",
}
"""What follows a verb so that the model goes on with a clause of its own."""

_CLAUSE_END = re.compile(
    r"[.!?;:\n]|,? (?:and|but|so) (?:they|it|this|then|also)\b|,? (?:including|such as)\b"
)
_UNFIT = re.compile(r"[<>\[\]{}`*_#|@]|https?:|\b(?:lesson|course|I|my|me|student|seconds)\b|\d{3,}")


def make_objectives(brief: LessonBrief, asking: Asking | None) -> tuple[str, ...]:
    """Three or four objectives, the first with a verb of the lesson's highest level.

    Args:
        asking: None to make them from the outline alone.
    """
    count = min(MOST_OBJECTIVES, max(FEWEST_OBJECTIVES, len(brief.topics)))
    levels = sorted(set(brief.bloom_levels), reverse=True)
    objectives: list[str] = []
    for index in range(count):
        level = levels[index % len(levels)]
        topic = brief.topics[index % len(brief.topics)]
        verb = _verb(brief, level, index // len(levels))
        made = _ask(brief, asking, verb, topic, objectives) if asking else ""
        objectives.append(made or _from_outline(verb, topic, index // len(brief.topics)))
    return tuple(objectives)


def _verb(brief: LessonBrief, level: BloomLevel, turn: int) -> str:
    verbs = brief.language.bloom_verbs[level]
    return verbs[turn % len(verbs)]


def _ask(brief: LessonBrief, asking: Asking, verb: str, topic: str, objectives: list[str]) -> str:
    lead = f"{verb} {_LEADS.get(verb, '')}".strip()
    opening = render("lesson_demo_objective_opening", verb=lead)
    question = render("lesson_demo_objective", topic=topic, title=brief.title)
    for _ in range(TRIES):
        reply = asking.ask((Message("user", question), Message("assistant", opening)), TOKENS)
        text = " ".join(reply.text.split())
        # Servers answer a turn that was begun with the whole of it, or with what follows.
        text = text.removeprefix(opening).strip()
        end = _CLAUSE_END.search(text)
        if end is None and reply.stop == "length":
            end = re.search(r",[^,]*$", text)
        clause = (text[: end.start()] if end else text if reply.stop == "end" else "").strip(" ,\"'")
        objective = f"{lead[:1].upper()}{lead[1:]} {clause}"
        words = objective.split()
        if FEWEST_WORDS <= len(words) <= MOST_WORDS and not (
            _UNFIT.search(clause) or loops(words) or objective in objectives or not clause[:1].isalnum()
        ):
            return objective
    return ""


def _from_outline(verb: str, topic: str, turn: int) -> str:
    what = ("the main ideas", "the practical use", "the parts", "the limits")[turn % 4]
    return f"{verb[:1].upper()}{verb[1:]} {what} of {in_sentence(topic)}"
