"""Runs of the real flow on the real server, against models and stores on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.faults import FaultScript
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer


@pytest.fixture
def on_the_server(prefect_server: PrefectServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrefectServer]:
    """Flows that run in this process use the session's Prefect server."""
    from prefect.logging.handlers import APILogHandler
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    monkeypatch.setenv("PREFECT_API_URL", prefect_server.api_url)
    with temporary_settings(
        updates={PREFECT_API_URL: prefect_server.api_url, PREFECT_HOME: str(prefect_server.home)}
    ):
        yield prefect_server
        # What is still to be logged goes to a server that is there.
        APILogHandler().flush()


@pytest.fixture
def make_runs(
    tmp_path: Path, on_the_server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., CourseRuns]]:
    """Makes a project to run, with its model server."""
    opened: list[OpenAIServer] = []

    def make(
        outline: bytes, *, store: str = "", faults: FaultScript | None = None, **server: Any
    ) -> CourseRuns:
        path = tmp_path / "outline.yaml"
        path.write_bytes(outline)
        answers: Callable[[Call], str] = server.pop("answer", None) or answer_from_outline(path.read_bytes)
        model = OpenAIServer(answers, faults=faults, **server)
        model.__enter__()
        opened.append(model)
        for name, value in model.environment.items():
            monkeypatch.setenv(name, value)
        return CourseRuns(tmp_path, path, model, store)

    yield make
    for model in opened:
        model.__exit__(None, None, None)
