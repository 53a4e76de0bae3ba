"""What a project is told to be, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, lesson, small_outline

from coursewright.project.course import load_course
from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.order import RunOrder
from coursewright.project.settings import Wanted
from coursewright.project.status import read_outline_news, status_rows
from coursewright.store.folder import FolderStore


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "outline.yaml"
    path.write_bytes(as_yaml(small_outline()))
    return path


@pytest.fixture
def store(tmp_path: Path, outline: Path) -> Iterator[FolderStore]:
    """A course of four lessons, of which 02-01 has been set aside and 02-02 was never asked for."""
    good = answer_from_outline(outline)

    def answer(call: Call) -> str:
        return "Sorry." if call.item == "lesson/02-01" else good(call)

    store = FolderStore(tmp_path / "courses")
    with scripted_by(answer).installed():
        make_course(store, outline, formats=("md",), lessons="01-01,01-02,02-01")
        yield store


def states(store: FolderStore) -> dict[str, tuple[str, str]]:
    return {row["item"]: (row["state"], row["why"]) for row in status_rows(load_course(store, "kept"))}


def test_each_lesson_and_figure_has_a_row_with_its_state_and_why(store: FolderStore, outline: Path) -> None:
    (rows := states(store)).pop("lesson 02-01")
    assert rows == {
        "lesson 01-01": ("finished", ""),
        "figure 01-01-0001": ("finished", ""),
        "figure 01-01-0002": ("finished", ""),
        "lesson 01-02": ("finished", ""),
        "figure 01-02-0001": ("finished", ""),
        "lesson 02-02": ("missing", ""),
    }
    state, why = states(store)["lesson 02-01"]
    assert (state, why.partition(":")[0]) == ("set aside", "set aside by the checks")


def test_figures_that_are_still_to_be_drawn_are_missing(store: FolderStore) -> None:
    store.within("kept").delete("visuals/01-01-0002.svg")
    assert states(store)["figures 01-01"] == ("missing", "not all are drawn for the text as it is")
    key = "lessons/01-02.md"
    store.within("kept").write(key, store.within("kept").read(key) + b"\nMore.\n")
    assert states(store)["figures 01-02"][0] == "missing"


def test_figures_of_lessons_that_moved_are_finished_after_the_run_that_moved_them(
    store: FolderStore, outline: Path
) -> None:
    course = small_outline()
    course["modules"][0]["lessons"].reverse()
    outline.write_bytes(as_yaml(course))
    make_course(store, outline, lessons="01-01,01-02", formats=("md",))
    found = {item: state for item, (state, _) in states(store).items() if item.startswith("figure")}
    assert found == {
        "figure 01-01-0001": "finished",
        "figure 01-02-0001": "finished",
        "figure 01-02-0002": "finished",
    }


def test_what_is_as_it_was_left_is_not_read(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read, seen = FolderStore.read_tagged, []

    def note(self: FolderStore, key: str) -> tuple[bytes, str]:
        seen.append(key)
        return read(self, key)

    monkeypatch.setattr(FolderStore, "read_tagged", note)
    states(store)
    assert set(seen) == {"project.json", "outline.yaml"}


def test_a_figure_of_a_persons_own_and_a_lab_have_their_rows(store: FolderStore, outline: Path) -> None:
    own = store.within("kept")
    own.write("visuals/01-02-0001.svg", b"<svg/>")
    course = small_outline()
    course["modules"][1]["lab_activities"] = ["Roll back"]
    outline.write_bytes(as_yaml(course))
    make_course(store, outline, lessons="01-01", formats=("md",), wanted={"content": "both"})
    rows = states(store)
    assert rows["figure 01-02-0001"] == ("replaced by hand", "")
    assert rows["lab 02-00-01"] == ("missing", "")


def test_a_lesson_whose_siblings_changed_is_finished_and_its_context_changed(
    store: FolderStore, outline: Path
) -> None:
    course = small_outline()
    course["modules"][0]["lessons"].append(lesson("1.3 Restarts", "When to restart"))
    outline.write_bytes(as_yaml(course))
    make_course(store, outline, lessons="01-03", formats=("md",))
    assert states(store)["lesson 01-01"] == ("finished", "context changed")


def test_a_lesson_that_a_run_did_not_get_to_is_stale_and_it_says_why(
    store: FolderStore, outline: Path
) -> None:
    course = small_outline()
    course["modules"][0]["lessons"][1]["topics"] = ["Alert rules", "On-call"]
    outline.write_bytes(as_yaml(course))
    make_course(store, outline, lessons="01-01", formats=("md",))
    assert states(store)["lesson 01-02"] == ("stale", "topics changed")
    make_course(store, outline, lessons="01-01", formats=("md",), wanted={"requirements": "Be short."})
    assert states(store)["lesson 01-02"] == ("stale", "topics changed"), "only the selected one has them"


def test_finished_work_that_is_not_in_its_place_is_told_so(store: FolderStore) -> None:
    store.within("kept").delete("lessons/01-02.md")
    assert states(store)["lesson 01-02"] == ("finished, not in its place", "the next run puts it there")


def test_what_an_author_changed_since_the_last_run_is_told_before_the_next(
    store: FolderStore, outline: Path
) -> None:
    assert read_outline_news(store, "kept") is None
    course = small_outline(title="Another Title")
    outline.write_bytes(as_yaml(course))
    news = read_outline_news(store, "kept")
    assert news is not None
    before = {item.place for item in news.items}
    course["modules"][0]["lessons"][1]["topics"] = ["Alert rules", "On-call"]
    outline.write_bytes(as_yaml(course))
    news = read_outline_news(store, "kept")
    assert news is not None
    assert news.source == str(outline)
    changed = {item.place: item.why for item in news.items if item.place not in before}
    assert changed == {"01-02": "topics changed"}
    assert states(store)["lesson 01-02"] == ("finished", ""), "as the last run left it"

    outline.write_text("modules: 7\n")
    news = read_outline_news(store, "kept")
    assert news is not None
    assert "modules" in news.fault


def test_an_outline_that_is_gone_is_told_by_the_words_of_the_next_run(
    store: FolderStore, outline: Path
) -> None:
    outline.unlink()
    news = read_outline_news(store, "kept")
    assert news is not None
    assert (news.source, news.items, news.fault) == (str(outline), (), "")
    request = RunRequest(RunOrder(run="", store=store.url, project="kept"), Wanted(), outline="")
    assert (news.warning,) == decide_run(request, store, dry=True).warnings
    assert news.warning.startswith(f"The outline {str(outline)!r} cannot be read: ")
