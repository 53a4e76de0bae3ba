"""The format of a lesson, stated once, and the rules that a model is told of it."""

from __future__ import annotations

import re

import pytest
from servers.lesson_text import make_brief

from coursewright.lessons.format import format_rules, lesson_format, plain_title, skeleton


def test_the_sections_are_those_of_the_contract_in_order() -> None:
    form = lesson_format(make_brief("es"))
    assert form.title_line == "# Lección 1.2: Mantener los servicios"
    assert [(section.title, section.parts) for section in form.sections] == [
        ("Objetivos de Aprendizaje", ()),
        ("Introducción", ()),
        (
            "Comprobaciones de salud",
            ("Visión General del Concepto", "Detalles Técnicos", "Aplicación Práctica"),
        ),
        (
            "Despliegues graduales",
            ("Visión General del Concepto", "Detalles Técnicos", "Aplicación Práctica"),
        ),
        ("Resumen", ("Puntos Clave", "Próximos Pasos")),
        ("Referencias Bibliográficas", ()),
    ]


def test_english_has_the_headings_of_the_contract() -> None:
    brief = make_brief("en", topics=("A",))
    assert re.findall(r"^#+ (.*)$", skeleton(brief), re.MULTILINE)[1:] == [
        "Learning Objectives",
        "Introduction",
        "A",
        "Concept Overview",
        "Technical Details",
        "Practical Application",
        "Summary",
        "Key Takeaways",
        "What's Next",
        "Bibliographic References",
    ]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_rules_name_headings_words_verbs_and_language(language: str) -> None:
    brief = make_brief(language)
    rules = format_rules(brief)
    for section in lesson_format(brief).sections:
        assert f"## {section.title}\n" in rules + "\n"
    assert f"about {brief.target_words} words" in rules
    assert brief.language.english_name in rules
    for level in brief.bloom_levels:
        assert all(verb in rules for verb in brief.language.bloom_verbs[level][:5])


def test_given_objectives_are_to_be_copied() -> None:
    rules = format_rules(make_brief("es", objectives=("Explicar A", "Usar B", "Usar C")))
    assert "word for word" in rules and "  - Explicar A\n  - Usar B\n  - Usar C" in rules


def test_a_demonstration_is_told_to_cite_nothing() -> None:
    rules = format_rules(make_brief("en", demonstration=True))
    assert "No references: demonstration." in rules and "https://" not in rules


def test_a_title_of_several_lines_becomes_one() -> None:
    assert lesson_format(make_brief("en", title="A\n  B")).title_line == "# Lesson 1.2: A B"


def test_titles_are_compared_without_case_marks_and_punctuation() -> None:
    assert plain_title("**What’s  Next:**") == plain_title("what's next")
    assert plain_title("¿Qué es MCP?") == "qué es mcp"
    assert plain_title("C#") != plain_title("C")
