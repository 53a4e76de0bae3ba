"""Sentences made from the outline, for what the embedded model gave nothing usable for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coursewright.lessons.demonstration_prose import in_sentence

_SENTENCES: Mapping[str, str] = {
    "introduction": (
        "{title} belongs to {module}. The subject is made up of {topics}. Each of them is shown first as an "
        "idea, then in detail and then in use at work."
    ),
    "concept_overview": (
        "{topic} is one of the subjects that make up {title}. To understand {topic}, it helps to ask what it "
        "is for, what it consists of and what would be missing without it."
    ),
    "technical_details": (
        "The details of {topic} follow from its purpose within {title}. It is worth looking at each part of "
        "{topic} on its own first, and at how the parts work together afterwards."
    ),
    "practical_application": (
        "At work, {topic} is met wherever {title} plays a part. A good way to practise {topic} is to take a "
        "small case, to do it step by step, and to write down what was observed."
    ),
    "summary": (
        "{title} was shown through {topics}. Together they give a picture of the whole that can be tried out "
        "at work."
    ),
    "takeaways": "{topic} is understood best through a small case of one's own.",
    "next": (
        "From here, {title} leads on to practice. A small case from daily work is enough to try out "
        "{topics}, and to compare the result with what was expected."
    ),
}


def sentences_from_outline(
    name: str, *, title: str, module: str, topics: Sequence[str], topic: str
) -> tuple[str, ...]:
    """The sentences for a piece.

    Args:
        name: the piece's, such as ``technical_details``.
        topic: the one that the piece is about.
    """
    text = _SENTENCES[name].format(
        title=in_sentence(title),
        module=in_sentence(module),
        topics=join_titles([in_sentence(one) for one in topics[:4]]),
        topic=in_sentence(topic),
    )
    return tuple(f"{part[:1].upper()}{part[1:]}" for part in re.split(r"(?<=\.)\s+(?=[A-Z{])", text))


def join_titles(titles: Sequence[str]) -> str:
    """Titles as a list within a sentence."""
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
