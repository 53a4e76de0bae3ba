"""What `make up` starts, as a test drives it: the real server, a real worker, runs of deployments."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from servers.prefect_server import PatientTransport

from coursewright.store.processes import identify_other
from deployments.processes import start_process
from deployments.run_folder import ROOT, LocalServer, read_state, write_state

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


class Ended(AssertionError):
    """A run did not come to what was waited for."""


@dataclass
class LocalDeployment:
    """A server, worker and database that `make up` started in a folder of the test's."""

    folder: Path
    said: str
    environment: Mapping[str, str]
    _remembered: dict[str, tuple[list[str], dict[str, str]]] = field(default_factory=dict)
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def state(self) -> LocalServer:
        state = read_state(self.folder)
        assert state is not None, "make up left no state"
        return state

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.state.api_url + "/", timeout=30, transport=PatientTransport())

    def get(self, path: str) -> Any:
        with self.client as client:
            answer = client.get(path)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        with self.client as client:
            answer = client.post(path, json=body or {})
        answer.raise_for_status()
        return answer.json()

    def run(self, deployment: str, **parameters: Any) -> str:
        """Start a run as the UI does; gives its id."""
        found = self.get(f"deployments/name/{deployment}")
        return str(self.post(f"deployments/{found['id']}/create_flow_run", {"parameters": parameters})["id"])

    def state_of(self, run: str) -> dict[str, Any]:
        return dict(self.get(f"flow_runs/{run}")["state"])

    def wait(self, run: str, *types: str, seconds: float = 120.0) -> dict[str, Any]:
        """Wait until the run's state is of one of these types; gives the state."""
        return self.wait_for(run, lambda state: state["type"] in types, seconds)

    def wait_for(
        self, run: str, fits: Callable[[dict[str, Any]], bool], seconds: float = 120.0
    ) -> dict[str, Any]:
        end = time.monotonic() + seconds
        state: dict[str, Any] = {}
        while time.monotonic() < end:
            try:
                state = self.state_of(run)
            except httpx.HTTPError:
                pass  # the server restarts
            else:
                if fits(state):
                    return state
                if state["type"] in ENDED:
                    break
            time.sleep(0.2)
        raise Ended(f"run {run} is {state.get('name')}: {state.get('message')}\n{self.log_of(run)}")

    def set_state(self, run: str, kind: str, name: str, *, force: bool = False, **details: Any) -> None:
        """Set a run's state as the UI's buttons do."""
        state = {"type": kind, "name": name, "state_details": details}
        answer = self.post(f"flow_runs/{run}/set_state", {"state": state, "force": force})
        assert answer["status"] == "ACCEPT", answer

    def retry(self, run: str) -> None:
        """What the UI's Retry does."""
        self.set_state(run, "SCHEDULED", "AwaitingRetry", force=True)

    def log_of(self, run: str) -> str:
        wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "limit": 200, "sort": "TIMESTAMP_ASC"}
        return "\n".join(f"{line['level']} {line['message']}" for line in self.post("logs/filter", wanted))

    def artifacts_of(self, run: str) -> dict[str, dict[str, Any]]:
        wanted = {"artifacts": {"flow_run_id": {"any_": [run]}}, "limit": 200}
        return {artifact["key"]: artifact for artifact in self.post("artifacts/filter", wanted)}

    @property
    def slots_taken(self) -> int:
        return int(self.get("v2/concurrency_limits/tag:lesson-batch")["active_slots"])

    def wait_for_slots(self, seconds: float) -> float:
        """Wait until no slot is taken; gives how long it took."""
        began = time.monotonic()
        while self.slots_taken:
            assert time.monotonic() - began < seconds, f"{self.slots_taken} slots still taken"
            time.sleep(0.5)
        return time.monotonic() - began

    def processes_of_runs(self) -> list[int]:
        """The processes of flow runs that the worker started."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = (entry / "environ").read_bytes()
            except OSError:
                continue
            if b"PREFECT__FLOW_RUN_ID=" in told and str(self.folder).encode() in told:
                found.append(int(entry.name))
        return found

    def kill(self, role: str) -> None:
        """Kill one of its processes at once, with all that is in its session."""
        process = self.state.processes[role]
        os.killpg(process.pid, signal.SIGKILL)

    def start_again(self, role: str) -> None:
        """Start a killed server or worker as it was started before."""
        command, variables = self._remembered[role]
        started = start_process(self.folder, role, command, variables, cwd=ROOT)
        self._started.append(started)
        state = self.state
        processes = {**state.processes, role: identify_other(started.pid)}
        write_state(self.folder, LocalServer(state.api_url, state.database, processes))

    def start_another_worker(self, name: str) -> None:
        """One more worker of the same pool."""
        command, variables = self._remembered["worker"]
        named = [name if part == "this-machine" else part for part in command]
        self._started.append(start_process(self.folder, name, named, variables, cwd=ROOT))

    def collect(self) -> None:
        """Collect what `start_again` started, once it was ended."""
        for process in self._started:
            process.wait(30)

    def remember_commands(self) -> None:
        """Note how each process was started, for `start_again`."""
        self._remembered = {
            role: (_read(process.pid, "cmdline"), dict(_variables(process.pid)))
            for role, process in self.state.processes.items()
            if role != "database"
        }


@contextmanager
def local_deployment(
    folder: Path, port: int, environment: Mapping[str, str], *options: str
) -> Iterator[LocalDeployment]:
    """Run `make up` in `folder`, and `make down` in the end."""
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        **environment,
    }
    deployment = None
    try:
        said = make("up", folder, variables, "--port", str(port), *options)
        deployment = LocalDeployment(folder, said, variables)
        deployment.remember_commands()
        yield deployment
    finally:
        make("down", folder, variables)
        if deployment is not None:
            deployment.collect()


def make(what: str, folder: Path, environment: Mapping[str, str], *options: str) -> str:
    """Run `make up` or `make down`; gives what it says."""
    command = [sys.executable, "-m", f"deployments.{what}", "--folder", str(folder), *options]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _read(pid: int, what: str) -> list[str]:
    return (Path("/proc") / str(pid) / what).read_text().split("\0")[:-1]


def _variables(pid: int) -> Iterator[tuple[str, str]]:
    for line in _read(pid, "environ"):
        name, _, value = line.partition("=")
        yield name, value
