"""Nothing of a guide is half in another language, however short its sentences are."""

from __future__ import annotations

import itertools

import pytest
from servers.lab_text import good_lab, make_lab_brief, read_words

from coursewright.labs.brief import LabBrief
from coursewright.labs.checks import check_lab
from coursewright.labs.clean import clean_lab
from coursewright.languages import load_language

PAIRS = list(itertools.permutations(("en", "es", "pt"), 2))
SHORT = {
    "en": ("Get the folder ready.", "It works fine now.", "See that it runs well."),
    "es": ("Deja lista la carpeta.", "Ahora todo funciona bien.", "Mira que todo esté bien."),
    "pt": ("Deixe a pasta pronta.", "Agora tudo funciona bem.", "Veja se não há mais nada."),
}


def errors(text: str, brief: LabBrief) -> list[str]:
    found = check_lab(clean_lab(text, brief).text, brief)
    return [one.message for one in found if one.check == "language" and one.severity == "error"]


def swap(text: str, own: list[str], other: list[str]) -> str:
    for before, after in zip(own, other, strict=False):
        assert before in text
        text = text.replace(before, after)
    return text


# A dozen words of titles do not tell Spanish from Portuguese.
@pytest.mark.parametrize(("language", "other"), [pair for pair in PAIRS if "en" in pair])
@pytest.mark.parametrize("kind", ["steps", "issues"])
def test_titles_in_another_language_are_sent_back(language: str, other: str, kind: str) -> None:
    brief = make_lab_brief(language)
    own, strange = ([row[0] for row in read_words(code)[kind]] for code in (language, other))
    assert errors(swap(good_lab(brief), own, strange), brief)


@pytest.mark.parametrize(("language", "other"), PAIRS)
def test_short_sentences_in_another_language_are_told_together(language: str, other: str) -> None:
    brief, rows = make_lab_brief(language), read_words(language)["steps"]
    text = good_lab(brief)
    for part, sentence in zip((1, 3, 4), SHORT[other], strict=True):
        text = swap(text, [row[part] for row in rows], [sentence] * len(rows))
    assert errors(text, brief)


@pytest.mark.parametrize(("language", "other"), PAIRS)
def test_objectives_in_another_language_are_sent_back_unless_they_are_the_outlines(
    language: str, other: str
) -> None:
    strange = tuple(read_words(other)["objectives"])
    brief = make_lab_brief(language)
    assert errors(swap(good_lab(brief), read_words(language)["objectives"], list(strange)), brief)
    given = make_lab_brief(language, objectives=strange, given_objectives=len(strange))
    assert not errors(good_lab(given), given)


def test_what_programs_print_is_in_their_language() -> None:
    brief = make_lab_brief("es")
    outputs = [row[3] for row in read_words("es")["steps"]]
    text = swap(good_lab(brief), outputs, ["Server started on port 8000 and is ready."] * len(outputs))
    assert not errors(text, brief)


@pytest.mark.parametrize(("language", "other"), PAIRS)
def test_the_head_of_the_table_of_software_is_in_the_guides_language(language: str, other: str) -> None:
    brief, own, strange = make_lab_brief(language), load_language(language).lab, load_language(other).lab
    head = f"| {own['software']} | {own['version']} |"
    good = good_lab(brief)
    assert head in good
    text = good.replace(head, f"| {strange['software']} | {strange['version']} |")
    assert head in clean_lab(text, brief).text
    assert clean_lab(good, brief).text == clean_lab(text, brief).text
