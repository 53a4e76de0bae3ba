"""Figures are lettered and told in the course's language; what is not is sent back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coursewright.languages import load_language
from coursewright.visuals.foreign import find_foreign
from coursewright.visuals.read import read_description, read_plan

CORPUS = Path(__file__).parents[2] / "corpus" / "figures"
FIGURES: dict[str, dict[str, Any]] = {
    code: json.loads((CORPUS / f"{code}.json").read_text("utf-8")) for code in ("en", "es")
}


@pytest.mark.parametrize("code", FIGURES)
def test_no_figure_of_the_corpus_is_taken_for_foreign(code: str) -> None:
    found = {
        name: faults
        for name, description in FIGURES[code].items()
        if (faults := find_foreign(read_description(description), load_language(code)))
    }
    assert found == {}


@pytest.mark.parametrize(("code", "other", "most"), [("es", "en", 0), ("en", "es", 3)])
def test_figures_in_the_other_language_are_seen(code: str, other: str, most: int) -> None:
    missed = [
        name
        for name, description in FIGURES[code].items()
        if not find_foreign(read_description(description), load_language(other))
    ]
    assert len(missed) <= most, missed


def test_the_fault_says_what_to_write_in_which_language() -> None:
    (fault, *_) = find_foreign(read_description(FIGURES["en"]["flow-decision"]), load_language("es"))
    assert fault == "title and purpose: are in English; write them in Spanish"
    foreign = {**FIGURES["es"]["flujo-decision"], "nodes": FIGURES["en"]["flow-decision"]["nodes"]}
    foreign["edges"] = FIGURES["en"]["flow-decision"]["edges"]
    (fault,) = find_foreign(read_description(foreign), load_language("es"))
    assert fault == "labels: are in English; write every label in Spanish"


def test_names_in_english_and_an_illustrations_prompt_make_no_figure_foreign() -> None:
    spanish = load_language("es")
    names = [
        "API gateway",
        "Load balancer",
        "Web application firewall",
        "Key management service",
        "Data lake",
    ]
    nodes = [{"id": str(i), "label": name} for i, name in enumerate(names)]
    figure = {
        "kind": "architecture",
        "title": "Servicios de la plataforma",
        "purpose": "Muestra por qué servicios pasa una petición.",
        "nodes": nodes,
        "edges": [{"from": "0", "to": "1"}],
    }
    assert find_foreign(read_description(figure), spanish) == ()
    picture = {
        "kind": "illustration",
        "title": "La sala de control",
        "purpose": "Muestra la sala en la que se vigila la red.",
        "prompt": "A quiet control room at night, seen from the door, blue light, photograph",
    }
    assert find_foreign(read_plan(picture), spanish) == ()
