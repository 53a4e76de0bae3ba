"""The five outlines of real users, read from beside the clone."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursewright.batches import expand_batches
from coursewright.bloom import BloomLevel
from coursewright.outline import OutlineError, load_outline
from coursewright.outline.model import Outline

pytestmark = pytest.mark.shared

BROKEN = "ia-generativa-yaml-roto.yaml"


def load(folder: Path, name: str) -> Outline:
    return load_outline((folder / name).read_bytes(), name=name)


@pytest.mark.parametrize(
    ("name", "language", "lessons", "labs"),
    [
        ("ciberseguridad-labs-por-modulo.yaml", "es", [2, 2], 2),
        ("kubernetes-devops.yaml", "en", [3, 3, 4, 3, 4], 18),
        ("seguridad-ia-42-lecciones.yaml", "es", [7, 6, 6, 6, 6, 6, 5], 8),
        ("virtualizacion-60-minutos.yaml", "es", [1, 1], 2),
    ],
)
def test_four_of_them_load_unedited(
    shared_outlines: Path, name: str, language: str, lessons: list[int], labs: int
) -> None:
    outline = load(shared_outlines, name)
    assert (outline.language, [len(module.lessons) for module in outline.modules]) == (language, lessons)
    assert len(outline.labs) == labs
    assert (outline.warnings, outline.unknown_keys) == ((), {})


def test_their_titles_have_no_numbers_of_their_own(shared_outlines: Path) -> None:
    titles = [module.title for module in load(shared_outlines, "seguridad-ia-42-lecciones.yaml").modules]
    assert titles[1] == "Model Context Protocol (MCP): especificación y seguridad"
    assert not any("Capítulo" in title for title in titles)
    kubernetes = load(shared_outlines, "kubernetes-devops.yaml")
    assert [module.title for module in kubernetes.modules] == [
        "Introduction & Setup",
        "Cluster Architecture & Networking",
        "Deployments, Services & Storage",
        "Observability & Troubleshooting",
        "Advanced Topics & Best Practices",
    ]
    assert kubernetes.modules[0].bloom_levels == (BloomLevel.REMEMBER, BloomLevel.UNDERSTAND)


def test_a_modules_labs_keep_their_objectives_and_activities(shared_outlines: Path) -> None:
    lab = load(shared_outlines, "ciberseguridad-labs-por-modulo.yaml").modules[1].labs[0]
    assert (lab.id, lab.title) == ("02-00-01", "Configuración de Seguridad en Dispositivos")
    assert (len(lab.objectives), len(lab.activities), lab.duration_minutes) == (4, 5, 25)


def test_the_42_lessons_make_15_batches(shared_outlines: Path) -> None:
    outline = load(shared_outlines, "seguridad-ia-42-lecciones.yaml")
    batches = expand_batches(
        outline, course_bucket=None, outline_s3_key="o.yaml", project_folder="p", model_provider="embedded"
    )
    assert batches.as_json()["total_batches"] == 15
    assert [batch.total_batches for batch in batches if batch.batch_index == 1] == [3, 2, 2, 2, 2, 2, 2]


def test_the_broken_one_has_four_unquoted_colons_named_at_once(shared_outlines: Path) -> None:
    with pytest.raises(OutlineError) as caught:
        load(shared_outlines, BROKEN)
    assert (
        str(caught.value)
        == """\
ia-generativa-yaml-roto.yaml has 4 problems. Mend them all; until then nothing is generated.

line 47 · course.modules[0].lessons[2].title
  The title has “: ” in it and is not quoted, so YAML takes it for a key.
  found: 1.3 Modelos generativos: arquitecturas, capacidad y predicción
  expected: the whole title in quotes
  write line 47 as:
        - title: "1.3 Modelos generativos: arquitecturas, capacidad y predicción"

line 137 · course.modules[2].lessons[2].title
  The title has “: ” in it and is not quoted, so YAML takes it for a key.
  found: 3.3 Técnicas: Chain of Thought y Few-Shot
  expected: the whole title in quotes
  write line 137 as:
        - title: "3.3 Técnicas: Chain of Thought y Few-Shot"

line 365 · course.modules[7].lessons[2].title
  The title has “: ” in it and is not quoted, so YAML takes it for a key.
  found: 8.3 Herramientas: Canvas, Advanced Data Analysis, DALL·E, GPT Store y Codex
  expected: the whole title in quotes
  write line 365 as:
        - title: "8.3 Herramientas: Canvas, Advanced Data Analysis, DALL·E, GPT Store y Codex"

line 398 · course.modules[8].lessons[1].title
  The title has “: ” in it and is not quoted, so YAML takes it for a key.
  found: 9.2 Componentes del agente: identidad/control, conocimiento y acción
  expected: the whole title in quotes
  write line 398 as:
        - title: "9.2 Componentes del agente: identidad/control, conocimiento y acción\""""
    )


def test_the_broken_one_loads_once_the_four_lines_are_pasted(shared_outlines: Path) -> None:
    with pytest.raises(OutlineError) as caught:
        load(shared_outlines, BROKEN)
    lines = (shared_outlines / BROKEN).read_text("utf-8").split("\n")
    for problem in caught.value.problems:
        assert problem.line and problem.mend
        lines[problem.line - 1] = problem.mend
    outline = load_outline("\n".join(lines).encode())
    assert [len(module.lessons) for module in outline.modules] == [3, 3, 3, 3, 2, 3, 3, 3, 3, 2, 3]
    assert outline.modules[0].title == "Introducción a la Inteligencia Artificial Generativa"
    assert outline.modules[0].lessons[2].title == "Modelos generativos: arquitecturas, capacidad y predicción"
    assert outline.warnings == ()
