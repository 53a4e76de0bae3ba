"""The program's numbers in a lesson."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.lesson_text import good_lesson, make_brief
from servers.rough_markdown import rough_markdown

from coursewright.languages import load_language
from coursewright.lessons.number import number_lesson, strip_numbers

SPANISH = load_language("es")


@pytest.mark.parametrize(
    ("line", "numbered"),
    [
        ("# Lesson 1.1: Redes", "# Lección 2.3: Redes"),
        ("# Lección 9.9: Redes", "# Lección 2.3: Redes"),
        ("# Lección 3.2 — Redes", "# Lección 2.3: Redes"),
        ("# Capítulo 1: Redes", "# Lección 2.3: Redes"),
        ("# Lección: Redes", "# Lección 2.3: Redes"),
        ("# **Lección 1.1: Redes**", "# Lección 2.3: Redes"),
        ("# 1.2 Redes", "# Lección 2.3: Redes"),
        ("# Redes", "# Lección 2.3: Redes"),
        ("# Redes #", "# Lección 2.3: Redes"),
        ("# 5G y más allá", "# Lección 2.3: 5G y más allá"),
        ("# 3 maneras de fallar", "# Lección 2.3: 3 maneras de fallar"),
        ("# Lecciones aprendidas", "# Lección 2.3: Lecciones aprendidas"),
        ("# Introducción a C#", "# Lección 2.3: Introducción a C#"),
        ("# Lección 1.1: 3.0, lo nuevo", "# Lección 2.3: 3.0, lo nuevo"),
    ],
)
def test_the_title_gets_its_number(line: str, numbered: str) -> None:
    assert number_lesson(f"{line}\n\ntexto", 2, 3, SPANISH) == f"{numbered}\n\ntexto"


@pytest.mark.parametrize(
    "tag",
    [
        "[VISUAL: el flujo]",
        "[VISUAL 1.1 - el flujo]",
        "[VISUAL: 01-01-0001: el flujo]",
        "[VISUAL: 01-01-0001 - el flujo]",
        "[VISUAL: 01_02_0003 – el flujo]",
        "[VISUAL: 01-01-0001 el flujo]",
        "[Visual #3: el flujo]",
        "[VISUAL: MM-LL-NNNN - el flujo]",
        "[VISUAL - el flujo]",
        r"\[VISUAL: el flujo\]",
    ],
)
def test_a_tag_gets_its_number_whatever_number_it_had(tag: str) -> None:
    assert number_lesson(f"# T\n\n{tag}", 1, 12, SPANISH).endswith("\n[VISUAL: 01-12-0001 - el flujo]")


@pytest.mark.parametrize(
    "description", ["3-tier architecture", "3 niveles", "802.11 - wifi", "2024-2025 en cifras"]
)
def test_a_description_that_starts_with_a_number_keeps_it(description: str) -> None:
    assert number_lesson(f"[VISUAL: {description}]", 1, 1, SPANISH) == f"[VISUAL: 01-01-0001 - {description}]"


def test_tags_count_in_order_and_code_is_left_alone() -> None:
    text = "[VISUAL: a]\n\n```text\n[VISUAL: b]\n# no title\n```\n\n[VISUAL: c]\n"
    numbered = (
        "[VISUAL: 01-02-0001 - a]\n\n```text\n[VISUAL: b]\n# no title\n```\n\n[VISUAL: 01-02-0002 - c]\n"
    )
    assert number_lesson(text, 1, 2, SPANISH) == numbered


def test_only_the_first_title_is_numbered() -> None:
    assert number_lesson("# A\n\n# B", 1, 1, SPANISH) == "# Lección 1.1: A\n\n# B"


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_lesson_without_its_numbers_is_the_same_wherever_it_stands(language: str) -> None:
    brief = make_brief(language)
    text = good_lesson(brief)
    places = [
        number_lesson(text, module, lesson, brief.language) for module, lesson in ((1, 1), (9, 12), (101, 3))
    ]
    assert len(set(places)) == 3
    assert len({strip_numbers(place) for place in places}) == 1


@given(rough_markdown())
def test_numbering_twice_changes_nothing(text: str) -> None:
    once = number_lesson(text, 3, 4, SPANISH)
    assert number_lesson(once, 3, 4, SPANISH) == once
    moved = number_lesson(once, 5, 6, SPANISH)
    assert strip_numbers(once) == strip_numbers(moved)
    assert number_lesson(moved, 3, 4, SPANISH) == once


@given(st.text())
def test_any_text_can_be_numbered(text: str) -> None:
    assert len(number_lesson(text, 1, 1, SPANISH)) >= 0
    assert strip_numbers(strip_numbers(text)) == strip_numbers(text)
