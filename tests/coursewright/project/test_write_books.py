"""The book is bound when something that it is made from has changed, and not else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from servers.lesson_text import good_lesson
from servers.small_course import as_yaml, small_outline

from coursewright.book.typst_glyphs import font_folder
from coursewright.project import write_books as module
from coursewright.project.begin import begin_run
from coursewright.project.course import Course, load_course
from coursewright.project.front_matter import with_front_matter
from coursewright.project.order import RunOrder
from coursewright.project.prepare import prepare_run
from coursewright.project.publish import text_key
from coursewright.project.settings import Wanted
from coursewright.project.write_books import write_books
from coursewright.store.folder import FolderStore


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path)
    order = RunOrder(run="run", store=store.url, project="course")
    prepared = prepare_run(
        store.within("course"),
        order,
        Wanted(),
        outline_text=as_yaml(small_outline()),
        outline_source="outline.yaml",
    )
    begin_run(prepared)
    course = load_course(store, "course")
    for place in course.lessons:
        publish(course, place)
    return store


def publish(course: Course, place: str) -> None:
    text = good_lesson(course.brief(place), numbered=True)
    course.store.write(text_key(place), with_front_matter(text, key=str(course.lesson_keys[place])))


@pytest.fixture
def bindings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    bound: list[str] = []
    read = module.read_book

    def counted(course: Course, *arguments: object) -> object:
        bound.append(course.project)
        return read(course, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "read_book", counted)
    return bound


def test_a_book_is_not_bound_again_for_nothing(store: FolderStore, bindings: list[str]) -> None:
    first = write_books(store, "course")
    assert write_books(store, "course") == first
    assert len(bindings) == 1


def test_an_edit_a_gap_a_format_or_a_lost_file_bind_it_again(store: FolderStore, bindings: list[str]) -> None:
    write_books(store, "course")
    own = store.within("course")
    own.write("lessons/01-01.md", own.read("lessons/01-01.md") + b"\nBy hand.\n")
    write_books(store, "course")
    assert b"By hand." in own.read("book/book.md")
    write_books(store, "course", {"02-01": "refused"})
    write_books(store, "course", formats=["md"])
    own.delete("book/book.md")
    write_books(store, "course", formats=["md"])
    assert len(bindings) == 5


def test_a_book_that_is_asked_for_is_always_bound(store: FolderStore, bindings: list[str]) -> None:
    write_books(store, "course")
    write_books(store, "course", anew=True)
    assert len(bindings) == 2


def test_an_update_of_the_program_binds_it_again(
    store: FolderStore, bindings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_books(store, "course", formats=["md"])
    updated = tmp_path / "updated"
    (updated / "book" / "assets").mkdir(parents=True)
    (updated / "book" / "assets" / "book.css").write_text("p { margin: 0 }")
    (updated / "__init__.py").touch()
    monkeypatch.setattr(module.coursewright, "__file__", str(updated / "__init__.py"))
    module._program.cache_clear()
    write_books(store, "course", formats=["md"])
    write_books(store, "course", formats=["md"])
    module._program.cache_clear()
    assert len(bindings) == 2


def test_a_projects_own_style_may_bring_its_fonts(store: FolderStore, tmp_path: Path) -> None:
    family = next(font_folder().glob("IBMPlexSerif-Regular.ttf")).read_bytes()
    with TTFont(io.BytesIO(family)) as font:
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = "House Serif"
        (tmp_path / "course" / "fonts").mkdir()
        font.save(tmp_path / "course" / "fonts" / "house.ttf")
    own = store.within("course")
    own.write("style.yaml", b"fonts: {text: House Serif, folder: fonts/}")
    written = write_books(store, "course", formats=["pdf"])
    assert not any("House Serif" in warning for warning in written.warnings)
    own.write("style.yaml", b"fonts: {text: Absent Serif, folder: fonts/}")
    assert any(
        "Absent Serif" in warning for warning in write_books(store, "course", formats=["pdf"]).warnings
    )


def test_a_format_that_cannot_be_written_keeps_no_other_from_its_readers(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr("tempfile.tempdir", str(tmp_path / "gone"))
        written = write_books(store, "course", formats=["md", "pdf", "epub"])
    assert list(written.files) == ["book.md", "book.epub"]
    assert list(written.failed) == ["book.pdf"]
    assert "name another folder in TMPDIR, and run again" in written.failed["book.pdf"]
    again = write_books(store, "course", formats=["md", "pdf", "epub"])
    assert list(again.files) == ["book.md", "book.pdf", "book.epub"]
    assert not again.failed
