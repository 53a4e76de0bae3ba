"""A project folder of the earlier system, taken over: everything is there, and nothing is paid for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, small_outline

from coursewright.errors import ProjectError, SettingsError
from coursewright.models.scripted import ScriptedModel
from coursewright.project.course import load_course
from coursewright.project.import_earlier import TakenOver, import_earlier_project
from coursewright.project.settings import Wanted
from coursewright.project.status import status_rows
from coursewright.store.folder import FolderStore


def own_svg(name: str) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>{name}</title></svg>'.encode()
    )


def text_of(title: str, *figures: str) -> str:
    tags = "\n\n".join(f"[VISUAL: {figure} - What figure {figure} shows]" for figure in figures)
    return f"# {title}\n\n## Introduction\n\nWritten by the earlier system.\n\n{tags}\n"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    folder = tmp_path / "earlier"
    (folder / "lessons").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "labguide").mkdir()
    lessons = folder / "lessons"
    (lessons / "module-1-lesson-1-probes.md").write_text(text_of("Lesson 1.1: Probes", "01-01-0001"))
    # Numbered with a gap, and one figure as a picture.
    (lessons / "module-1-lesson-2-alertas-y-más.md").write_text(
        text_of("Alerts", "01-02-0002", "01-02-0005") + "\n![How it rings](../images/01-02-0007.png)\n"
    )
    (lessons / "module-2-lesson-1-rollouts.md").write_bytes(
        b"\xef\xbb\xbf---\nauthor: somebody\n---\r\n# 2.1 Rollouts\r\n\r\nText.\r\n"
    )
    (lessons / "module-9-lesson-9-gone.md").write_text(text_of("Gone"))
    (lessons / "notes.txt").write_text("by the way")
    for name in ("01-01-0001", "01-02-0002", "01-02-0005", "01-02-0007"):
        (folder / "images" / f"{name}.svg").write_bytes(own_svg(name))
    (folder / "images" / "logo.svg").write_bytes(own_svg("logo"))
    (folder / "labguide" / "lab-02-00-01-roll-a-change-back.md").write_text("# Lab: Roll back\n\nSteps.\n")
    lessons_of_book = [{"content": "# X\n\nNot this."}, {"content": "# Rollbacks\n\nFrom the book."}]
    book = {"modules": [{}, {"lessons": lessons_of_book}]}
    (folder / "book.json").write_text(json.dumps(book))
    (folder / "broken.json").write_text("[" * 100_000)
    return folder


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "outline.yaml"
    course = small_outline()
    course["modules"][1]["lab_activities"] = ["Roll a change back"]
    path.write_bytes(as_yaml(course))
    return path


@pytest.fixture
def model(outline: Path) -> Iterator[ScriptedModel]:
    model = scripted_by(answer_from_outline(outline))
    with model.installed():
        yield model


def take_over(folder: Path, outline: Path, store: FolderStore) -> TakenOver:
    return import_earlier_project(
        folder,
        store,
        "kept",
        outline_text=outline.read_bytes(),
        outline_source=str(outline),
        wanted=Wanted(content="both"),
    )


def test_all_of_it_is_taken_over_and_no_model_is_asked_whoever_it_is(
    earlier: Path, outline: Path, model: ScriptedModel, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path / "courses")
    taken = take_over(earlier, outline, store)
    assert taken.lessons == ["01-01", "01-02", "02-01", "02-02"]
    assert taken.figures == ["01-01-0001", "01-02-0001", "01-02-0002", "01-02-0003"]
    assert taken.labs == ["02-00-01"]
    assert taken.left_out == {
        "lessons/module-9-lesson-9-gone.md": "the outline has no lesson 09-09",
        "images/logo.svg": "no figure of a lesson of the outline",
    }
    rows = status_rows(load_course(store, "kept"))
    assert {row["state"] for row in rows if row["item"].startswith(("lesson", "lab"))} == {"edited by hand"}

    made = make_course(store, outline, formats=("md",))
    assert model.requests == [], "another model than the one that the import knew of, and yet none is asked"
    assert not [item for item in made if item.state != "finished"]
    own = store.within("kept")
    book = own.read("book/book.md").decode()
    assert book.count("Written by the earlier system.") == 2
    assert "From the book." in book
    assert "author: somebody" not in book
    second = own.read("lessons/01-02.md").decode()
    assert "# Lesson 1.2: Alerts" in second
    assert "[VISUAL: 01-02-0003 - How it rings]" in second
    for number, name in enumerate(("01-02-0002", "01-02-0005", "01-02-0007"), 1):
        assert own.read(f"visuals/01-02-000{number}.svg") == own_svg(name), "each figure is where its tag is"


def test_what_was_taken_over_is_still_told_to_be_stale(
    earlier: Path, outline: Path, model: ScriptedModel, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path / "courses")
    take_over(earlier, outline, store)
    course = small_outline()
    course["modules"][0]["lessons"][1]["topics"] = ["Alert rules", "On-call"]
    outline.write_bytes(as_yaml(course))
    make_course(store, outline, formats=("md",))
    asked = {request.item for request in model.requests}
    assert asked == {"lesson/01-02"}
    rows = {row["item"]: row for row in status_rows(load_course(store, "kept"))}
    assert rows["lesson 01-02"]["why"] == "topics changed; a newer text stands beside it"
    assert "Written by the earlier system." in store.within("kept").read("lessons/01-02.md").decode()


def test_a_project_that_is_there_is_not_written_into(earlier: Path, outline: Path, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "courses")
    take_over(earlier, outline, store)
    with pytest.raises(ProjectError, match="name another with --project"):
        take_over(earlier, outline, store)


def test_a_folder_with_nothing_in_it_is_said(outline: Path, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "courses")
    with pytest.raises(SettingsError, match="is no folder"):
        take_over(tmp_path / "none", outline, store)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="holds nothing that can be taken over"):
        take_over(tmp_path / "empty", outline, store)
    assert not list(store.list()), "and nothing was written"


@pytest.mark.parametrize(
    "name", ["lessons/module-1-lesson-2-alertas-y-más.md", "images/01-02-0005.svg", "book.json"]
)
def test_a_file_that_vanishes_meanwhile_is_told_and_nothing_is_taken_over(
    earlier: Path, outline: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "courses")
    read = Path.read_bytes

    def vanish(path: Path) -> bytes:
        if path == earlier / name:
            path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", vanish)
    with pytest.raises(SettingsError, match="cannot be read: No such file or directory"):
        take_over(earlier, outline, store)
    assert list(store.list()) == []
    take_over(earlier, outline, store)


@pytest.mark.parametrize(
    "link", ["lessons", "lessons/module-1-lesson-1-a.md", "images/01-01-0001.svg", "book.json"]
)
def test_a_link_in_the_folder_is_not_followed(link: str, outline: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "module-1-lesson-1-a.md").parent.mkdir()
    book = json.dumps({"modules": [{"lessons": [{"content": "secret"}]}]})
    (outside / "module-1-lesson-1-a.md").write_text(book)
    folder = tmp_path / "earlier"
    (folder / link).parent.mkdir(parents=True)
    target = outside if link == "lessons" else outside / "module-1-lesson-1-a.md"
    (folder / link).symlink_to(target, target_is_directory=target.is_dir())
    with pytest.raises(SettingsError, match="holds nothing that can be taken over"):
        take_over(folder, outline, FolderStore(tmp_path / "courses"))


def test_half_a_character_in_a_books_json_is_no_book(outline: Path, tmp_path: Path) -> None:
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "book.json").write_text(r'{"modules": [{"lessons": [{"content": "a \ud800"}]}]}')
    with pytest.raises(SettingsError, match="holds nothing that can be taken over"):
        take_over(tmp_path / "earlier", outline, FolderStore(tmp_path / "courses"))
