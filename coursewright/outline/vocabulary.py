"""Names of languages and of Bloom's levels, in every language that has a data file."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from coursewright.bloom import BloomLevel
from coursewright.languages import language_codes, load_language
from coursewright.outline.folding import fold

_ENGLISH = {fold(level.name): level for level in BloomLevel}


def find_bloom_level(word: str, language: str | None = None) -> BloomLevel | None:
    """The level that `word` names, without regard to case and accents.

    Args:
        language: tried before the others, so that their data files are not read in vain.
    """
    name = fold(word)
    if name in _ENGLISH:
        return _ENGLISH[name]
    for code in sorted(_codes(), key=lambda code: code != language):
        if name in _levels_by_name(code):
            return _levels_by_name(code)[name]
    return None


def closest_bloom_name(word: str) -> str | None:
    """The name of a level that `word` was probably meant to be."""
    names = [name for code in _codes() for level in BloomLevel for name in _names(code, level)]
    return closest(word, names)


@cache
def known_bloom_levels(language: str | None) -> str:
    """Every level in English and in `language` or, where that is None, in all languages, for a message."""
    codes = [code for code in _codes() if code == language or language is None]
    levels = []
    for level in BloomLevel:
        english = level.name.capitalize()
        others = dict.fromkeys(name for code in codes if (name := _names(code, level)[0]) != english)
        levels.append(f"{english} ({', '.join(others)})" if others else english)
    return f"{', '.join(levels)}; up to three, with / between them"


def find_language(text: str) -> str | None:
    """The code of the language that `text` names: ``es``, ``es-MX``, ``Spanish``, ``Español``."""
    name = fold(text)
    primary = name.replace("_", "-").split("-")[0]
    return primary if primary in _codes() else _codes_by_name().get(name)


def closest_language(text: str) -> str | None:
    """The code of the language that `text` was probably meant to name."""
    name = closest(text, _codes_by_name())
    return _codes_by_name()[name] if name else None


def known_languages() -> str:
    """All languages, for a message: ``en (English), es (español)``."""
    return ", ".join(f"{code} ({load_language(code).name})" for code in _codes())


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be."""
    by_folded = {fold(name): name for name in known}
    found = get_close_matches(fold(word[:60]), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def _names(code: str, level: BloomLevel) -> tuple[str, ...]:
    return load_language(code).bloom_names[level]


@cache
def _codes() -> tuple[str, ...]:
    return language_codes()


@cache
def _levels_by_name(code: str) -> dict[str, BloomLevel]:
    return {fold(name): level for level in BloomLevel for name in _names(code, level)}


@cache
def _codes_by_name() -> dict[str, str]:
    languages = [load_language(code) for code in _codes()]
    return {fold(name): one.code for one in languages for name in (one.code, one.name, one.english_name)}
