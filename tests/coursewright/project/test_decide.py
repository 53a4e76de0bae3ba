"""What a run goes by: the outline that is named, else the one of last time, else the project's copy of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, small_outline

from coursewright.errors import SettingsError
from coursewright.project.decide import ReadyCourse, RunRequest, decide_run
from coursewright.project.order import RunOrder
from coursewright.project.record import read_record
from coursewright.project.settings import Wanted
from coursewright.store.folder import FolderStore


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "outline.yaml"
    path.write_bytes(as_yaml(small_outline()))
    return path


@pytest.fixture
def store(tmp_path: Path, outline: Path) -> FolderStore:
    """With a project that a run has made."""
    store = FolderStore(tmp_path / "courses")
    with scripted_by(answer_from_outline(outline)).installed():
        make_course(store, outline, formats=("md",), wanted={"visuals": "none"})
    return store


def decide(store: FolderStore, outline: str = "") -> ReadyCourse:
    order = RunOrder(run="next", store=store.url, project="kept")
    return decide_run(RunRequest(order, Wanted(), outline), store, dry=True)


def test_an_outline_that_has_gone_is_told_and_the_projects_copy_is_used(
    store: FolderStore, outline: Path
) -> None:
    assert decide(store).warnings == ()
    outline.unlink()
    ready = decide(store)
    (warning,) = ready.warnings
    assert str(outline) in warning
    assert store.within("kept").locate("outline.yaml") in warning
    assert len(ready.prepared.lessons) == 4
    assert ready.prepared.record.outline_source == str(outline), "it may come back"


def test_an_outline_that_is_named_and_not_there_is_wrong_input(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yaml"):
        decide(store, str(tmp_path / "nowhere.yaml"))


def test_an_outline_whose_credentials_are_missing_is_not_taken_for_gone(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    own = store.within("kept")
    record = read_record(own)
    assert record is not None
    own.write("project.json", replace(record, outline_source="s3://courses/outline.yaml").as_bytes())
    with pytest.raises(SettingsError, match="AWS credentials"):
        decide(store)
