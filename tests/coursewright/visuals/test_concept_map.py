"""Maps of a section's own concepts: whole titles, all that it gives, and titles cut between words."""

from __future__ import annotations

from coursewright.languages import load_language
from coursewright.visuals.concept_map import map_concepts, place_topic
from coursewright.visuals.fields import MAX_LABEL
from coursewright.visuals.tags import Tag

SPANISH = load_language("es")
LONG = "Evasión y perturbaciones imperceptibles en sistemas de reconocimiento de imágenes"
TAG = Tag(
    "01-01-0001", "Datos de entrada, ruido que nadie ve; clase errónea", LONG, "Un **ejemplo adversario**."
)


def test_a_section_has_its_whole_title_and_its_terms_before_what_the_tag_names() -> None:
    figure = map_concepts(TAG, SPANISH)
    assert [node.label for node in figure.nodes] == [
        LONG,
        "ejemplo adversario",
        "Datos de entrada",
        "ruido que nadie ve",
        "clase errónea",
    ]


def test_a_title_that_is_too_long_is_cut_between_words_with_a_sign() -> None:
    for figure in (map_concepts(TAG, SPANISH), place_topic(TAG, "L", [LONG, "Otro tema"], SPANISH)):
        assert len(figure.title) <= MAX_LABEL
        kept = figure.title.removeprefix("Mapa de conceptos: ").removesuffix(" en esta lección")
        assert kept.endswith("…")
        assert LONG.startswith(f"{kept[:-1]} ")


def test_a_topic_stands_among_the_others_by_its_whole_title() -> None:
    figure = place_topic(TAG, "Una lección", [LONG, "Otro tema", "Resumen"], SPANISH)
    assert [(node.label, node.emphasis) for node in figure.nodes] == [
        ("Una lección", False),
        (LONG, True),
        ("Otro tema", False),
        ("ejemplo adversario", False),
    ]
