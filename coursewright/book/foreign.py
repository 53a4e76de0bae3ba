"""Which paragraphs of a book are in another language, told by the small words that each language repeats.

A language's data file lists them (``book.function_words``). Counting them is exact enough for a mark that
tells a screen reader how to pronounce a passage, and costs next to nothing for a whole book.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from coursewright.languages import language_codes, load_language

MIN_WORDS = 8
"""A shorter passage is never marked: names and terms would be taken for another language."""

_WORD = re.compile(r"[^\W\d_]+")


def guess_foreign(code: str) -> Callable[[str], str | None]:
    """A function that gives the language of a text where it is clearly another than `code`, else None."""
    own = _function_words(code)
    others = {other: _function_words(other) for other in language_codes() if other != code}

    def guess(text: str) -> str | None:
        words = _WORD.findall(text.lower())
        if len(words) < MIN_WORDS:
            return None
        home = sum(word in own for word in words)
        scores = {other: sum(word in known for word in words) for other, known in others.items()}
        best = max(scores, key=lambda other: scores[other], default=None)
        if best and scores[best] >= max(0.2 * len(words), 2 * home + 2):
            return best
        return None

    return guess


@cache
def _function_words(code: str) -> frozenset[str]:
    return frozenset(load_language(code).book.get("function_words", "").split())
