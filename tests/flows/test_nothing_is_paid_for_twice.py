"""The 42-lesson course, written once and then changed in every way that users change one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from servers.course_runs import CourseRuns

pytestmark = [pytest.mark.prefect]


@pytest.fixture
def outline_42(shared_outlines: Path) -> bytes:
    return (shared_outlines / "seguridad-ia-42-lecciones.yaml").read_bytes()


@pytest.mark.shared
def test_what_is_finished_is_never_asked_for_again(
    make_runs: Callable[..., CourseRuns], outline_42: bytes
) -> None:
    runs = make_runs(outline_42)
    assert runs.generate() == 0
    asked = runs.newly_asked()
    assert sorted(asked) == sorted(set(asked)), "each lesson is asked for once"
    assert len(asked) == 42
    assert runs.server.max_in_flight <= 2
    assert len(list((runs.home / "lessons").glob("*.md"))) == 42
    assert runs.book().count("\n# Lección ") + runs.book().startswith("# Lección ") == 42

    assert runs.generate() == 0
    assert runs.newly_asked() == [], "a second run asks for nothing"

    runs.edit_outline(
        lambda text: text.replace(
            "  - title: Copilot Studio integrado en Teams\n",
            "  - title: Copilot Studio integrado en Teams\n"
            "    topics:\n    - Permisos de la aplicación\n    - Canales y chats\n",
        )
    )
    assert runs.generate() == 0
    assert runs.newly_asked() == ["01-02"], "changed topics cost that lesson"

    runs.edit_outline(
        lambda text: text.replace(
            "  lessons:\n  - title: Tipos de licencias",
            "  lessons:\n  - title: Bienvenida al curso\n    duration_minutes: 10\n"
            "  - title: Tipos de licencias",
        )
    )
    assert runs.generate() == 0
    assert runs.newly_asked() == ["01-01"], "an inserted lesson costs one"
    assert "# Lección 1.3: Copilot Studio integrado en Teams" in runs.lesson("01-03").read_text("utf-8")

    runs.edit_outline(_trade_first_two_lessons_of_module_2)
    assert runs.generate() == 0
    assert runs.newly_asked() == [], "trading places costs none"
    assert "# Lección 2.2: ¿Qué es MCP?" in runs.lesson("02-02").read_text("utf-8")

    edited = runs.lesson("02-02")
    edited.write_text(edited.read_text("utf-8") + "\nEsto lo escribió el formador a mano.\n", "utf-8")
    assert runs.generate() == 0
    assert runs.newly_asked() == [], "an edit by hand costs none"
    assert "Esto lo escribió el formador a mano." in runs.book()

    runs.edit_outline(
        lambda text: text.replace(
            "  lessons:\n  - title: 'Esquema y endpoints",
            "  lessons:\n  - title: Antes de empezar\n    duration_minutes: 10\n    bloom_level: Recordar\n"
            "  - title: 'Esquema y endpoints",
        )
    )
    assert runs.generate() == 0
    assert runs.newly_asked() == ["02-01"]
    moved = runs.lesson("02-03").read_text("utf-8")
    assert "# Lección 2.3: ¿Qué es MCP?" in moved
    assert "Esto lo escribió el formador a mano." in moved
    assert runs.book().count("Esto lo escribió el formador a mano.") == 1, "the edit moved with its lesson"


def _trade_first_two_lessons_of_module_2(text: str) -> str:
    start = text.index("  - title: '¿Qué es MCP?")
    middle = text.index("  - title: 'Esquema y endpoints")
    end = text.index("  - title: 'Autenticación y transporte")
    return text[:start] + text[middle:end] + text[start:middle] + text[end:]
