"""Two runs of one project at once, and a person who saves at the same moment: nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.plain_course import make_course, scripted_by
from servers.small_course import as_yaml, lesson
from servers.text_faults import drop_topic

from coursewright.errors import ChangedMeanwhile
from coursewright.project import decide
from coursewright.project.begin import begin_run
from coursewright.project.course import load_course
from coursewright.project.decide import RunRequest, decide_run, start_run
from coursewright.project.finish_lesson import finish_lesson
from coursewright.project.finished import FinishedWork, write_finished
from coursewright.project.front_matter import with_front_matter
from coursewright.project.layout import Move
from coursewright.project.moves import make_moves
from coursewright.project.order import RunOrder
from coursewright.project.publish import publish
from coursewright.project.record import ProjectRecord, read_record
from coursewright.project.resources import ModelChains, RunResources, Spending
from coursewright.project.settings import Wanted
from coursewright.store.claims import DEAD_AFTER, Claim, Claims
from coursewright.store.folder import FolderStore
from coursewright.store.heart import Heart
from coursewright.visuals.illustrate import IllustrationBudget


def course_of(*titles: str) -> bytes:
    lessons = [lesson(title, f"Topic of {title}") for title in titles]
    return as_yaml(
        {"course": {"title": "Kept", "language": "en"}, "modules": [{"title": "One", "lessons": lessons}]}
    )


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "outline.yaml"
    path.write_bytes(course_of("A", "B", "C"))
    return path


@pytest.fixture
def edited(tmp_path: Path, outline: Path) -> FolderStore:
    """A store with a course of A, B and C, each edited by hand; the outline has a lesson before them now."""
    store = FolderStore(tmp_path / "courses")
    with scripted_by(answer_from_outline(outline)).installed():
        make_course(store, outline)
    own = store.within("kept")
    for number in (1, 2, 3):
        key = f"lessons/01-0{number}.md"
        own.write(key, own.read(key) + f"\nEdit {number}.\n".encode())
    outline.write_bytes(course_of("New", "A", "B", "C"))
    return store


def ask(store: FolderStore, outline: Path, run: str) -> RunRequest:
    order = RunOrder(run=run, store=store.url, project="kept")
    return RunRequest(order, Wanted(models=("scripted",), formats=("md",)), str(outline))


def edits(store: FolderStore) -> dict[str, str]:
    """The edit that each published lesson holds, by place."""
    own = store.within("kept")
    found = {}
    for item in own.list("lessons/"):
        _, there, edit = own.read(item.key).decode().partition("\nEdit ")
        found[item.key[len("lessons/") : -len(".md")]] = edit[:1] if there else ""
    return found


MOVED = {"01-02": "1", "01-03": "2", "01-04": "3"}


def test_of_two_runs_that_saw_the_same_the_second_looks_again(edited: FolderStore, outline: Path) -> None:
    one, two = (decide_run(ask(edited, outline, run), edited) for run in ("one", "two"))
    begin_run(one.prepared)
    assert edits(edited) == MOVED
    with pytest.raises(ChangedMeanwhile, match=r"project\.json was changed by another run"):
        begin_run(two.prepared)
    assert edits(edited) == MOVED
    again = start_run(ask(edited, outline, "two"), edited)
    assert edits(edited) == MOVED
    assert not again.prepared.moves
    assert [place for place, plan in again.prepared.lessons.items() if plan.todo == "write"] == ["01-01"]


def test_a_run_that_was_overtaken_decides_anew_by_itself(
    edited: FolderStore, outline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, waiting = begin_run, [True]

    def overtaken(prepared: Any) -> None:
        if waiting.pop() if waiting else False:
            begin(decide_run(ask(edited, outline, "quick"), edited).prepared)
        begin(prepared)

    monkeypatch.setattr(decide, "begin_run", overtaken)
    ready = start_run(ask(edited, outline, "slow"), edited)
    assert edits(edited) == MOVED
    assert read_record(edited.within("kept")) == ready.prepared.record


def test_a_run_that_comes_while_another_moves_texts_waits_for_it(edited: FolderStore, outline: Path) -> None:
    seen: list[str] = []

    class Watched(FolderStore):
        def _put(self, key: str, data: bytes, allow: Any) -> str:
            if key == ".moving/plan.json":
                seen.append(str(Claims(edited.within("kept"), "second").claim("layout")))
            return super()._put(key, data, allow)

    prepared = decide_run(ask(edited, outline, "first"), edited).prepared
    prepared.course.store.__class__ = Watched
    begin_run(prepared)
    assert [text.partition(" (")[0] for text in seen] == ["layout is being written by run first"]
    assert isinstance(Claims(edited.within("kept"), "second").claim("layout"), Claim), "and then it can begin"
    assert edits(edited) == MOVED


@pytest.mark.parametrize("when", [".moving/plan.json", "lessons/01-02.md"])
def test_what_is_saved_while_its_place_changes_hands_is_kept_in_removed(tmp_path: Path, when: str) -> None:
    saved: list[str] = []

    class Busy(FolderStore):
        def _put(self, key: str, data: bytes, allow: Any) -> str:
            if key == when and not saved:
                saved.append(key)
                FolderStore(tmp_path).write("lessons/01-03.md", b"saved this very moment")
            return super()._put(key, data, allow)

    store = Busy(tmp_path)
    for number in (1, 2, 3):
        store.write(f"lessons/01-0{number}.md", f"text {number}".encode())
    saved.clear()
    moves = [Move(f"lessons/01-0{n}.md", f"lessons/01-0{n + 1}.md") for n in (1, 2, 3)]
    make_moves(store, moves, ProjectRecord(), language="en")
    assert [store.read(f"lessons/01-0{n}.md") for n in (2, 3, 4)] == [b"text 1", b"text 2", b"text 3"]
    assert store.read("removed/lessons/01-03.md") == b"saved this very moment"


@pytest.mark.parametrize("before", ["nothing there", "the program's text"])
def test_an_edit_that_is_saved_while_a_text_is_published_stays(
    edited: FolderStore, outline: Path, before: str
) -> None:
    start_run(ask(edited, outline, "run"), edited)
    mine, key = b"# My own\n\nWords.\n", "lessons/01-01.md"
    course = load_course(edited, "kept")
    if before != "nothing there":
        course.store.write(key, with_front_matter("# Lesson 1.1: New\n\nOlder.", key="older"))

    class Busy(FolderStore):
        def _put(self, put_key: str, data: bytes, allow: Any) -> str:
            if put_key == key and data != mine:
                FolderStore(edited.url).within("kept").write(key, mine)
            return super()._put(put_key, data, allow)

    course.store.__class__ = Busy
    work = FinishedWork(kind="lesson", text="# Lesson 0.0: New\n\nNewer.\n")
    assert publish(course, "01-01", work, "newer").where == "beside the edit"
    assert course.store.read(key) == mine
    assert b"Newer." in course.store.read("lessons/01-01.generated.md")


def test_a_run_that_stood_still_asks_no_more_for_what_another_has_taken_over(
    tmp_path: Path, outline: Path
) -> None:
    """A computer that slept: its claim lapsed, and the lesson is being written elsewhere."""
    store = FolderStore(tmp_path / "courses")
    begin_run(decide_run(ask(store, outline, "slept"), store).prepared)
    course = load_course(store, "kept")
    key, good, now = course.lesson_keys["01-01"], answer_from_outline(outline), [0.0]
    other = json.dumps({"run": "other", "host": "elsewhere", "token": "theirs", "released": True}).encode()

    def answer(call: Call) -> str:
        now[0] += DEAD_AFTER
        course.store.write(f".claims/{key}", other)
        write_finished(course.store, key, FinishedWork(kind="lesson", text=good(call), run="other"))
        return drop_topic(good(call))

    claims = Claims(course.store, "slept", heart=Heart(threaded=False), clock=lambda: now[0])
    resources = RunResources("slept", claims, ModelChains(), Spending(None), IllustrationBudget(0))
    model = scripted_by(answer)
    order = RunOrder(run="slept", store=store.url, project="kept")
    with model.installed():
        done = finish_lesson(course, "01-01", order, resources)
    resources.close()
    assert len(model.requests) == 1, "the repair is not asked for"
    assert (done.outcome.state, done.outcome.requests) == ("published", 1)
    assert done.outcome.output_tokens > 0, "what it had paid is told"
    assert b"Topic of A" in course.store.read("lessons/01-01.md")
