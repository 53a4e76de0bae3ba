"""Objectives by the embedded model: the program gives the verb, the model completes the sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coursewright.bloom import BloomLevel
from coursewright.lessons.asking import Asking
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.demonstration_prose import in_sentence, loops, mentions
from coursewright.lessons.format import FEWEST_OBJECTIVES
from coursewright.models.base import Message
from coursewright.prompts import render

MOST_OBJECTIVES = 4
TRIES = 2
TOKENS = 32
FEWEST_WORDS, MOST_WORDS = 5, 22

_VERBS: Mapping[BloomLevel, tuple[str, ...]] = {
    BloomLevel.REMEMBER: ("name", "identify", "list"),
    BloomLevel.UNDERSTAND: ("explain", "describe", "summarize"),
    BloomLevel.APPLY: ("use", "demonstrate"),
    BloomLevel.ANALYZE: ("compare", "examine"),
    BloomLevel.EVALUATE: ("assess", "recommend"),
    BloomLevel.CREATE: ("design", "develop"),
}
"""The verbs that the model completes best, of each level's."""

_LEADS = {
    "list": "the parts of",
    "name": "the parts of",
    "describe": "how",
    "explain": "how",
    "demonstrate": "how",
    "examine": "how",
    "assess": "how",
    "design": "a",
    "develop": "a",
}
"""What follows a verb so that the model goes on with a clause of its own."""

_FROM_OUTLINE: Mapping[BloomLevel, tuple[str, ...]] = {
    BloomLevel.REMEMBER: ("the main terms of {}", "the parts of {}"),
    BloomLevel.UNDERSTAND: ("the main ideas of {}", "the purpose of {}", "the limits of {}"),
    BloomLevel.APPLY: ("what is known of {} in a small case", "a small task that involves {}"),
    BloomLevel.ANALYZE: ("cases in which {} plays a part", "the parts of {}"),
    BloomLevel.EVALUATE: ("the use of {} in a given case", "a way of using {}"),
    BloomLevel.CREATE: ("a small example that involves {}", "a plan that involves {}"),
}
"""What follows a verb where the model gives nothing usable."""

_CLAUSE_END = re.compile(
    r"[.!?;:\n]|,? (?:and|but|so) (?:they|it|this|then|also)\b|,? (?:including|such as)\b|, which\b"
)
_UNFIT = re.compile(
    r"[<>\[\]{}`*_#|@]|https?:|\b(?:lesson|course|I|my|me|student|seconds)\b|\d{3,}|^(?:their|them|they|his|her)\b"
)


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
        objectives.append(made or _from_outline(verb, level, topic, index))
    return tuple(objectives)


def _verb(brief: LessonBrief, level: BloomLevel, turn: int) -> str:
    known = brief.language.bloom_verbs[level]
    verbs = [verb for verb in _VERBS[level] if verb in known] or list(known)
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
            _UNFIT.search(clause)
            or loops(words)
            or objective in objectives
            or not clause[:1].isalnum()
            or not mentions(clause, f"{topic} {brief.title}")
        ):
            return objective
    return ""


def _from_outline(verb: str, level: BloomLevel, topic: str, index: int) -> str:
    phrases = _FROM_OUTLINE[level]
    return f"{verb[:1].upper()}{verb[1:]} {phrases[index % len(phrases)].format(in_sentence(topic))}"
