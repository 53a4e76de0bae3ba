"""How many tokens a text has, roughly, before any provider has counted them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from coursewright.models.base import Message, Request, Usage

CHARACTERS_PER_TOKEN = 3.5
"""Providers' rule of thumb for English is 4, and Spanish takes more tokens for the same length. Lessons have
4.8 in English and 2.9 in Spanish with the embedded model's tokenizer, which knows only English."""

CHARACTERS_PER_TOKEN_AT_MOST = 8
"""No tokenizer in use packs more characters of prose into a token, on the average of a prompt."""

TOKENS_PER_MESSAGE = 6
"""The marks that chat templates put around a turn."""

FIRST_IDEOGRAPH = "\u2e80"


_MOST_COUNTED = 10**12
"""No answer has as many; a number beyond it is a fault of the server."""


def read_count(told: object) -> int:
    """A number of tokens as a server tells it; 0 where that is no number of tokens.

    An answer is not lost for a wrong count beside it: it was paid for.
    """
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) <= len(str(_MOST_COUNTED)):
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return 0
    return int(told) if 0 <= told <= _MOST_COUNTED else 0


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text from its characters; for English rather too many than too few.

    Scripts without spaces between words (Chinese, Japanese, Korean) count one token a character.
    """
    dense = sum(1 for character in text if character >= FIRST_IDEOGRAPH)
    return math.ceil((len(text) - dense) / CHARACTERS_PER_TOKEN) + dense


def estimate_prompt_tokens(messages: Iterable[Message]) -> int:
    """Estimate the tokens of all turns, with the marks around them."""
    return sum(estimate_tokens(message.text) + TOKENS_PER_MESSAGE for message in messages)


def estimate_request_tokens(request: Request) -> int:
    """Estimate the input tokens of a request: all turns, and the schema that providers count with them."""
    schema = json.dumps(request.json_schema) if request.json_schema else ""
    return estimate_prompt_tokens(request.messages) + estimate_tokens(schema)


def fewest_prompt_tokens(messages: Iterable[Message]) -> int:
    """The number of tokens that a prompt cannot have less of; a smaller count means that it was cut."""
    return sum(len(message.text) for message in messages) // CHARACTERS_PER_TOKEN_AT_MOST


SMALLEST_REPLY = 256
"""Tokens; below this a reply holds nothing worth asking for."""


def fit_output(request: Request, most: int, context: int | None) -> int | None:
    """The most tokens that may be answered where input and output share a context; None where none is left.

    Args:
        most: what one reply may hold, whatever the context.
        context: what input and output may have together, or None where that is not known.
    """
    limit = min(request.max_output_tokens, most)
    if context is None:
        return limit
    room = context - estimate_prompt_tokens(request.messages)
    return None if room < min(limit, SMALLEST_REPLY) else min(limit, room)


def usage_at_most(request: Request, max_output_tokens: int) -> Usage:
    """What one try of a request may use at most: its input and its allowed output."""
    return Usage(estimate_request_tokens(request), min(request.max_output_tokens, max_output_tokens))
