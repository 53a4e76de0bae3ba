"""A project's name is a slug, whatever the title and whoever gives it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.errors import ProjectError
from coursewright.project_names import check_project_name, project_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Web Basics", "web-basics"),
        ("Introducción a la Virtualización en 60 minutos", "introduccion-a-la-virtualizacion-en-60-minutos"),
        ("  ¿Qué es C++? — Ñandú & más  ", "que-es-c-nandu-mas"),
        (
            "Kubernetes for DevOps Engineers — Practical Course Outline",
            "kubernetes-for-devops-engineers-practical-course-outline",
        ),
        (
            "Seguridad en Sistemas de IA: Vectores de Ataque y Mitigación",
            "seguridad-en-sistemas-de-ia-vectores-de-ataque-y-mitigacion",
        ),
        (
            "Una introducción muy larga que no cabe entera en sesenta y tres letras",
            "una-introduccion-muy-larga-que-no-cabe-entera-en-sesenta-y-tres",
        ),
        ("x" * 80, "x" * 63),
        ("Straße ﬁn ½", "strasse-fin-1-2"),
        ("日本語", "course"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "course"),
    ],
)
def test_a_title_gives_a_name_cut_at_a_word(title: str, name: str) -> None:
    assert project_name(title) == name
    assert check_project_name(name) == name


@given(st.text())
def test_any_title_gives_a_name_that_is_one(title: str) -> None:
    name = project_name(title)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name)
    assert check_project_name(name) == name
    assert project_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "-a", "A", "a_b", "a/b", "../a", "a\n", "a b", "á", "a" * 64, "a.b", "a\x00", "C:\\a", "."]
)
def test_what_is_no_name_is_an_error_with_one_that_is(name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be a project's name") as caught:
        check_project_name(name)
    assert f"for example {project_name(name)}." in str(caught.value)


def test_the_error_in_full() -> None:
    with pytest.raises(ProjectError) as caught:
        check_project_name("Redes/Básicas")
    assert str(caught.value) == (
        "“Redes/Básicas” cannot be a project's name. Use a-z, 0-9 and -, at most 63 characters, "
        "no - at the start; for example redes-basicas."
    )
