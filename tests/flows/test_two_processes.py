"""Two processes that make one project at once, in a folder and in a bucket: nothing is paid for twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer
from servers.s3_moto import make_bucket, running_moto
from servers.small_course import as_yaml, many_lessons

from coursewright.project.front_matter import read_published
from coursewright.project.record import read_record
from coursewright.store.open import open_store

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
LESSONS = {f"0{m}-0{n}" for m in (1, 2) for n in (1, 2)}
TRIES = 3
"""This server knows no figures: they are asked for, and to be mended twice, by one of the two processes."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with running_moto() as endpoint:
        make_bucket(endpoint, "courses")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield "s3://courses/shared"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "courses")


@pytest.mark.parametrize("address", ["folder", "bucket"])
def test_two_processes_make_one_project_together(
    address: str, tmp_path: Path, on_the_server: PrefectServer, request: pytest.FixtureRequest
) -> None:
    store = request.getfixturevalue(address)
    outline = tmp_path / "outline.yaml"
    outline.write_bytes(as_yaml(many_lessons(2, 2)))
    with OpenAIServer(answer_from_outline(outline), seconds=1.0) as server:
        environment = {
            **os.environ,
            **server.environment,
            **on_the_server.environment,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "flows", "generate", str(outline), "--project", "course"]
        command += ["--store", store, "--model", "openai:good"]
        both = [
            subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        said = [process.communicate(timeout=500)[1] for process in both]
        asked = [item.partition("/")[2] for item in server.asked("lesson")]
        drawn = server.asked("visuals")
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(asked) == sorted(LESSONS), "no lesson was paid for twice"
    assert max(Counter(drawn).values()) <= TRIES, "nor were its figures"
    own = open_store(store).within("course")
    texts = {item.key: read_published(own.read(item.key)) for item in own.list("lessons/")}
    assert set(texts) == {f"lessons/{place}.md" for place in LESSONS}
    assert not any(text.edited for text in texts.values())
    record = read_record(own)
    assert record is not None
    assert {place for place, item in record.lessons.items() if item.key and not item.reason} == LESSONS
    assert len(list(own.list("reports/"))) == 2
    book = own.read("book/book.md").decode()
    assert all(f"Subject {m}{n}" in book for m in (1, 2) for n in (1, 2))
