"""A title's own number and label ("1.1", "Capítulo 1 · Módulo 2."), told from a title's text.

The program gives numbers itself, so a number in the title would show twice. What could be part of the
title's meaning stays: "5G", "802.11 networks", "2.4 GHz", "7 habits", "1:1 meetings", "Part 2: …",
"Week 1: …". A label is told from the title's words alone, never from its place: moving a lesson must not
change its title.
"""

from __future__ import annotations

import re
from functools import cache

LABEL_WORDS = (
    *("chapter", "module", "lesson", "unit", "section", "session", "topic"),
    *("capítulo", "capitulo", "módulo", "modulo", "lección", "leccion", "unidad", "sección", "seccion"),
    *("sesión", "sesion", "tema", "bloque", "lição", "licao", "aula", "unidade", "seção", "secao", "sessão"),
    *(r"chap\.", r"ch\.", r"cap\.", r"mod\.", r"lec\.", r"secc?\."),
)
"""Words that number a part of a course. Others ("part", "week", "step", "level") often carry meaning."""

_ROMAN = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})"
_COUNT = rf"(?:[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,3}}|{_ROMAN}\b)(?![0-9\w%])"
_NUMBER_SIGN = r"(?:#|n[.º°]+\s?o?\.?|no\.|núm\.|num\.)?\s?"
_SEPARATOR = r"(?:\s*(?:\.\s?[-–—]|[.:)·•|/])(?=\s)|\s*[.:)·•|]?\s*[-–—](?=\s)|\s*[·•|—])"
_CASED = "[A-ZÀ-ÖØ-ÞŒŠŽ¿¡]"

_MAX_LABELS = 30
"""Labels that are taken off one title; "Capítulo 1 · Módulo 2. 2.1 …" has three."""

_DOTTED = re.compile(
    rf"(?P<number>[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,2}})(?P<separator>{_SEPARATOR}\s*|\.?\s+)(?P<rest>\S.*)"
)
_SINGLE = re.compile(
    r"\(?(?P<number>[0-9]{1,2})"
    r"(?P<separator>\s*(?:\.\s?[-–—]|[).:·•|])\s+|\s+[-–—·•|]\s+)"
    r"(?P<rest>\S.*)"
)
_GLUED = re.compile(rf"[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,2}}[.)](?P<rest>{_CASED}\w*[a-zà-ÿ].*)")
_ZERO = re.compile(r"0[0-9]\s+(?P<rest>\S.*)")
_ROMAN_NUMBER = re.compile(rf"{_ROMAN}\s*(?:\.\s?[-–—]|[.)])\s+(?P<rest>{_CASED}.*)")

_CONNECTIVE = re.compile(r"(?:vs\.?|versus|y|and|or|o|e|u|a|to|de|of|al|en|in|x|por|por ciento|percent)\s")
_UNIT = re.compile(
    r"(?:[kMGT]?Hz|[nµmck]?m|[mk]?g|[mc]?l|[mk]V|[mkM]W|[kM]Wh|mA|[KkMGT]i?[Bb]|[KkMGT]bps|[KkMGT]b/s|"
    r"[°º]\s?[CF]|%|€|\$|£|USD|EUR|h|s|ms|min|"
    r"hours?|horas?|minut(?:es?|os?)|seconds?|segundos?|years?|años?|days?|días?|times|veces|"
    r"mil|thousand|million(?:es)?|millón|millones|billion|pulgadas|inch(?:es)?)(?![\w-])"
)
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?![\w.])")


def strip_label(title: str, extra_words: tuple[str, ...] = ()) -> str:
    """The title without its leading labels and numbers; as it is where it is nothing but that.

    Args:
        extra_words: more words that number a part of a course, such as a language's own.
    """
    return _strip(title, _label_pattern(extra_words))


def strip_number(title: str) -> str:
    """The title without a leading bare number ("1.1 …"); labels ("Práctica 3: …") stay."""
    return _strip(title, None)


def _strip(title: str, label: _LabelPattern | None) -> str:
    whole = title = " ".join(title.split())
    for _ in range(_MAX_LABELS):
        rest = label.strip(title) if label else None
        if rest is None:
            rest = _strip_bare_number(title)
        if rest is None:
            return title
        if not re.search(r"\w", rest) or (label and label.is_all_of(rest)):
            return whole
        title = rest
    return title


class _LabelPattern:
    """Recognises a word such as "Módulo" with its number."""

    def __init__(self, words: tuple[str, ...]) -> None:
        alternatives = "|".join(sorted(words, key=len, reverse=True))
        start = rf"(?P<word>(?i:{alternatives}))\s*(?i:{_NUMBER_SIGN})(?P<number>{_COUNT})"
        self._separated = re.compile(rf"{start}(?:{_SEPARATOR})\s*(?P<rest>\S.*)")
        # "Module 1 Introduction": without a separator only where the next word begins like a title's, since
        # "Chapter 11 bankruptcy" and "Section 508 Compliance" are titles.
        modules = "(?i:module|lesson|m[óo]dulo|lecci[óo]n|li[çc][ãa]o)"
        self._spaced = re.compile(
            rf"(?:{modules}\s+[0-9]{{1,2}}|(?i:{alternatives})\s+[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,2}})"
            rf"\s+(?P<rest>{_CASED}.*)"
        )
        self._alone = re.compile(rf"{start}\W*")

    def strip(self, title: str) -> str | None:
        """What follows the label; None where there is none."""
        found = self._separated.fullmatch(title) or self._spaced.fullmatch(title)
        return found["rest"] if found else None

    def is_all_of(self, title: str) -> bool:
        """Whether the title is nothing but a label."""
        return self._alone.fullmatch(title) is not None


@cache
def _label_pattern(extra_words: tuple[str, ...]) -> _LabelPattern:
    return _LabelPattern((*LABEL_WORDS, *map(re.escape, extra_words)))


def _strip_bare_number(title: str) -> str | None:
    if found := _DOTTED.fullmatch(title):
        spaced = not re.search(r"[:)·•|—–-]", found["separator"])
        if spaced and (_CONNECTIVE.match(found["rest"]) or _UNIT.match(found["rest"])):
            return None
        return found["rest"]
    if found := _SINGLE.fullmatch(title):
        calculated = re.search(r"[–—-]", found["separator"]) and _PLAIN_NUMBER.match(found["rest"])
        counted = "." in found["separator"] and _CONNECTIVE.match(found["rest"])
        return None if calculated or counted else found["rest"]
    found = _GLUED.fullmatch(title) or _ZERO.fullmatch(title) or _ROMAN_NUMBER.fullmatch(title)
    return found["rest"] if found else None
