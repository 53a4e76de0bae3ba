"""A course whose making is killed at each of its writes in turn, and made to the end after that.

What a process does between two writes leaves no trace, so these are all the moments there are. Without
Prefect, so that each of them can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, lesson

from coursewright.store.folder import FolderStore

READERS_SEE = ("lessons/", "visuals/", "labs/", "book/", "removed/", "rejected/")


class Killed(BaseException):
    """What stands for SIGKILL: nothing catches it."""


class DyingStore(FolderStore):
    """A folder whose user is killed after so many writes and removals."""

    left: float = float("inf")

    def within(self, folder: str) -> DyingStore:
        inner = super().within(folder)
        inner.__class__ = DyingStore
        inner._above = getattr(self, "_above", self)  # type: ignore[attr-defined]
        return inner  # type: ignore[return-value]

    def _spend(self) -> None:
        above: DyingStore = getattr(self, "_above", self)
        if above.left <= 0:
            raise Killed
        above.left -= 1

    def _put(self, key: str, data: bytes, allow: Any) -> str:
        self._spend()
        return super()._put(key, data, allow)

    def delete(self, key: str) -> None:
        self._spend()
        super().delete(key)


def make_outline(**lessons: list[str]) -> bytes:
    """A course of one module: each lesson's title and its topics."""
    course = {"title": "Kept", "language": "en"}
    rows = [lesson(title, *topics) for title, topics in lessons.items()]
    return as_yaml({"course": course, "modules": [{"title": "One", "lessons": rows}]})


def what_readers_see(store: FolderStore) -> dict[str, bytes]:
    own = store.within("kept")
    return {item.key: own.read(item.key) for item in own.list() if item.key.startswith(READERS_SEE)}


@pytest.fixture(autouse=True)
def _one_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


FIRST = make_outline(Probes=["Liveness", "Readiness"], Alerts=["Rules"])
HISTORIES = {
    "made at once": [FIRST],
    "made, then topics changed": [
        FIRST,
        make_outline(Probes=["Liveness", "Startup"], Alerts=["Rules", "Routes"]),
    ],
    "made, then lessons moved, added and left out": [
        FIRST,
        make_outline(Limits=["Quotas"], Probes=["Liveness", "Readiness"]),
    ],
}


def live(store: DyingStore, folder: Path, history: list[bytes], die_after: float) -> Iterator[str]:
    """Make the course through its history; killed in the last run, it is made again. Gives what was asked."""
    outline = folder / "outline.yaml"
    for number, text in enumerate(history, 1):
        outline.write_bytes(text)
        model = scripted_by(answer_from_outline(outline))
        with model.installed():
            store.left = die_after if number == len(history) else float("inf")
            try:
                make_course(store, outline, run=f"run-{number}")
            except Killed:
                finished = {item.key for item in store.within("kept").list(".finished/")}
                yield "killed"
                store.left = float("inf")
                before = len(model.requests)
                make_course(store, outline, run=f"run-{number}-again")
                after = {item.key for item in store.within("kept").list(".finished/")}
                lessons = [item for item in model.requests[before:] if item.item.startswith("lesson/")]
                assert len(lessons) <= len(after - finished), "what was finished is not asked for again"
        yield "made"


def try_moments(tmp_path: Path, history: list[bytes], moments: Iterable[int]) -> int:
    """Kill the making at each of these writes; gives how many there were before it was through."""
    calm_folder = tmp_path / "calm"
    calm_folder.mkdir()
    calm = DyingStore(calm_folder / "courses")
    assert list(live(calm, calm_folder, history, float("inf")))[-1] == "made"
    wanted = what_readers_see(calm)
    assert {key.partition("/")[0] for key in wanted} >= {"lessons", "visuals", "book"}
    for tried, moment in enumerate(moments):
        folder = tmp_path / str(moment)
        folder.mkdir()
        store = DyingStore(folder / "courses")
        events = list(live(store, folder, history, moment))
        assert what_readers_see(store) == wanted, f"killed after {moment} writes"
        if "killed" not in events:
            return tried
    raise AssertionError("the making never ended")


@pytest.mark.parametrize("name", HISTORIES)
def test_killed_at_a_write_a_course_becomes_what_it_would_have_been(name: str, tmp_path: Path) -> None:
    start = list(HISTORIES).index(name)
    assert try_moments(tmp_path, HISTORIES[name], range(start, 1_000, 7)) >= 3


@pytest.mark.long
@pytest.mark.parametrize("name", HISTORIES)
def test_killed_at_any_write_a_course_becomes_what_it_would_have_been(name: str, tmp_path: Path) -> None:
    assert try_moments(tmp_path, HISTORIES[name], range(1_000)) >= 20
