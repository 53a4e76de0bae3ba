"""How much a guide may take of a model's output."""

from __future__ import annotations

import math

from coursewright.labs.brief import LabBrief
from coursewright.lessons.length import ROOM, tokens_for
from coursewright.models.base import Message, Model
from coursewright.models.tokens import estimate_prompt_tokens

WORDS_A_STEP = 260
"""A step with its four parts and its code, at most."""
WORDS_BESIDE = 1_400
"""All other sections together, at most."""


def lab_words(brief: LabBrief) -> int:
    """The most words that a guide of this complexity has, code included."""
    return WORDS_BESIDE + WORDS_A_STEP * brief.most_steps


def lab_tokens(brief: LabBrief, model: Model | None, messages: tuple[Message, ...]) -> int:
    """The most that a whole guide may take, within the model's room.

    Code and commands take more tokens a word than prose does.
    """
    most = math.ceil(tokens_for(lab_words(brief), brief.as_lesson) * 1.3) + ROOM
    if model is None:
        return most
    most = min(most, model.max_output_tokens)
    if model.context_tokens is not None:
        most = min(most, max(ROOM, model.context_tokens - estimate_prompt_tokens(messages)))
    return most
