"""From words to tokens: what a text of so many words takes of a model's output."""

from __future__ import annotations

import math

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.target import PASSABLE_SHARE
from coursewright.models.base import Message, Model
from coursewright.models.tokens import estimate_prompt_tokens

TOKENS_PER_WORD = {"en": 1.5}
TOKENS_PER_WORD_ELSEWHERE = 2.0
"""Markdown's marks, code and links included. Tokenizers give English 1.3 tokens a word of plain prose, and
Spanish or Portuguese 1.6 to 1.8."""

ROOM = 800
"""Output tokens beyond the text's own, for addresses, tags and what a model says before it begins."""


def tokens_for(words: float, brief: LessonBrief) -> int:
    """How many tokens so many words of a lesson take in the course's language, roughly."""
    return math.ceil(words * TOKENS_PER_WORD.get(brief.language.code, TOKENS_PER_WORD_ELSEWHERE))


def lesson_tokens(brief: LessonBrief, model: Model | None, messages: tuple[Message, ...]) -> int:
    """The most that a whole lesson may take: the longest that passes the checks, within the model's room."""
    most = tokens_for(brief.target_words * PASSABLE_SHARE[1], brief) + ROOM
    if model is None:
        return most
    most = min(most, model.max_output_tokens)
    if model.context_tokens is not None:
        # The client refuses a prompt that leaves no room; here only the reply is fitted to what is left.
        most = min(most, max(ROOM, model.context_tokens - estimate_prompt_tokens(messages)))
    return most
