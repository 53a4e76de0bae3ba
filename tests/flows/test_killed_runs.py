"""Runs that are killed at random moments, their temporary server with them, and the same command again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.openai_server import OpenAIServer
from servers.s3_moto import make_bucket, running_moto
from servers.small_course import as_yaml, many_lessons

from coursewright.store.base import Store
from coursewright.store.open import open_store

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
READERS_SEE = ("lessons/", "visuals/", "labs/", "book/")
IN_SLOTS = 2
"""Lessons that can be under way at once: what a kill may cost."""


class KillableRun:
    """``coursewright generate`` as a process group of its own, with a Prefect home of its own."""

    def __init__(self, folder: Path, outline: bytes, server: OpenAIServer, address: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.server = server
        self.address = address
        self.outline = folder / "outline.yaml"
        self.outline.write_bytes(outline)

    @property
    def own(self) -> Store:
        """The project's own part of the store."""
        return open_store(self.address).within("course")

    def start(self) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            **self.server.environment,
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
            "SOURCE_DATE_EPOCH": "1700000000",
        }
        command = [sys.executable, "-m", "flows", "generate", str(self.outline), "--project", "course"]
        command += ["--store", self.address, "--model", "openai:good", "--content", "both"]
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, text=True, stderr=subprocess.PIPE, start_new_session=True
        )

    def finish(self) -> None:
        """Run to the end, which is complete."""
        process = self.start()
        _, said = process.communicate(timeout=900)
        assert process.returncode == 0, said

    def kill(self, moment: random.Random) -> bool:
        """Run and kill the whole group with SIGKILL at a moment; False where the run ended before it."""
        asked = len(self.server.asked("lesson"))
        wanted, wait = asked + moment.randint(0, 4), moment.uniform(0, 1.5)
        process = self.start()
        end = time.monotonic() + 180
        while len(self.server.asked("lesson")) < wanted and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(wait)
        ended = process.poll()
        if ended is None:
            os.killpg(process.pid, signal.SIGKILL)
        _, said = process.communicate()
        assert ended in (None, 0), said
        return ended is None

    def finished_lessons(self) -> set[str]:
        """The places of the lessons that readers see."""
        keys = [item.key for item in self.own.list("lessons/")]
        return {key.removeprefix("lessons/").removesuffix(".md") for key in keys}

    def files(self) -> dict[str, bytes]:
        """Everything that readers see: texts, figures and the book."""
        return {
            item.key: self.own.read(item.key) for item in self.own.list() if item.key.startswith(READERS_SEE)
        }


def kill_and_compare(
    folder: Path, addresses: tuple[str, str], *, kills: int, modules: int, seed: int
) -> None:
    """Kill a course's runs so many times, finish it, and hold it against one that nobody disturbed."""
    course = many_lessons(modules, 6)
    for module in course["modules"]:
        module["lab_activities"] = [f"Try all of {module['title']}"]
    outline = as_yaml(course)
    moment = random.Random(seed)
    with OpenAIServer(answer_from_outline(outline), seconds=0.3) as server:
        run = KillableRun(folder / "killed", outline, server, addresses[0])
        killed = 0
        while killed < kills:
            stored, before = run.finished_lessons(), len(server.asked("lesson"))
            if not run.kill(moment):
                break
            killed += 1
            asked = {item.partition("/")[2] for item in server.asked("lesson")[before:]}
            assert not asked & stored, "nothing that was stored is asked for again"
        run.finish()
        assert killed >= min(kills, 3), "the runs were killed, not finished"
        asked = server.asked("lesson")
        assert len(set(asked)) == modules * 6
        assert len(asked) <= modules * 6 + IN_SLOTS * killed, "a kill costs what was under way, no more"
        labs = server.asked("lab")
        assert len(set(labs)) == modules
        assert len(labs) <= modules + IN_SLOTS * killed
        calm = KillableRun(folder / "undisturbed", outline, server, addresses[1])
        calm.finish()
    made, wanted = run.files(), calm.files()
    assert {key.partition("/")[0] for key in wanted} == {"lessons", "visuals", "labs", "book"}
    assert made == wanted, "byte for byte what an undisturbed run makes"


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    with running_moto() as endpoint:
        make_bucket(endpoint, "courses")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield "s3://courses/killed", "s3://courses/undisturbed"


def test_a_killed_run_goes_on_and_pays_for_nothing_twice(tmp_path: Path) -> None:
    addresses = str(tmp_path / "a"), str(tmp_path / "b")
    kill_and_compare(tmp_path, addresses, kills=3, modules=2, seed=7)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_kills_of_42_lessons_in_a_folder(seed: int, tmp_path: Path) -> None:
    addresses = str(tmp_path / "a"), str(tmp_path / "b")
    kill_and_compare(tmp_path, addresses, kills=20, modules=7, seed=seed)


@pytest.mark.long
def test_twenty_kills_of_42_lessons_in_a_bucket(tmp_path: Path, buckets: tuple[str, str]) -> None:
    kill_and_compare(tmp_path, buckets, kills=20, modules=7, seed=3)
