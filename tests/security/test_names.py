"""Names that lead out: of the project, of the store, of a package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by

from coursewright.errors import CourseError, ProjectError
from coursewright.project.moves import finish_moves
from coursewright.project_names import check_project_name
from coursewright.store.folder import FolderStore

LEADING_OUT = (
    "../../outside",
    "..\\..\\outside",
    "/etc/outside",
    "C:\\outside",
    "a/../../outside",
    "outside\0.md",
    "%2e%2e%2foutside",
    "~/outside",
    "${HOME}/outside",
    "$(touch outside)",
    "con.md",
)


@pytest.mark.parametrize("name", [*LEADING_OUT, "", "-x", "A", "é", "a" * 64, "a\n", ".finished", "."])
def test_a_projects_name_is_a_slug_and_nothing_else(name: str) -> None:
    with pytest.raises(ProjectError):
        check_project_name(name)


def test_titles_name_no_file(tmp_path: Path) -> None:
    names = [name for name in LEADING_OUT if "\0" not in name]
    outline: dict[str, Any] = {
        "course": {"title": "../../outside", "language": "en"},
        "modules": [
            {
                "title": name,
                "lessons": [{"title": name, "duration_minutes": 20, "topics": [f"{name} topic"]}],
            }
            for name in names[:4]
        ],
    }
    path = tmp_path / "outline.yaml"
    path.write_text(yaml.safe_dump(outline))
    store = FolderStore(tmp_path / "in" / "store")
    with scripted_by(answer_from_outline(path)).installed():
        made = make_course(store, path, formats=("md", "json", "html", "epub", "scorm", "site"))
    assert {item.state for item in made if item.kind == "lesson"} == {"written"}
    files = [file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.parts[0] for file in files} == {"outline.yaml", "in"}
    kept = {item.key for item in store.within("kept").list()}
    assert {key for key in kept if key.startswith("lessons/")} == {f"lessons/0{n}-01.md" for n in range(1, 5)}
    assert not [file for file in files if "outside" in file.name]


@pytest.mark.parametrize("name", [*LEADING_OUT[:5], ".moving/../../../outside"])
def test_a_journal_of_moves_that_somebody_wrote_leads_nowhere(name: str, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store").within("p")
    store.write(".moving/0", b"text")
    journal = {"writes": [{"stash": ".moving/0", "to": name}], "deletes": [name], "record": {}}
    store.write(".moving/plan.json", json.dumps(journal).encode())
    with pytest.raises(CourseError):
        finish_moves(store)
    assert not list(tmp_path.rglob("outside*"))
    assert {path.name for path in tmp_path.iterdir()} == {"store"}


@pytest.mark.parametrize("name", LEADING_OUT)
def test_one_project_cannot_be_reached_from_another(name: str, tmp_path: Path) -> None:
    root = FolderStore(tmp_path)
    root.within("other").write("lessons/01-01.md", b"theirs")
    mine = root.within("mine")
    for key in (f"../other/{name}", "../other/lessons/01-01.md", "lessons/../../other/lessons/01-01.md"):
        for attempt in (mine.read, mine.delete, lambda key: mine.write(key, b"x")):
            with pytest.raises(CourseError):
                attempt(key)
    assert root.within("other").read("lessons/01-01.md") == b"theirs"
