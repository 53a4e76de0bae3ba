"""The 42-lesson course, written once and then changed in every way that users change one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers.course_runs import CourseRuns
from servers.s3_moto import make_bucket, make_session, running_moto
from servers.s3_seaweed import find_weed, running_seaweed

pytestmark = [pytest.mark.prefect]


@pytest.fixture
def outline_42(shared_outlines: Path) -> bytes:
    return (shared_outlines / "seguridad-ia-42-lecciones.yaml").read_bytes()


@pytest.fixture
def folder_address(tmp_path: Path) -> str:
    return str(tmp_path / "courses")


@pytest.fixture
def moto_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with running_moto() as endpoint:
        make_bucket(endpoint, "courses")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield "s3://courses/of/ours"


@pytest.fixture
def seaweed_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """SeaweedFS checks signatures, as Amazon does."""
    if find_weed() is None:
        pytest.skip("the SeaweedFS wheel is not installed for this platform")
    with running_seaweed() as access:
        session = make_session(access.key, access.secret)
        make_bucket(access.endpoint, "courses", session)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", access.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", access.key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", access.secret)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield "s3://courses/elsewhere"


@pytest.mark.shared
@pytest.mark.parametrize(
    "address",
    [
        "folder_address",
        "moto_address",
        pytest.param("seaweed_address", marks=pytest.mark.seaweedfs),
    ],
)
def test_what_is_finished_is_never_asked_for_again(
    address: str, make_runs: Callable[..., CourseRuns], outline_42: bytes, request: pytest.FixtureRequest
) -> None:
    store = request.getfixturevalue(address)
    runs = make_runs(outline_42, store=store)
    assert runs.generate() == 0
    asked = runs.newly_asked()
    assert sorted(asked) == sorted(set(asked)), "each lesson is asked for once"
    assert len(asked) == 42
    assert runs.server.max_in_flight <= 2
    assert len(runs.places()) == 42
    assert len(re.findall(r"^#+ .*Lección \d+\.\d+", runs.book(), re.MULTILINE)) >= 42

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
    assert "# Lección 1.3: Copilot Studio integrado en Teams" in runs.read_lesson("01-03")

    runs.edit_outline(_trade_first_two_lessons_of_module_2)
    assert runs.generate() == 0
    assert runs.newly_asked() == [], "trading places costs none"
    assert "# Lección 2.2: ¿Qué es MCP?" in runs.read_lesson("02-02")

    runs.edit_lesson("02-02", lambda text: text + "\nEsto lo escribió el formador a mano.\n")
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
    moved = runs.read_lesson("02-03")
    assert "# Lección 2.3: ¿Qué es MCP?" in moved
    assert "Esto lo escribió el formador a mano." in moved
    assert runs.book().count("Esto lo escribió el formador a mano.") == 1, "the edit moved with its lesson"


def _trade_first_two_lessons_of_module_2(text: str) -> str:
    start = text.index("  - title: '¿Qué es MCP?")
    middle = text.index("  - title: 'Esquema y endpoints")
    end = text.index("  - title: 'Autenticación y transporte")
    return text[:start] + text[middle:end] + text[start:middle] + text[end:]
