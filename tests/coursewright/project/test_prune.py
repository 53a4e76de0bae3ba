"""What may be removed of finished work, and what never is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, lesson

from coursewright.errors import CourseError, ProjectError
from coursewright.models.scripted import ScriptedModel
from coursewright.project.course import find_projects, load_course
from coursewright.project.finished import FINISHED
from coursewright.project.prune import find_unused, remove_unused
from coursewright.store.claims import Claims
from coursewright.store.folder import FolderStore

A, B = lesson("Probes", "Liveness"), lesson("Alerts", "Rules")
NOW = datetime.now(UTC) + timedelta(days=2)
"""Later than all that a test writes."""


def outline_of(*lessons: dict[str, Any]) -> bytes:
    modules = [{"title": "One", "lessons": list(lessons)}]
    return as_yaml({"course": {"title": "Kept", "language": "en"}, "modules": modules})


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "outline.yaml"
    path.write_bytes(outline_of(A, B))
    return path


@pytest.fixture
def model(outline: Path) -> Iterator[ScriptedModel]:
    model = scripted_by(answer_from_outline(outline))
    with model.installed():
        yield model


@pytest.fixture
def store(tmp_path: Path, outline: Path, model: ScriptedModel) -> FolderStore:
    store = FolderStore(tmp_path / "courses")
    make_course(store, outline, formats=("md",))
    return store


def finished(store: FolderStore, project: str = "kept") -> set[str]:
    return {f"{project}/{item.key}" for item in store.within(project).list(FINISHED)}


def unused(store: FolderStore, **options: Any) -> set[str]:
    found = find_unused(store, before=options.pop("before", NOW), **options)
    return {item.key for item in found if "/.claims/" not in item.key}


def test_what_a_course_uses_is_not_found(store: FolderStore) -> None:
    assert len(finished(store)) == 4, "two lessons and their figures"
    assert unused(store) == set()


def test_what_was_written_for_an_older_outline_is_found_by_age_and_by_project(
    store: FolderStore, outline: Path, model: ScriptedModel
) -> None:
    older = finished(store)
    outline.write_bytes(outline_of(A, lesson("Alerts", "Routes")))
    make_course(store, outline, run="second", formats=("md",))
    make_course(store, outline, project="other", formats=("md",))
    found = unused(store)
    assert len(found) == 2
    assert found < older
    assert unused(store, project="kept") == found
    assert unused(store, project="other") == set()
    assert unused(store, before=datetime.now(UTC) - timedelta(days=1)) == set()
    with pytest.raises(ProjectError, match=r"it has kept, other\. Make it with: coursewright"):
        unused(store, project="third")
    with pytest.raises(ProjectError, match=r"it has kept, other\. Make it with: coursewright"):
        load_course(store, "third")

    remove_unused(store, find_unused(store, before=NOW))
    assert finished(store) & older == older - found
    model.requests.clear()
    make_course(store, outline, run="third", formats=("md",))
    make_course(store, outline, project="other", formats=("md",))
    assert model.requests == [], "nothing that is used was removed"


def test_what_a_published_text_is_made_of_stays_though_the_outline_has_moved_on(
    store: FolderStore, outline: Path
) -> None:
    before = finished(store)
    outline.write_bytes(outline_of(A, lesson("Alerts", "Routes")))
    make_course(store, outline, run="second", formats=("md",), lessons="01-01")
    assert unused(store) == set(), "the stale text is still the one in the book"
    assert finished(store) == before


def test_what_another_model_finished_stays_where_any_models_work_counts(
    store: FolderStore, outline: Path, model: ScriptedModel
) -> None:
    own = store.within("kept")
    own.delete("lessons/01-02.md")
    wanted = {"temperature": 0.5, "finished_by": "any model"}
    make_course(store, outline, run="second", formats=("md",), lessons="01-01", wanted=wanted)
    assert unused(store) == set()


def test_a_claim_that_is_held_stays(store: FolderStore) -> None:
    with Claims(store.within("kept"), "run") as claims:
        claims.claim("an item")
        assert not [item for item in find_unused(store, before=NOW) if "/.claims/" in item.key]


def test_a_project_that_cannot_be_read_is_left_alone_and_told(
    store: FolderStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.write("kept/project.json", b"{")
    assert find_projects(store) == ["kept"]
    assert unused(store) == set()
    assert "Nothing of kept is taken for unused" in caplog.text
    with pytest.raises(CourseError, match=r"project\.json is damaged"):
        unused(store, project="kept")
