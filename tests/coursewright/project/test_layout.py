"""Where texts belong after the outline has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coursewright.project.layout import Identity, match_places, plan_moves, share_recognised
from coursewright.project.moves import finish_moves, make_moves
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.store.folder import FolderStore


def known(key: str, title: str, group: str = "Health", module: int = 1) -> Identity:
    return Identity(key, title, group, module)


ABC = {"01-01": known("a-1", "A"), "01-02": known("b-1", "B"), "01-03": known("c-1", "C")}


def test_a_text_is_known_again_by_its_key() -> None:
    wanted = {"01-01": known("b-1", "B"), "01-02": known("a-1", "A"), "01-03": known("c-1", "C")}
    assert match_places(ABC, wanted) == {"01-01": "01-02", "01-02": "01-01", "01-03": "01-03"}


def test_a_stale_text_is_known_again_by_its_title_in_the_module() -> None:
    wanted = {"01-01": known("x-1", "X"), "01-02": known("a-9", "A"), "01-03": known("b-9", "B")}
    assert match_places(ABC, wanted) == {"01-01": "01-02", "01-02": "01-03"}


def test_a_retitled_lesson_keeps_its_place() -> None:
    wanted = {**ABC, "01-02": known("b-9", "Bee")}
    assert match_places(ABC, wanted) == {place: place for place in ABC}


def test_what_nothing_owns_is_matched_to_nothing() -> None:
    wanted = {"01-01": known("a-1", "A"), "01-02": known("c-1", "C")}
    assert match_places(ABC, wanted) == {"01-01": "01-01", "01-03": "01-02"}


def test_titles_that_recur_in_every_module_stay_in_their_module() -> None:
    before = {"01-01": known("a-1", "Intro"), "02-01": known("b-1", "Intro", "Change", 2)}
    wanted = {
        "01-01": known("n-1", "New"),
        "01-02": known("a-2", "Intro"),
        "02-01": known("b-2", "Intro", "Change", 2),
    }
    assert match_places(before, wanted) == {"01-01": "01-02", "02-01": "02-01"}


def test_another_course_is_told_by_what_is_recognised() -> None:
    other = {"01-01": known("x-1", "X"), "01-02": known("y-1", "Y"), "01-03": known("z-1", "Z")}
    assert share_recognised(ABC, other) == 0
    assert share_recognised(ABC, {**other, "01-09": known("n-1", "B", "Elsewhere", 3)}) == pytest.approx(
        1 / 3
    )


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path)
    for place in ("01-01", "01-02"):
        number = place[-1]
        store.write(
            f"lessons/{place}.md",
            f"---\nkey: k{number}\n---\n\n# Lesson 1.{number}: T{number}\n\nText {number}.\n".encode(),
        )
        store.write(f"visuals/{place}-0001.svg", f"<svg>{number}</svg>".encode())
    return store


def text_at(store: FolderStore, place: str) -> str:
    return store.read(f"lessons/{place}.md").decode()


def test_lessons_trade_places_with_their_figures_and_get_their_numbers(store: FolderStore) -> None:
    moves = plan_moves([item.key for item in store.list()], {"01-01": "01-02", "01-02": "01-01"}, {})
    make_moves(store, moves, ProjectRecord(), language="en")
    assert "# Lesson 1.1: T2" in text_at(store, "01-01")
    assert "# Lesson 1.2: T1" in text_at(store, "01-02")
    assert store.read("visuals/01-01-0001.svg") == b"<svg>2</svg>"
    assert not list(store.list(".moving/"))


def test_what_no_lesson_owns_goes_to_removed_and_never_over_what_is_there(store: FolderStore) -> None:
    store.write("removed/lessons/01-02.md", b"older")
    moves = plan_moves([item.key for item in store.list()], {"01-01": "01-01", "01-02": None}, {})
    make_moves(store, moves, ProjectRecord(), language="en")
    assert store.read("removed/lessons/01-02.md") == b"older"
    assert b"Text 2" in store.read("removed/lessons/01-02.2.md")
    assert [item.key for item in store.list("lessons/")] == ["lessons/01-01.md"]


@pytest.mark.parametrize("writes_before_death", range(10))
def test_moves_that_were_killed_are_finished_by_the_next_run(
    store: FolderStore, writes_before_death: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    moves = plan_moves([item.key for item in store.list()], {"01-01": "01-02", "01-02": "01-01"}, {})
    after = ProjectRecord(lessons={"01-01": ItemRecord(title="T2"), "01-02": ItemRecord(title="T1")})
    left = writes_before_death
    put = FolderStore._put

    def die_in_time(self: FolderStore, key: str, data: bytes, allow: Any) -> str:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        return put(self, key, data, allow)

    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "_put", die_in_time)
        with pytest.raises(Killed):
            make_moves(store, moves, after, language="en")
    completed = finish_moves(store)
    texts = {text_at(store, "01-01").split("Text ")[1], text_at(store, "01-02").split("Text ")[1]}
    assert texts == {"1.\n", "2.\n"}, "no text is lost, none stands twice"
    if completed:
        assert "# Lesson 1.1: T2" in text_at(store, "01-01")
        assert read_record(store) == after
    else:
        assert "# Lesson 1.1: T1" in text_at(store, "01-01")
    assert not list(store.list(".moving/"))
