"""Stores that fail while a course is made: one put in five, and a disk that is full."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.faulty_s3 import FaultyS3
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer
from servers.s3_moto import make_bucket, make_session, running_moto
from servers.small_course import as_yaml, many_lessons

from coursewright.errors import NotStored
from coursewright.project.front_matter import read_published
from coursewright.store.base import Store
from coursewright.store.folder import FolderStore
from coursewright.store.open import open_store

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
READERS_SEE = ("lessons/", "visuals/", "book/")


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with running_moto() as endpoint:
        make_bucket(endpoint, "courses")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield endpoint


class Reader:
    """Somebody who looks at the published texts and figures all the time, and notes what is not whole."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.looks = 0
        self.torn: list[str] = []

    def _run(self) -> None:
        while not self._stop.wait(0.2):
            for item in self._store.list():
                if item.key.startswith(READERS_SEE):
                    self._look(item.key)

    def _look(self, key: str) -> None:
        try:
            data = self._store.read(key)
        except NotStored:
            return
        self.looks += 1
        whole = True
        if key.startswith("lessons/"):
            whole = not read_published(data).edited
        elif key.endswith(".json"):
            whole = isinstance(json.loads(data), dict)
        elif key.endswith((".svg", ".html")):
            whole = data.rstrip().endswith((b"</svg>", b"</html>"))
        if not whole:
            self.torn.append(key)


@contextmanager
def reading(store: Store) -> Iterator[Reader]:
    reader = Reader(store)
    reader._thread.start()
    try:
        yield reader
    finally:
        reader._stop.set()
        reader._thread.join()


def test_a_store_in_which_one_put_in_five_fails_gets_the_same_course(
    make_runs: Callable[..., CourseRuns], moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = iter(range(2))

    def script(method: str, path: str, number: int) -> str | None:
        chance = random.Random(f"a store that fails {number}")
        if method != "PUT" or chance.random() >= 0.2:
            return None
        # A put that is never answered takes ten seconds: a few of them are enough.
        if chance.random() < 0.1 and next(waited, None) is not None:
            return "timeout"
        return chance.choice(("500", "503", "reset", "lost", "lost-500"))

    direct = open_store("s3://courses/failing", session=make_session(), endpoint_url=moto)
    with FaultyS3(moto, script=script) as proxy, reading(direct.within("course")) as reader:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        runs = make_runs(as_yaml(many_lessons(3, 3)), store="s3://courses/failing")
        runs.defaults = ("--model", "openai:good")
        assert runs.generate() == 0
        asked = runs.newly_asked()
        assert runs.generate() == 0
        assert runs.newly_asked() == [], "what was stored is finished, however its put was answered"
    assert sorted(asked) == sorted(set(asked)), "nothing was asked for twice"
    puts = [seen for seen in proxy.seen if seen.method == "PUT"]
    assert sum(bool(seen.fault) for seen in puts) >= len(puts) * 0.1, "it did fail"
    assert reader.looks > 20 and reader.torn == [], "readers see whole texts and figures only"

    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto)
    calm = make_runs(as_yaml(many_lessons(3, 3)), store="s3://courses/calm")
    calm.defaults = runs.defaults
    assert calm.generate() == 0
    assert published(direct.within("course")) == published(calm.own), "byte for byte"


def published(store: Store) -> dict[str, bytes]:
    """Everything that readers see."""
    return {item.key: store.read(item.key) for item in store.list() if item.key.startswith(READERS_SEE)}


def _can_mount() -> str:
    """Why a small disk cannot be had; empty where it can."""
    if not shutil.which("unshare") or os.geteuid() != 0:
        return "a small disk needs root and unshare(1)"
    try_it = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"]
    failed = subprocess.run(try_it, capture_output=True, check=False).returncode
    return "a small disk cannot be mounted here" if failed else ""


_SCRIPT = """
set -u
mount -t tmpfs -o size="$3" none "$1" || exit 99
"$PYTHON" -m flows generate outline.yaml --project course --store "$1" --model openai:good 2> "$2/full.txt"
echo $? > "$2/full.code"
cp -a "$1" "$2/after-full"
mount -o remount,size=200m "$1"
"$PYTHON" -m flows generate outline.yaml --project course --store "$1" --model openai:good 2> "$2/roomy.txt"
echo $? > "$2/roomy.code"
cp -a "$1" "$2/after-roomy"
"""


def test_a_full_disk_is_said_and_nothing_is_damaged(tmp_path: Path, on_the_server: PrefectServer) -> None:
    if reason := _can_mount():
        pytest.skip(reason)
    outline = as_yaml(many_lessons(3, 3))
    (tmp_path / "outline.yaml").write_bytes(outline)
    disk, seen = tmp_path / "disk", tmp_path / "seen"
    disk.mkdir()
    seen.mkdir()
    with OpenAIServer(answer_from_outline(outline), seconds=0.05) as server:
        environment = {
            **os.environ,
            **server.environment,
            **on_the_server.environment,
            "PYTHONPATH": str(ROOT),
            "PYTHON": sys.executable,
        }
        begun = time.monotonic()
        command = ["unshare", "-m", "sh", "-c", _SCRIPT, "sh", str(disk), str(seen), "160k"]
        subprocess.run(command, env=environment, cwd=tmp_path, check=True, timeout=400)
        asked = server.asked("lesson")
    assert time.monotonic() - begun < 400
    said = (seen / "full.txt").read_text()
    assert (seen / "full.code").read_text().strip() == "1"
    assert "the disk is full" in said and "free some space and run again" in said, said[-2000:]
    assert "Traceback" not in said, "a full disk is no mistake of the program"

    store = FolderStore(seen / "after-full").within("course")
    lessons = [item.key for item in store.list("lessons/")]
    assert 0 < len(lessons) < 9, "it was full in the middle"
    for key in lessons:
        assert not read_published(store.read(key)).edited, "what is published is whole"
    for item in store.list(".finished/"):
        json.loads(store.read(item.key))
    assert not list((seen / "after-full").rglob(".coursewright-draft-*")), "no half-written file"

    assert (seen / "roomy.code").read_text().strip() == "0", (seen / "roomy.txt").read_text()[-2000:]
    after = FolderStore(seen / "after-roomy").within("course")
    assert len(list(after.list("lessons/"))) == 9
    kept = {key.removeprefix("lessons/").removesuffix(".md") for key in lessons}
    again = [item for item in asked if asked.count(item) > 1]
    assert not {item.partition("/")[2] for item in again} & kept, "what was stored is not asked for again"
