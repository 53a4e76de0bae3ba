"""Names of languages and of Bloom's levels, in every language that has a data file."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from coursewright.bloom import BloomLevel
from coursewright.languages import language_codes, load_language
from coursewright.outline.folding import fold


@cache
def bloom_names() -> dict[str, tuple[str, BloomLevel]]:
    """Every name of a level as it is written, with the level, by its folded form."""
    names = {fold(level.name): (level.name.capitalize(), level) for level in BloomLevel}
    for code in language_codes():
        for level, written in load_language(code).bloom_names.items():
            for name in written:
                names.setdefault(fold(name), (name, level))
    return names


@cache
def language_names() -> dict[str, str]:
    """The code of every language by its folded code, own name and English name."""
    names: dict[str, str] = {}
    for code in language_codes():
        language = load_language(code)
        for name in (code, language.name, language.english_name):
            names[fold(name)] = code
    return names


def find_language(text: str) -> str | None:
    """The code of the language that `text` names: ``es``, ``es-MX``, ``Spanish``, ``Español``."""
    name = fold(text)
    primary = name.replace("_", "-").split("-")[0]
    if primary in language_codes():
        return primary
    return language_names().get(name)


def known_languages() -> str:
    """All languages, for a message: ``en (English), es (Español)``."""
    return ", ".join(f"{code} ({load_language(code).name})" for code in language_codes())


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be."""
    by_folded = {fold(name): name for name in known}
    found = get_close_matches(fold(word), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def find_bloom_level(word: str) -> BloomLevel | None:
    """The level that `word` names, in any language."""
    name = fold(word)
    try:
        return BloomLevel[name.upper()]
    except KeyError:
        found = bloom_names().get(name)
        return found[1] if found else None


def bloom_level_names() -> str:
    """The first name of every level in every language, for a message."""
    codes = [code for code in language_codes() if code != "en"]
    levels: list[str] = []
    for level in BloomLevel:
        names = [level.name.capitalize(), *(load_language(code).bloom_names[level][0] for code in codes)]
        levels.append("/".join(dict.fromkeys(names)))
    return f"{', '.join(levels)}; up to three, with “/” between them"
