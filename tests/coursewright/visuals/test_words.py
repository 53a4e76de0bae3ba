"""Alt texts and long descriptions hold all that the figure shows, in the course's language."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from servers.random_figures import random_figure

from coursewright.languages import language_codes, load_language
from coursewright.visuals.drawing.numbers import write_number
from coursewright.visuals.read import read_description
from coursewright.visuals.words import alt_text, long_description

CORPUS = Path(__file__).parents[2] / "corpus" / "figures"
FIGURES = {
    f"{language}/{name}": (language, description)
    for language in ("en", "es")
    for name, description in json.loads((CORPUS / f"{language}.json").read_text("utf-8")).items()
}


def told(value: Any, language: str, key: str = "") -> Iterator[str]:
    """Everything in a description that a reader of the drawing can see, but for title and purpose."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from told(inner, language, name)
    elif isinstance(value, list):
        for inner in value:
            yield from told(inner, language, key)
    elif key == "values":
        yield write_number(value, language)
    elif key in {"label", "detail", "when", "points", "criteria", "categories", "unit"} and value:
        yield " ".join(str(value).split())


@pytest.mark.parametrize("name", FIGURES)
def test_every_label_and_number_is_in_the_long_description(name: str) -> None:
    language, description = FIGURES[name]
    words = long_description(read_description(description), load_language(language))
    assert [text for text in told(description, language) if text not in words] == []


@pytest.mark.parametrize(
    "name", [n for n, (_, d) in FIGURES.items() if d["kind"] in ("flow", "architecture")]
)
def test_every_arrow_is_told_with_both_its_ends(name: str) -> None:
    language, description = FIGURES[name]
    lines = long_description(read_description(description), load_language(language)).splitlines()
    labels = {node["id"]: node["label"] for node in description["nodes"]}
    for edge in description["edges"]:
        assert any(
            line.index(labels[edge["from"]]) < line.rindex(labels[edge["to"]])
            for line in lines
            if labels[edge["from"]] in line and labels[edge["to"]] in line and edge.get("label", "") in line
        ), edge


def test_random_figures_are_told_whole_in_every_language() -> None:
    for seed in range(120):
        description = random_figure(random.Random(seed))
        figure = read_description(description)
        for code in language_codes():
            words = long_description(figure, load_language(code))
            assert all(text in words for text in told(description, code)), (seed, code)
            assert "{" not in words


def test_the_alt_text_is_the_purpose_as_a_sentence() -> None:
    figure = read_description({**FIGURES["en/cycle-pdca"][1], "purpose": "Shows four phases"})
    assert alt_text(figure, load_language("en")) == "Shows four phases."


def test_every_language_has_the_same_sentences_with_the_same_places() -> None:
    def places(code: str) -> dict[str, set[str]]:
        words = load_language(code).figure
        return {
            key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in words.items()
        }

    assert (
        len(
            {json.dumps(sorted((k, sorted(v)) for k, v in places(code).items())) for code in language_codes()}
        )
        == 1
    )


def test_spanish_joins_with_e_before_the_sound_of_i() -> None:
    description = {
        "kind": "comparison",
        "title": "T",
        "purpose": "Compara dos cosas.",
        "subjects": [{"label": "Datos", "points": ["uno"]}, {"label": "Infraestructura", "points": ["dos"]}],
    }
    words = long_description(read_description(description), load_language("es"))
    assert words.startswith("Una comparación de «Datos» e «Infraestructura».")


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (22400, "es", "22 400"),
        (22400, "en", "22 400"),
        (9100, "es", "9100"),
        (0.5, "es", "0,5"),
        (0.5, "en", "0.5"),
        (-35, "es", "−35"),
        (1e11, "en", "100 000 000 000"),
        (12345.678, "en", "12 345.678"),
        (1234567.891, "pt", "1 234 567,891"),
        (0.00001, "es", "0,00001"),
        (-0.0, "es", "0"),
    ],
)
def test_numbers_are_written_as_the_language_does(value: float, language: str, written: str) -> None:
    assert write_number(value, language) == written.replace(" ", "\u202f")
