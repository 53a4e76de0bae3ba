"""What a person wrote stays theirs, wherever its lesson goes, and is in the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, lesson

from coursewright.errors import ProjectError
from coursewright.models.scripted import ScriptedModel
from coursewright.project.accept import accept_draft
from coursewright.project.course import load_course
from coursewright.project.outcome import ItemOutcome
from coursewright.project.status import status_rows
from coursewright.store.folder import FolderStore

REMARK = "Written by the trainer."


def add_remark(text: bytes) -> bytes:
    return text + REMARK.encode()


class Project:
    """A course of one module, made again and again from an outline that changes."""

    def __init__(self, folder: Path, model: ScriptedModel) -> None:
        self.store = FolderStore(folder / "courses")
        self.home = folder / "courses" / "kept"
        self.outline = folder / "outline.yaml"
        self.model = model

    def make(self, *lessons: dict[str, Any], module: str = "One", **options: Any) -> dict[str, ItemOutcome]:
        """Make the course of these lessons, or the one that there is; gives what became of each lesson."""
        if lessons:
            course = {"title": "Kept", "language": "en"}
            modules = [{"title": module, "lessons": list(lessons)}]
            self.outline.write_bytes(as_yaml({"course": course, "modules": modules}))
        self.model.requests.clear()
        run = f"run-{len(list(self.home.glob('.finished/*')))}-{len(options)}"
        options.setdefault("wanted", {"visuals": "none"})
        made = make_course(self.store, self.outline, run=run, formats=("md",), **options)
        return {item.place: item for item in made if item.kind == "lesson"}

    @property
    def asked(self) -> list[str]:
        """The lessons that the last making asked for."""
        items = [request.item for request in self.model.requests]
        return [item.removeprefix("lesson/") for item in items if item.startswith("lesson/")]

    def edit(
        self, place: str, change: Callable[[bytes], bytes] = lambda text: text + REMARK.encode()
    ) -> None:
        path = self.home / "lessons" / f"{place}.md"
        path.write_bytes(change(path.read_bytes()))

    def read(self, key: str) -> str:
        return (self.home / key).read_text("utf-8")

    def files(self, folder: str) -> list[str]:
        return sorted(str(path.relative_to(self.home)) for path in (self.home / folder).rglob("*.md"))

    def status(self, place: str) -> tuple[str, str]:
        """An item's state and why."""
        rows = status_rows(load_course(self.store, "kept"))
        (row,) = (row for row in rows if row["item"] == f"lesson {place}")
        return row["state"], row["why"]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    model = scripted_by(answer_from_outline(tmp_path / "outline.yaml"))
    with model.installed():
        yield Project(tmp_path, model)


A, B, C = lesson("Probes", "Liveness"), lesson("Alerts", "Rules"), lesson("Limits", "Quotas")
B_STALE = lesson("Alerts", "Rules", "Routes")


def test_the_newer_text_of_a_stale_lesson_goes_beside_its_edit(project: Project) -> None:
    project.make(A, B)
    project.edit("01-02")
    edited = project.read("lessons/01-02.md")
    assert project.status("01-02") == ("edited by hand", "")
    made = project.make(A, B_STALE)
    assert project.asked == ["01-02"]
    assert project.read("lessons/01-02.md") == edited, "byte for byte"
    assert "## Routes" in project.read("lessons/01-02.generated.md")
    assert REMARK in project.read("book/book.md")
    assert "Routes" not in project.read("book/book.md").partition("Alerts")[2].partition("# ")[0]
    outcome = made["01-02"]
    assert outcome.edited
    assert f"-{REMARK}" in outcome.conflict
    assert "+## Routes" in outcome.conflict
    assert outcome.conflict.startswith("--- lessons/01-02.md\n+++ lessons/01-02.generated.md\n@@")
    assert project.status("01-02") == (
        "edited by hand, stale",
        "topics changed; a newer text stands beside it",
    )
    project.make()
    assert project.asked == [], "the newer text is paid for once"


def test_an_edit_moves_with_its_lesson_and_gets_its_numbers(project: Project) -> None:
    project.make(A, B)
    project.edit("01-02")
    project.make(C, A, B)
    assert project.asked == ["01-01"]
    moved = project.read("lessons/01-03.md")
    assert "# Lesson 1.3: Alerts" in moved
    assert "[VISUAL: 01-03-0001 - " in moved
    assert moved.endswith(REMARK)
    assert project.status("01-03") == ("edited by hand", "")


def test_a_conflict_moves_with_its_lesson(project: Project) -> None:
    project.make(A, B)
    project.edit("01-02")
    project.make(A, B_STALE)
    project.make(C, A, B_STALE)
    assert project.asked == ["01-01"]
    assert REMARK in project.read("lessons/01-03.md")
    assert "# Lesson 1.3: Alerts" in project.read("lessons/01-03.generated.md")
    assert not (project.home / "lessons/01-02.generated.md").exists()


@pytest.mark.parametrize("lost", [(), ("project.json",)], ids=["", "record lost"])
@pytest.mark.parametrize(
    ("after", "key"),
    [
        ((C, A, B_STALE), "lessons/01-03.md"),
        ((A, lesson("Alarms", "Bells")), "lessons/01-02.md"),
        ((A,), "removed/lessons/01-02.md"),
    ],
    ids=["moved and stale: by title", "retitled: by place", "gone"],
)
def test_an_edit_is_never_lost(
    project: Project, after: tuple[dict[str, Any], ...], key: str, lost: tuple[str, ...]
) -> None:
    project.make(A, B)
    project.edit("01-02")
    for name in lost:
        (project.home / name).unlink()
    project.make(*after)
    book = ["book/book.md"] if key.startswith("lessons/") else []
    assert [name for name in project.files("") if REMARK in project.read(name)] == [*book, key]


def test_what_no_lesson_owns_any_more_is_in_removed_and_not_in_the_book(project: Project) -> None:
    project.make(A, B, C, wanted={})
    project.edit("01-03")
    project.make(A, B)
    assert project.asked == []
    assert REMARK in project.read("removed/lessons/01-03.md")
    assert project.files("lessons") == ["lessons/01-01.md", "lessons/01-02.md"]
    assert REMARK not in project.read("book/book.md")
    assert sorted(path.name for path in (project.home / "removed/visuals").iterdir()) == [
        "01-03-0001.json",
        "01-03-0001.svg",
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.partition(b"\n---\n")[2],
        lambda text: text.replace(b"---\nkey:", b"---\nkey: [", 1),
        lambda text: text.replace(b"key:", b"clef:", 1),
        lambda text: text.replace(b"\n---\n", b"\n", 1),
        lambda text: text.replace(b"---\n", b"--\n", 1),
        lambda text: b"\xff\xfe" + text,
        lambda text: text.replace(b"Summary", b"Summ\xe1ry", 1),
        lambda text: b"",
    ],
    ids=["none", "no YAML", "no key", "no end", "no start", "another encoding", "not UTF-8", "empty"],
)
def test_damaged_front_matter_counts_as_edited(project: Project, damage: Callable[[bytes], bytes]) -> None:
    project.make(A, B)
    project.edit("01-02", damage)
    there = (project.home / "lessons/01-02.md").read_bytes()
    project.make()
    assert project.asked == []
    assert (project.home / "lessons/01-02.md").read_bytes() == there
    assert project.status("01-02")[0] == "edited by hand"
    project.make(A, B_STALE)
    assert (project.home / "lessons/01-02.md").read_bytes() == there


@pytest.mark.parametrize(
    "touch",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text + b"\n\n",
        lambda text: text.replace(b"# Lesson 1.2:", b"# Lesson 7.9:"),
    ],
    ids=["line ends", "byte order mark", "blank lines at the end", "the program's own numbers"],
)
def test_what_an_editor_does_by_itself_is_no_edit(project: Project, touch: Callable[[bytes], bytes]) -> None:
    project.make(A, B)
    project.edit("01-02", touch)
    assert project.status("01-02") == ("finished", "")
    project.make(A, B_STALE)
    assert project.asked == ["01-02"]
    assert "## Routes" in project.read("lessons/01-02.md")
    assert not (project.home / "lessons/01-02.generated.md").exists()


def test_overwriting_an_edit_has_to_be_asked_for(project: Project) -> None:
    project.make(A, B)
    clean = project.read("lessons/01-02.md")
    project.edit("01-02")
    project.make(again=True)
    assert REMARK in project.read("lessons/01-02.md")
    project.make(overwrite_edits=True)
    assert project.asked == [], "what is finished takes its place"
    assert REMARK not in project.read("lessons/01-02.md")
    assert project.read("lessons/01-02.md") == clean
    assert not (project.home / "lessons/01-02.generated.md").exists()


def test_an_edit_that_is_taken_back_is_none(project: Project) -> None:
    project.make(A, B)
    clean = (project.home / "lessons/01-02.md").read_bytes()
    project.edit("01-02")
    project.make()
    assert project.status("01-02")[0] == "edited by hand"
    project.edit("01-02", lambda text: clean)
    project.make()
    assert project.status("01-02") == ("finished", "")
    project.make(A, B_STALE)
    assert "## Routes" in project.read("lessons/01-02.md")


def test_another_course_is_refused_and_with_replace_takes_the_place_of_this_one(project: Project) -> None:
    project.make(A, B, C)
    project.edit("01-02")
    other = (lesson("Scales", "Major"), lesson("Chords", "Triads"), C)
    with pytest.raises(ProjectError, match=r"knows only 1 of that course's 3 lessons.*--replace"):
        project.make(*other)
    assert REMARK in project.read("lessons/01-02.md"), "nothing was touched"
    project.make(replace_course=True)
    assert sorted(project.asked) == ["01-01", "01-02"], "what both have is kept"
    assert REMARK in project.read("removed/lessons/01-02.md")
    assert REMARK not in project.read("book/book.md")
    assert "# Lesson 1.2: Chords" in project.read("lessons/01-02.md")
    project.make()
    assert project.asked == []


def test_why_a_lesson_is_stale_is_told_though_the_record_was_lost(project: Project) -> None:
    project.make(A, B)
    (project.home / "project.json").unlink()
    project.make()
    assert project.asked == [], "what is published is known by its own key"
    project.edit("01-02")
    project.make(A, B_STALE)
    assert project.status("01-02")[1].startswith("topics changed;")


def test_another_model_makes_no_text_stale_that_a_person_brought(project: Project) -> None:
    project.make(A)
    (project.home / "lessons/01-02.md").write_text("# Alerts\n\nWritten by the trainer.\n")
    project.make(A, B)
    assert project.asked == []
    project.make(wanted={"temperature": 0.5, "visuals": "none"})
    assert project.asked == ["01-01"], "another temperature"
    assert project.status("01-02") == ("edited by hand", "")
    project.make(A, B_STALE)
    assert project.asked == ["01-02"]
    assert project.status("01-02")[1] == "topics changed; a newer text stands beside it"
    assert "Written by the trainer." in project.read("book/book.md")


def test_an_accepted_draft_takes_the_place_of_an_edit_which_is_kept_in_removed(project: Project) -> None:
    project.make(A, B)
    clean = project.read("lessons/01-02.md").partition("\n---\n")[2]
    project.edit("01-02")
    project.make(A, B_STALE)
    project.make(A, B)
    (project.home / "rejected").mkdir()
    mended = clean.replace("## Summary", "Mended by the trainer.\n\n## Summary", 1)
    (project.home / "rejected/01-02.md").write_text(mended)
    assert accept_draft(load_course(project.store, "kept"), "01-02").accepted
    assert "Mended by the trainer." in project.read("lessons/01-02.md")
    assert REMARK in project.read("removed/lessons/01-02.md")
    assert not (project.home / "lessons/01-02.generated.md").exists()
    assert not project.files("rejected")
    assert project.status("01-02") == ("edited by hand", "")
    project.make(A, B)
    assert project.asked == []


def test_half_of_the_lessons_is_enough_to_be_the_same_course(project: Project) -> None:
    project.make(A, B)
    project.make(A, lesson("Scales", "Major"))
    assert project.asked == ["01-02"]
