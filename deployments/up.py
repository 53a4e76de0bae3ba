"""`make up`: a Prefect server, a worker and the deployments on this machine, and the address of its pages.

    python -m deployments.up [--port 4200] [--database sqlite] [--folder .run]

Calling it again is harmless. `make down` ends everything and keeps all data.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from coursewright.store.processes import ProcessIdentity
from deployments.down import bring_down
from deployments.local_postgres import Postgres, PostgresUnavailable, start_postgres
from deployments.processes import identify_started, start_process
from deployments.run_folder import ROOT, LocalServer, read_state, run_folder, write_state

WORK_POOL = "coursewright"
_START_SECONDS = 180.0

SERVER_SETTINGS = {
    # Otherwise the server sends usage figures to Prefect.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # Leases in memory die with the server, and the slots they hold would stay taken for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # A killed run's slots are free 60 s after its last sign of life, and no later than this.
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "2",
    # Two runs that share the limit: the one that was refused looks again after half a second, not after ten.
    "PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS": "0.5",
    # Runs, their logs and artifacts go after 90 days; events after the seven that the server keeps them.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(90 * 24 * 3600),
}
"""What every server of this project is set to; the compose file and the AWS template say the same."""

RUN_SETTINGS = {
    # A run whose process is gone is known by its missing heartbeats; see `deployments.automations`.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # A server that restarts is asked again for about a minute.
    "PREFECT_CLIENT_MAX_RETRIES": "6",
    # The lock is what is installed; a run must not install anything else.
    "PREFECT_RUNNER_AUTO_INSTALL_DEPENDENCIES": "false",
}
"""What every flow run of this project is set to, for the same reason."""


class CannotStart(Exception):
    """Something does not start; says what, and where to look."""


def main(arguments: list[str] | None = None) -> int:
    """Bring everything up; gives the exit code."""
    parser = argparse.ArgumentParser(prog="make up", description="Start a Prefect server on this machine.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "4200")), help="4200 if free")
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--folder", default="", help="where state, database and logs are kept: .run")
    options = parser.parse_args(arguments)
    folder = run_folder(options.folder)
    try:
        state, already = bring_up(folder, options.port, options.database)
    except CannotStart as error:
        print(f"make up: {error}", file=sys.stderr)
        return 1
    print(f"Prefect {'is up already' if already else 'is up'}: {state.ui_url}")
    print(f"  database  {state.database}")
    print(f"  logs      {folder / 'logs'}")
    print(f"  start     {state.ui_url}/deployments, generate-course, Run; outline: examples/web-basics.yaml")
    print("`coursewright generate` finds this server by itself. `make down` ends it.")
    return 0


def bring_up(folder: Path, port: int, database: str) -> tuple[LocalServer, bool]:
    """Start what is not running; gives what runs, and whether all of it did before.

    Raises:
        CannotStart: a part of it does not start. Everything else is ended again.
    """
    state = read_state(folder)
    if state is not None and not state.gone and _answers(state.api_url):
        return state, True
    bring_down(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _start_all(folder, port, database), False
    except BaseException:
        bring_down(folder)
        raise


def _start_all(folder: Path, port: int, database: str) -> LocalServer:
    postgres, reason = None, "as asked for"
    if database == "postgresql":
        try:
            postgres = start_postgres(folder, _free_port())
        except PostgresUnavailable as error:
            reason = str(error)
    port = port if _is_free(port) else _free_port()
    name = f"PostgreSQL {postgres.version}" if postgres else f"SQLite ({reason})"
    state = LocalServer(f"http://127.0.0.1:{port}/api", name)

    def started(role: str, process: subprocess.Popen[bytes]) -> None:
        nonlocal state
        processes: dict[str, ProcessIdentity] = {**state.processes, role: identify_started(process)}
        state = replace(state, processes=processes)
        write_state(folder, state)

    if postgres:
        started("database", postgres.process)
    environment = _environment(folder, state)
    server = _start_server(folder, port, environment, postgres)
    started("server", server)
    _wait_for_server(server, state.api_url, folder)
    _run_to_its_end(folder, "set-up", [sys.executable, "-m", "deployments.set_up"], environment)
    # The worker takes as long to start as the deployments take to be made.
    worker = start_process(
        folder, "worker", _prefect("worker", "start", "--pool", WORK_POOL, "--type", "process",
                                   "--name", "this-machine", "--install-policy", "never"),
        environment, cwd=ROOT,
    )  # fmt: skip
    started("worker", worker)
    _run_to_its_end(folder, "deploy", _prefect("--no-prompt", "deploy", "--all"), environment)
    _wait_for_worker(worker, state.api_url, folder)
    return state


def _environment(folder: Path, state: LocalServer) -> dict[str, str]:
    """What all processes share: this server and its own home, and the person's keys for models."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {
        **inherited,
        **RUN_SETTINGS,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": state.api_url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # Where the worker was started is where `prefect.yaml` finds the code.
        "PWD": str(ROOT),
    }


def _start_server(
    folder: Path, port: int, environment: Mapping[str, str], postgres: Postgres | None
) -> subprocess.Popen[bytes]:
    settings = dict(SERVER_SETTINGS)
    if postgres:
        settings["PREFECT_API_DATABASE_CONNECTION_URL"] = postgres.connection_url
    command = _prefect("server", "start", "--host", "127.0.0.1", "--port", str(port))
    return start_process(folder, "server", command, {**environment, **settings}, cwd=ROOT)


def _run_to_its_end(folder: Path, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    if start_process(folder, name, command, environment, cwd=ROOT).wait() != 0:
        log = folder / "logs" / f"{name}.log"
        raise CannotStart(f"{name} failed; the end of {log}:\n{_end_of(log)}")


def _wait_for_server(process: subprocess.Popen[bytes], api_url: str, folder: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if _answers(api_url):
            return
        time.sleep(0.2)
    log = folder / "logs" / "server.log"
    raise CannotStart(f"the server does not start; the end of {log}:\n{_end_of(log)}")


def _wait_for_worker(process: subprocess.Popen[bytes], api_url: str, folder: Path) -> None:
    log = folder / "logs" / "worker.log"
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        request = urllib.request.Request(
            f"{api_url}/work_pools/{WORK_POOL}/workers/filter",
            data=b'{"workers": {"status": {"any_": ["ONLINE"]}}}',
            headers={"content-type": "application/json"},
        )
        if _fetch(request) not in (b"", b"[]"):
            return
        time.sleep(0.2)
    raise CannotStart(f"the worker does not start; the end of {log}:\n{_end_of(log)}")


def _prefect(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", *arguments]


def _answers(api_url: str) -> bool:
    return _fetch(urllib.request.Request(f"{api_url}/health")) == b"true"


def _fetch(request: urllib.request.Request) -> bytes:
    """What loopback answers; empty where it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, OSError):
        return b""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", errors="replace")[-2_000:]


if __name__ == "__main__":
    sys.exit(main())
