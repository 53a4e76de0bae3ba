"""The names of a guide's headings and labels, in every language, and what each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from coursewright.languages import Language, language_codes, load_language
from coursewright.lessons.format import plain_title
from coursewright.lessons.parse import bare_title

SECTIONS = (
    "metadata",
    "overview",
    "learning_objectives",
    "prerequisites",
    "lab_environment",
    "steps",
    "validation",
    "troubleshooting",
    "cleanup",
    "summary",
    "references",
)
"""Keys of the H2s, in order."""

STEP_PARTS = ("objective", "instructions", "expected_output", "verification")
ISSUE_PARTS = ("symptoms", "cause", "solution")

ALIKE = 88.0
"""The likeness, of 100, from which a heading is a misspelling of a known one."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label that opens a part of a step or of an issue.

    Attributes:
        key: such as ``expected_output``.
        written: as it stands in the text.
        rest: what follows it on its line.
    """

    key: str
    written: str
    rest: str


def section_key(title: str, language: Language) -> str:
    """The key of the section that an H2's title names, in any language; empty where it names none."""
    from rapidfuzz import fuzz

    plain = plain_title(bare_title(title))
    if key := _names(SECTIONS, language.code).get(plain, ""):
        return key
    scored = [(fuzz.ratio(plain, plain_title(language.lab[key])), key) for key in SECTIONS]
    score, key = max(scored)
    return key if score >= ALIKE else ""


def read_label(line: str, parts: Sequence[str], language: Language) -> Label | None:
    """The label that a line opens with, in bold, as a heading or with a colon; None where it has none."""
    match = _LABELLED.match(line)
    if match is None:
        return None
    name = (match["bold"] or match["heading"] or match["plain"] or "").strip().rstrip(":").strip()
    key = _names(tuple(parts), language.code).get(plain_title(name), "")
    return Label(key, name, (match["rest"] or "").strip()) if key else None


def read_numbered(title: str, kind: str, language: Language) -> tuple[int | None, str] | None:
    """Number and title of a step's or an issue's heading; None where its title does not say that it is one.

    Args:
        kind: ``step`` or ``issue``.
    """
    match = _numbered(kind).match(title.strip())
    if match is None:
        return None
    return (int(match["number"]) if match["number"] else None), match["title"].strip(" *_:.-–—")


def own_name(key: str, language: Language) -> str:
    """What the language calls a section or a part."""
    return language.lab[key]


_LABELLED = re.compile(
    r"[ \t]{0,3}(?:(?:[-*+]|\d{1,2}[.)])[ \t]+)?"
    r"(?:(?P<mark>\*\*|__)(?P<bold>[^*_\n]{2,60}?)[ \t]*:?[ \t]*(?P=mark)[ \t]*:?"
    r"|\#{4,6}[ \t]+(?:\*\*|__)?(?P<heading>[^\n*_]{2,60}?)(?:\*\*|__)?[ \t]*:?[ \t]*(?=$)"
    r"|(?P<plain>[^\W\d_][^\n:*_`]{1,40}):(?=[ \t]|$))"
    r"(?P<rest>.*)$"
)


@cache
def _names(keys: tuple[str, ...], code: str) -> Mapping[str, str]:
    """Plain names to keys: those of the language itself go before others', real names before further ones."""
    names: dict[str, str] = {}
    codes = (code, *(other for other in language_codes() if other != code))
    for source in codes:
        words = load_language(source).lab
        for key in keys:
            names.setdefault(plain_title(words[key]), key)
        for key in keys:
            for name in words[f"also_{key}"].split("|"):
                names.setdefault(plain_title(name), key)
    return names


@cache
def _numbered(kind: str) -> re.Pattern[str]:
    words = {
        name
        for code in language_codes()
        for name in (load_language(code).lab[kind], *load_language(code).lab[f"also_{kind}"].split("|"))
    }
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(
        rf"(?:\*\*|__)?(?:{alternatives})[ \t]*#?(?P<number>\d{{1,2}})?(?:[.]\d{{1,2}})?[ \t]*"
        rf"(?:[:.)–—-]+[ \t]*|$)(?P<title>.*)$",
        re.IGNORECASE,
    )
