"""The real Prefect server, started from the lock as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_START_SECONDS = 180.0

_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a busy server is asked again."""


class PatientTransport(httpx.HTTPTransport):
    """Asks a busy server again, as Prefect's own client does: SQLite admits one writer at a time."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer; that the server is busy only if it still was at the last try."""
        for pause in _PAUSES:
            answer = super().handle_request(request)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
            answer.close()
            time.sleep(pause)
        return super().handle_request(request)


@dataclass(frozen=True)
class PrefectServer:
    """A server that runs.

    Attributes:
        api_url: what clients are given as ``PREFECT_API_URL``.
        home: its ``PREFECT_HOME``.
    """

    api_url: str
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a client here."""
        return {"PREFECT_API_URL": self.api_url, "PREFECT_HOME": str(self.home)}

    @property
    def client(self) -> httpx.Client:
        """A plain HTTP client to its API."""
        return httpx.Client(base_url=self.api_url + "/", timeout=30, transport=PatientTransport())

    def kill(self) -> None:
        """Kill it and all its processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_prefect(
    home: Path, *, port: int | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[PrefectServer]:
    """Run a server with its database in `home` until this ends."""
    server = start_prefect(home, port=port, environment=environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGTERM)
            try:
                server.process.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def start_prefect(
    home: Path, *, port: int | None = None, environment: Mapping[str, str] | None = None
) -> PrefectServer:
    """Start a server, and wait until it answers."""
    chosen = port or free_port()
    api_url = f"http://127.0.0.1:{chosen}/api"
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_API_URL": api_url,
        **(environment or {}),
    }
    log = (home / "server.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(chosen)],
        env=variables,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    log.close()
    server = PrefectServer(api_url, home, process)
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{api_url}/health", timeout=5).status_code == 200:
                return server
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    if process.poll() is None:
        server.kill()
    raise RuntimeError(f"the Prefect server did not start:\n{(home / 'server.log').read_text()[-3000:]}")


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
