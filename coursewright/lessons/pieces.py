"""The pieces that a lesson is written in, section by section, and how they make a lesson again.

A piece is what one request asks for: the text under one heading. Headings, figure tags and their numbers
are put in here; a model writes only what stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import (
    FEWEST_VISUAL_WORDS,
    MOST_VISUAL_WORDS,
    TOPIC_PARTS,
    lesson_format,
    one_line,
)
from coursewright.lessons.number import number_lesson

PieceKind = Literal["objectives", "introduction", "part", "summary", "takeaways", "next", "references"]

TOPIC_SHARES = (0.3, 0.4, 0.3)
"""How a topic's words are shared among its parts."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a lesson.

    Attributes:
        key: what it is known by within the lesson, such as ``topic 2/technical_details``.
        section: the H2 it belongs to.
        heading: its own heading; the section's where it stands directly under the H2.
        topic: the topic's number from 1, for a part of a topic.
        words: its share of the target, before anything is written.
    """

    key: str
    kind: PieceKind
    section: str
    heading: str
    words: int
    topic: int | None = None


def list_pieces(brief: LessonBrief) -> tuple[Piece, ...]:
    """The pieces of a lesson, in order, with the target's words shared among them."""
    words, target = brief.language.lesson, brief.target_words
    frame = {
        "objectives": len(brief.objectives) * 12 or 55,
        "introduction": _between(70, target * 0.08, 320),
        "summary": _between(50, target * 0.05, 220),
        "takeaways": _between(45, target * 0.035, 120),
        "next": _between(35, target * 0.025, 100),
        "references": 45,
    }
    for_topics = (target - sum(frame.values())) / len(brief.topics)
    summary = words["summary"]
    before = [
        Piece("objectives", "objectives", *_twice(words["learning_objectives"]), frame["objectives"]),
        Piece("introduction", "introduction", *_twice(words["introduction"]), frame["introduction"]),
    ]
    parts = [
        Piece(
            f"topic {number}/{part}", "part", one_line(topic), words[part], round(for_topics * share), number
        )
        for number, topic in enumerate(brief.topics, 1)
        for part, share in zip(TOPIC_PARTS, TOPIC_SHARES, strict=True)
    ]
    after = [
        Piece("summary", "summary", *_twice(summary), frame["summary"]),
        Piece("takeaways", "takeaways", summary, words["key_takeaways"], frame["takeaways"]),
        Piece("next", "next", summary, words["whats_next"], frame["next"]),
        Piece("references", "references", *_twice(words["references"]), frame["references"]),
    ]
    return (*before, *parts, *after)


def assemble(brief: LessonBrief, written: Mapping[str, str], figures: Mapping[int, str]) -> str:
    """A lesson from its pieces; those that are not written leave their heading bare, for the checks to find.

    Args:
        written: the pieces' texts by their keys.
        figures: the description of each topic's figure, by the topic's number.
    """
    blocks = [lesson_format(brief).title_line]
    section = None
    for piece in list_pieces(brief):
        if (piece.section, piece.topic) != section:
            section = (piece.section, piece.topic)
            blocks.append(f"## {piece.section}")
        if piece.heading != piece.section or piece.kind == "part":
            blocks.append(f"### {piece.heading}")
        if text := written.get(piece.key, "").strip():
            blocks.append(text)
        if piece.topic is not None and piece.key.endswith(TOPIC_PARTS[0]) and piece.topic in figures:
            blocks.append(f"[VISUAL: 00-00-0000 - {figures[piece.topic]}]")
    text = "\n\n".join(blocks) + "\n"
    return number_lesson(text, brief.module_number, brief.lesson_number, brief.language)


def describe_figure(brief: LessonBrief, topic: str) -> str:
    """A figure's description from the outline alone, in the language's own words for a topic's parts.

    It has 10 to 20 words whatever the length of the titles.
    """
    parts = ", ".join(brief.language.lesson[part].lower() for part in TOPIC_PARTS)
    return fit_description(f"{topic}: {parts}; {brief.title}; {brief.module_title}; {brief.course_title}")


def fit_description(text: str, padding: str = "") -> str:
    """`text` within the words that a figure's description may have, as far as it and `padding` give them."""
    # Brackets would end the tag.
    words = re.sub(r"[\[\]<>`*_|]", " ", text).split()
    if len(words) < FEWEST_VISUAL_WORDS:
        words += re.sub(r"[\[\]<>`*_|]", " ", padding).split()
    # Titles hold hyphens and slashes that may be counted as one word or as two: keep clear of both ends.
    return " ".join(words[: MOST_VISUAL_WORDS - 3]).rstrip(" ,;:-–—")


def _between(least: float, value: float, most: float) -> int:
    return round(max(least, min(value, most)))


def _twice(heading: str) -> tuple[str, str]:
    return heading, heading
