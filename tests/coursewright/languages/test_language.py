"""The language files: complete, and all that a language takes."""

from __future__ import annotations

import re

import pytest

from coursewright.bloom import BloomLevel
from coursewright.errors import SettingsError
from coursewright.languages import Language, language_codes, load_language

CODES = language_codes()

# The verbs that objectives have always been held to, by level.
VERBS = {
    "en": (
        "define list identify name recall recognize",
        "describe explain summarize interpret classify",
        "implement execute use demonstrate solve",
        "compare differentiate examine investigate distinguish",
        "assess critique judge justify recommend",
        "design develop construct produce compose",
    ),
    "es": (
        "definir listar identificar nombrar recordar reconocer",
        "describir explicar resumir interpretar clasificar",
        "implementar ejecutar usar demostrar resolver",
        "comparar diferenciar examinar investigar distinguir",
        "evaluar criticar juzgar justificar recomendar",
        "diseñar desarrollar construir producir componer",
    ),
}


@pytest.fixture(params=CODES)
def language(request: pytest.FixtureRequest) -> Language:
    return load_language(request.param)


def test_english_spanish_and_portuguese_ship() -> None:
    assert {"en", "es", "pt"} <= set(CODES)


@pytest.mark.parametrize("part", ["lesson", "lab"])
def test_every_language_has_the_same_words(language: Language, part: str) -> None:
    words = getattr(language, part)
    assert set(words) == set(getattr(load_language("en"), part))
    assert all(isinstance(word, str) and word.strip() == word and word for word in words.values())


def test_every_language_says_what_the_checks_look_for(language: Language) -> None:
    assert set(language.other) == set(load_language("en").other)
    assert set(language.other["heading_aliases"]) == set(load_language("en").other["heading_aliases"])
    for key, value in language.other.items():
        if key in ("heading_aliases", "common_words", "thinking_labels"):
            continue
        for pattern in value:
            assert not re.compile(pattern, re.IGNORECASE).match(""), (key, pattern)


def test_every_level_has_names_and_verbs(language: Language) -> None:
    for level in BloomLevel:
        assert language.bloom_names[level]
        assert len(language.bloom_verbs[level]) >= 15
        for verb in (*language.bloom_verbs[level], *language.bloom_forms[level]):
            assert verb == verb.lower() and isinstance(verb, str)


@pytest.mark.parametrize("code", VERBS)
def test_the_verbs_that_objectives_are_held_to_are_there(code: str) -> None:
    for level, verbs in zip(BloomLevel, VERBS[code], strict=True):
        assert set(verbs.split()) <= set(load_language(code).bloom_verbs[level])


def test_headings_of_a_language_differ_from_each_other(language: Language) -> None:
    headings = {key: word for key, word in language.lesson.items() if key not in ("lesson", "chapter")}
    assert len(set(headings.values())) == len(headings)


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no language 'xx'; known are en, es, pt"):
        load_language("xx")
