"""Where the benchmarks play: a real Prefect server of their own, and a folder for courses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer, free_port, running_prefect

from benchmarks import ROOT
from deployments.local_postgres import STOP_SIGNAL, PostgresUnavailable, start_postgres

SERVER_SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}


class Unavailable(Exception):
    """A part cannot be measured here; says why."""


@dataclass(frozen=True)
class FlowRun:
    """What one run of the course flow took; seconds since its process had imported the flow.

    Attributes:
        started: when, in seconds since the epoch.
        ready: until it had decided what to do.
        items: when each item was done: seconds, kind, place, state.
        flow: the whole flow.
        cpu: processor seconds of the flow's process, all its threads, imports left out.
        peak_mb: the most memory that its process had, in MB.
        unavailable: answers 503 of the server, after each of which Prefect's client sleeps 2 s and more.
        refused: acquisitions of a slot that the server refused.
    """

    started: float
    ready: float
    items: tuple[tuple[float, str, str, str], ...]
    flow: float
    cpu: float
    import_cpu: float
    peak_mb: float
    unavailable: int
    refused: int
    state: str

    @property
    def last_item(self) -> float:
        """When the last lesson or figure was done; when the run had decided, where none was to be made."""
        return max((item[0] for item in self.items), default=self.ready)


@dataclass(frozen=True)
class Stage:
    """A Prefect server and a folder for courses."""

    prefect: PrefectServer
    folder: Path
    database: str

    def run_flow(self, model: OpenAIServer, **parameters: Any) -> FlowRun:
        """Run the course flow in a process of its own, on this server, with this model."""
        return self.start_flow(model, **parameters)()

    def start_flow(
        self, model: OpenAIServer, *, environment: Mapping[str, str] | None = None, **parameters: Any
    ) -> Callable[[], FlowRun]:
        """Start such a run, with variables of its own; what is given waits for its end."""
        given = {
            "store": str(self.folder / "courses"),
            "model": "openai:good",
            "visuals": "none",
            **parameters,
        }
        process = self.start(
            "benchmarks.run_flow", json.dumps(given), environment={**model.environment, **(environment or {})}
        )

        def finish() -> FlowRun:
            told = json.loads(read_output(process).splitlines()[-1])
            start = told["started"]
            return FlowRun(
                started=start,
                ready=told["begun"] - start,
                items=tuple((at - start, kind, place, state) for at, kind, place, state in told["items"]),
                flow=told["finished"] - start,
                cpu=told["cpu"],
                import_cpu=told["import_cpu"],
                peak_mb=told["peak_mb"],
                unavailable=told["unavailable"],
                refused=told["refused"],
                state=told["state"],
            )

        return finish

    def start(
        self, module: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a module of the benchmarks on this server."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={
                **clean_environment(),
                **self.prefect.environment,
                # A person's terminal is not what is measured.
                "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
                **(environment or {}),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def limit(self, name: str) -> dict[str, Any]:
        """A concurrency limit of the server."""
        with self.prefect.client as client:
            answer = client.get(f"v2/concurrency_limits/{name}")
            answer.raise_for_status()
            return dict(answer.json())

    def set_limit(self, name: str, limit: int, *, decay: float = 0.0) -> None:
        """Make or change a limit, as an operator would."""
        values = {"limit": limit, "active": True, "slot_decay_per_second": decay}
        with self.prefect.client as client:
            if client.get(f"v2/concurrency_limits/{name}").status_code == httpx.codes.NOT_FOUND:
                client.post("v2/concurrency_limits/", json={"name": name, **values}).raise_for_status()
            else:
                client.patch(f"v2/concurrency_limits/{name}", json=values).raise_for_status()


def read_output(process: subprocess.Popen[str]) -> str:
    """Wait for a process, and give what it printed.

    Raises:
        RuntimeError: it failed; with the end of what it said.
    """
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args} ended with {process.returncode}:\n{errors[-3_000:]}")
    return output


def clean_environment() -> dict[str, str]:
    """This environment without anybody's own Prefect settings, keys and accounts."""
    own = ("PREFECT_", "OPENAI_", "AWS_", "OLLAMA_", "COURSEWRIGHT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}


@contextmanager
def prefect_stage(database: str = "SQLite", settings: Mapping[str, str] | None = None) -> Iterator[Stage]:
    """A stage with a server on ``SQLite`` or ``PostgreSQL``, gone afterwards.

    Raises:
        Unavailable: there is no PostgreSQL here.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        # PostgreSQL does not run as root; its own account has to reach its data.
        folder.chmod(0o755)
        chosen = {**SERVER_SETTINGS, **(settings or {})}
        if database == "PostgreSQL":
            try:
                postgres = start_postgres(folder, free_port())
            except PostgresUnavailable as error:
                raise Unavailable(f"no PostgreSQL: {error}") from error
            stack.callback(lambda: postgres.process.wait(30))
            stack.callback(lambda: postgres.process.send_signal(STOP_SIGNAL))
            chosen["PREFECT_API_DATABASE_CONNECTION_URL"] = postgres.connection_url
            database = f"PostgreSQL {postgres.version}"
        home = folder / "prefect"
        home.mkdir()
        server = stack.enter_context(running_prefect(home, environment=chosen))
        yield Stage(server, folder, database)
