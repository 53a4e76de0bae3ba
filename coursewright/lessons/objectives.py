"""Learning objectives: which Bloom level the verb that opens one belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from coursewright.bloom import BloomLevel
from coursewright.languages import Language, load_language

_OPENING = re.compile(r"^(?:[\s*_`>•·-]|\[[ xX]\]|\d{1,2}[.)])+")


def opening_verb(objective: str, language: Language) -> tuple[str, frozenset[BloomLevel]]:
    """The verb that opens an objective, as it is written, and the levels it belongs to.

    Returns:
        Where no known verb opens it, its first word and no level.
    """
    text = _OPENING.sub("", objective)
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text)[:3]
    known = _levels_by_verb(language.code)
    for length in range(len(words), 0, -1):
        verb = " ".join(words[:length])
        if levels := known.get(verb.casefold()):
            return verb, levels
    return (words[0] if words else ""), frozenset()


@cache
def _levels_by_verb(code: str) -> Mapping[str, frozenset[BloomLevel]]:
    language = load_language(code)
    levels: dict[str, set[BloomLevel]] = {}
    for source in (language.bloom_verbs, language.bloom_forms):
        for level, verbs in source.items():
            for verb in verbs:
                levels.setdefault(verb.casefold(), set()).add(level)
    return {verb: frozenset(found) for verb, found in levels.items()}
