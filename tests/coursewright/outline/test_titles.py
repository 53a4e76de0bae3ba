"""A title's own number, told from a title that begins with a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.outline.labels import strip_label, strip_number


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1.1 Origen y evolución", "Origen y evolución"),
        ("1.1. Origen", "Origen"),
        ("1.1) Origen", "Origen"),
        ("1.1 - Origen", "Origen"),
        ("1.1.2 Origen", "Origen"),
        ("10.2 Creación de agentes", "Creación de agentes"),
        ("1.1 ¿Qué es una red?", "¿Qué es una red?"),
        ("3.1 A qué llamamos red", "A qué llamamos red"),
        ("1. Redes", "Redes"),
        ("1) Redes", "Redes"),
        ("(1) Redes", "Redes"),
        ("1.- Redes", "Redes"),
        ("1 - Redes", "Redes"),
        ("01 Redes", "Redes"),
        ("1.Redes", "Redes"),
        ("II. Redes", "Redes"),
        ("Capítulo 1: Redes", "Redes"),
        ("Capítulo 1 · Módulo 2. Redes", "Redes"),
        ("Módulo 2. Redes", "Redes"),
        ("MÓDULO 2: Redes", "Redes"),
        ("Módulo 2 Redes", "Redes"),
        ("Módulo II: Redes", "Redes"),
        ("Módulo n.º 2: Redes", "Redes"),
        ("Módulo 2. 2.1 Redes", "Redes"),
        ("Module 1 — Introduction & Setup", "Introduction & Setup"),
        ("Module 1—Introduction", "Introduction"),
        ("Module 1 | Introduction", "Introduction"),
        ("Lección 3 - Bucles", "Bucles"),
        ("Lección #3: Bucles", "Bucles"),
        ("Lesson 1.2: Loops", "Loops"),
        ("Lesson 1.2 Loops", "Loops"),
        ("Chapter 4. Trees", "Trees"),
        ("Unidad IV. Árboles", "Árboles"),
        ("Tema 5: Árboles", "Árboles"),
        ("Cap. 3: Árboles", "Árboles"),
        ("Chapter 1: 3D printing", "3D printing"),
        ("Lección 1.3 – 5G", "5G"),
        ("1 - 5G networks", "5G networks"),
        ("Chapter 4. 10 habits", "10 habits"),
        ("Lesson 1: 1:1 meetings", "1:1 meetings"),
        ("1.1 2.4 GHz y 5 GHz", "2.4 GHz y 5 GHz"),
    ],
)
def test_a_number_or_label_of_its_own_goes(written: str, shown: str) -> None:
    assert strip_label(written) == shown


@pytest.mark.parametrize(
    "title",
    [
        *["5G", "3D printing", "2FA en la práctica", "4K video", "M365 Copilot", "3M", "1er módulo"],
        *["802.11", "802.11 y sus variantes", "8.8.8.8: el DNS", "10.0.0.0/8", "1.1.1.1 DNS"],
        *["7 habits", "10 consejos para dormir", "5 Whys", "12 Factor App", "3 Patrones de diseño"],
        *["2.4 GHz y 5 GHz", "3.5 mm jack", "1.5 horas de práctica", "1,5 millones", "50 % de avance"],
        *["24/7", "80/20 rule", "1:1 meetings", "10:30 reunión", "5-year plan", "3 - 2 = 1"],
        *["2.0 vs 3.0", "1.1 y 1.2", "365: un año", "2024: un año", "1984. Novela", "1.ª parte"],
        *["X: la red social", "C. elegans", "I/O"],
        *["Part 2: Loops", "Semana 1: Bucles", "Paso 3: probar", "Nivel 2: avanzado"],
        *["Chapter 11 bankruptcy", "Section 508 Compliance", "Section 230: its history"],
        *["Unit testing", "Lesson plan", "Tema libre", "Modular 3: x", "Práctica 3: X", "Lab 1: X"],
    ],
)
def test_what_belongs_to_the_title_stays(title: str) -> None:
    assert strip_label(title) == title


@pytest.mark.parametrize(
    "title", ["Módulo 1", "Módulo 3.", "Capítulo 1 · Módulo 2.", "1.1", "1.", "Lección 4:"]
)
def test_a_title_that_is_nothing_but_a_label_stays(title: str) -> None:
    assert strip_label(title) == title


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Práctica 3: Redes", "Práctica 3: Redes"),
        ("Módulo 1: Redes", "Módulo 1: Redes"),
        ("3. Redes", "Redes"),
    ],
)
def test_a_lab_loses_bare_numbers_only(written: str, shown: str) -> None:
    assert strip_number(written) == shown


@given(st.text(alphabet="0123456789.:-–—·) IVXMódulo1Lesson5GaA", max_size=60))
def test_any_title_keeps_its_last_word_and_is_cleaned_once_and_for_all(title: str) -> None:
    shown = strip_label(title)
    assert " ".join(title.split()).endswith(shown)
    assert bool(shown) == bool(title.strip())
    assert strip_label(shown) == shown
