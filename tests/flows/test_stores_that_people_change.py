"""Stores that nobody may write to, in which odd things stand, or that go away while a run is on."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from prefect import State
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, lesson, many_lessons

from flows.__main__ import main

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
OUTLINE = as_yaml(many_lessons(2, 2))
IN_SLOTS = 2
"""Lessons that can be under way at once."""


def without_privileges(command: Sequence[str]) -> list[str]:
    """A command that is bound by the rights of files, as the superuser is not."""
    if os.geteuid() != 0:
        return list(command)
    if not shutil.which("setpriv"):
        pytest.skip("the superuser gives up its rights with setpriv(1)")
    lost = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--inh-caps={lost}", f"--bounding-set={lost}", *command]


def generate_without_privileges(
    runs: CourseRuns, server: PrefectServer, *options: str
) -> subprocess.CompletedProcess[str]:
    """``coursewright generate`` in a process that may do no more than the rights of files allow."""
    command = [sys.executable, "-m", "flows", "generate", str(runs.outline), "--store", runs.store]
    command += ["--project", runs.project, *runs.defaults, *options]
    environment = {**os.environ, **runs.server.environment, **server.environment, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        without_privileges(command), env=environment, capture_output=True, text=True, check=False, timeout=180
    )


@pytest.mark.parametrize(
    ("where", "rights"),
    [(".", 0o555), (".", 0o000), ("course", 0o555), ("course/lessons", 0o555), ("course/.finished", 0o555)],
)
def test_a_store_that_may_not_be_written_is_one_clear_error_and_nothing_is_lost(
    where: str, rights: int, make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    runs = make_runs(OUTLINE)
    folder = Path(runs.store) / where
    folder.mkdir(parents=True)
    folder.chmod(rights)
    try:
        ran = generate_without_privileges(runs, on_the_server)
    finally:
        folder.chmod(0o755)
    said = ran.stderr.strip().splitlines()
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert said[-1].startswith("coursewright: ") and "this account lacks the right" in said[-1]
    assert str(folder) in said[-1]
    assert ran.stderr.count("lacks the right") == 1

    asked = runs.newly_asked()
    assert len(asked) <= IN_SLOTS, "nothing more is asked for than what is under way"
    kept = {item.key for item in runs.own.list(".finished/")}
    assert runs.generate() == 0
    assert len(runs.places()) == 4
    assert len(runs.newly_asked()) == 4 - len(kept), "what could be kept is not asked for again"


def stand_a_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def stand_a_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere.md"))


def stand_a_folder(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("mine")


@pytest.mark.parametrize("stand", [stand_a_link, stand_a_dangling_link, stand_a_folder])
def test_what_stands_in_a_lessons_place_is_a_gap_and_stays(
    stand: Callable[[Path], None], tmp_path: Path, make_runs: Callable[..., CourseRuns]
) -> None:
    runs = make_runs(OUTLINE)
    runs.defaults = ("--model", "openai:good")
    path = runs.home / "lessons" / "01-02.md"
    path.parent.mkdir(parents=True)
    stand(path)
    assert runs.generate() == 3
    assert [place for place in runs.places() if "/" not in place] == ["01-01", "02-01", "02-02"]
    (gap,) = [item for item in runs.report()["items"] if item["reason"] and item["kind"] == "lesson"]
    assert (gap["place"], gap["state"], gap["requests"]) == ("01-02", "failed", 1)
    assert str(path) in gap["reason"] and gap["input_tokens"] > 0
    assert gap["reason"] in runs.book(), "the page in the gap says why"
    assert path.is_symlink() or (path / "notes.txt").read_text() == "mine"

    asked = runs.newly_asked()
    assert sorted(asked) == ["01-01", "01-02", "02-01", "02-02"]
    assert runs.generate() == 3
    path.rename(tmp_path / "put-away")
    assert runs.generate() == 0
    assert runs.places() == ["01-01", "01-02", "02-01", "02-02"]
    assert runs.newly_asked() == [], "it was paid for once"


@pytest.mark.parametrize("name", ["lessons", ".finished", "book"])
def test_a_link_in_a_folders_place_is_one_clear_error_and_is_not_followed(
    name: str, tmp_path: Path, make_runs: Callable[..., CourseRuns], capsys: pytest.CaptureFixture[str]
) -> None:
    runs = make_runs(OUTLINE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    runs.home.mkdir(parents=True)
    (runs.home / name).symlink_to(elsewhere)
    assert runs.generate() == 1
    said = capsys.readouterr().err
    assert f"{runs.home / name} is not used: it is a symbolic link" in said and "Traceback" not in said
    assert not list(elsewhere.iterdir())


def test_a_store_that_fails_in_mid_run_ends_the_asking_and_leaves_nothing_claimed(
    tmp_path: Path, make_runs: Callable[..., CourseRuns]
) -> None:
    from flows.generate_course import generate_course

    outline = as_yaml(many_lessons(6, 1))
    answer = answer_from_outline(outline)

    two_under_way = threading.Event()

    def spoil_and_answer(call: Call) -> str:
        if call.item == "lesson/01-01":
            assert two_under_way.wait(30)
            (runs.home / ".finished").symlink_to(tmp_path)
        else:
            two_under_way.set()
            time.sleep(1.5)
        return str(answer(call))

    runs = make_runs(outline, answer=spoil_and_answer)

    async def run_and_look_on() -> tuple[State[Any], list[bool], list[str]]:
        state: State[Any] = await generate_course(
            outline=str(runs.outline),
            store=runs.store,
            project=runs.project,
            model="openai:good",
            visuals="none",
            return_state=True,
        )
        claims = runs.own.list(".claims/")
        released = [json.loads(runs.own.read(claim.key)).get("released", False) for claim in claims]
        await asyncio.sleep(2)
        return state, released, runs.newly_asked()

    state, released, asked = asyncio.run(run_and_look_on())
    assert state.is_failed() and "symbolic link" in str(state.message)
    assert len(released) == 1 + IN_SLOTS and all(released), "the layout's, and those of two lessons"
    assert sorted(asked) == ["01-01", "02-01"], (
        "what was under way is finished; nothing more is asked for a run that ended"
    )


@pytest.mark.parametrize("moment", ["lesson/01-01", "lesson/02-03"])
def test_a_project_that_is_removed_in_mid_run_is_said_to_be_and_is_made_again(
    moment: str, make_runs: Callable[..., CourseRuns], capsys: pytest.CaptureFixture[str]
) -> None:
    outline = as_yaml(many_lessons(2, 3))
    answer = answer_from_outline(outline)
    removed: list[str] = []

    def remove_and_answer(call: Call) -> str:
        if call.item == moment and not removed:
            removed.append(call.item)
            while runs.home.exists():
                shutil.rmtree(runs.home, ignore_errors=True)
        return str(answer(call))

    runs = make_runs(outline, answer=remove_and_answer)
    assert runs.generate() == 1
    said = capsys.readouterr().err.strip()
    assert "The project course was removed from" in said.splitlines()[-1]
    assert said.endswith("Run the same command again: it makes what is missing.") and "Traceback" not in said
    assert not list(runs.own.list("reports/")), "nothing says that the course is there"

    runs.newly_asked()
    kept = set(runs.places())
    assert runs.generate() == 0
    assert len(runs.places()) == 6
    assert not kept & set(runs.newly_asked()), "only what is gone is paid for again"


def test_lessons_that_differ_only_by_the_form_or_case_of_their_titles_are_two(
    make_runs: Callable[..., CourseRuns],
) -> None:
    titles = ["Caf\u00e9", "Cafe\u0301", "CAF\u00c9", "caf\u00e9"]
    course = {
        "course": {"title": "Caf\u00e9", "language": "en"},
        "modules": [{"title": "One", "lessons": [lesson(title, title) for title in titles]}],
    }
    runs = make_runs(as_yaml(course))
    assert runs.generate() == 0
    assert sorted(runs.newly_asked()) == ["01-01", "01-02", "01-03", "01-04"]
    assert runs.generate() == 0
    assert runs.newly_asked() == []
    assert runs.places() == ["01-01", "01-02", "01-03", "01-04"]


def test_an_outline_saved_in_another_unicode_form_costs_nothing(make_runs: Callable[..., CourseRuns]) -> None:
    course = {
        "course": {"title": "Introducci\u00f3n", "language": "es"},
        "modules": [{"title": "Se\u00f1ales", "lessons": [lesson("Evoluci\u00f3n", "Un \u00e1rbol")]}],
    }
    runs = make_runs(as_yaml(course))
    assert runs.generate() == 0
    assert runs.newly_asked() == ["01-01"]
    runs.edit_outline(lambda text: unicodedata.normalize("NFD", text))
    assert runs.generate() == 0
    assert runs.newly_asked() == []


def test_courses_whose_titles_differ_only_by_form_or_case_are_not_mixed(
    make_runs: Callable[..., CourseRuns], capsys: pytest.CaptureFixture[str]
) -> None:
    def course(title: str, *lessons: str) -> bytes:
        modules = [{"title": "One", "lessons": [lesson(one, one) for one in lessons]}]
        return as_yaml({"course": {"title": title, "language": "en"}, "modules": modules})

    runs = make_runs(course("Caf\u00e9", "Beans", "Water"))
    assert main(["generate", str(runs.outline), "--store", runs.store, *runs.defaults]) == 0
    for title in ("Cafe\u0301", "CAF\u00c9"):
        runs.outline.write_bytes(course(title, "Cups", "Chairs"))
        assert main(["generate", str(runs.outline), "--store", runs.store, *runs.defaults]) == 2
        assert "another course" in capsys.readouterr().err
    assert runs.generate("--project", "Cafe") == 2
    assert "for example cafe." in capsys.readouterr().err
    assert [path.name for path in Path(runs.store).iterdir()] == ["cafe"]
