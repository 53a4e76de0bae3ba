"""Processes that outlive the command which started them, each with a log of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from coursewright.store.processes import ProcessIdentity, identify_other
from deployments.run_folder import RUN_FOLDER_VARIABLE, is_running

_KILL_WAIT = 5.0
_RUN_WAIT = 30.0
"""Seconds: what is being written is finished within them, as on cancelling."""
_NOTED = 2.0
"""Seconds in which a worker notes that a run has ended, and removes the folders that it made for it."""


def start_process(
    folder: Path, name: str, command: Sequence[str], environment: Mapping[str, str], **popen: Any
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own; what it says goes to ``logs/<name>.log``."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            list(command),
            env={**environment, RUN_FOLDER_VARIABLE: str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **popen,
        )


def identify_started(process: subprocess.Popen[bytes]) -> ProcessIdentity:
    """Which process it is, so that it can be known again by another command."""
    return identify_other(process.pid)


def stop_process(
    process: ProcessIdentity, *, signal_number: int = signal.SIGTERM, wait: float = 20.0
) -> None:
    """Ask a process to end, and kill it with its session if it does not within `wait` seconds."""
    for number, seconds in ((signal_number, wait), (signal.SIGKILL, _KILL_WAIT)):
        if not is_running(process):
            return
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)
            else:
                os.kill(process.pid, number)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            collect_ended(process.pid)
            if not is_running(process):
                return
            time.sleep(0.05)


def end_runs(folder: Path, *, wait: float = _RUN_WAIT) -> None:
    """Ask the flow runs that were started from here to end, and wait for it, so that each tells its server.

    A run that is killed stays Running on its page, and holds its slots for a minute of the next server's.
    """
    end = time.monotonic() + wait
    asked: set[int] = set()
    while running := [pid for pid, command in _started_from(folder) if b"prefect.engine" in command]:
        for pid in set(running) - asked:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
        asked.update(running)
        if time.monotonic() > end:
            return
        time.sleep(0.1)
    if asked:
        time.sleep(_NOTED)


def stop_left_over(folder: Path) -> list[int]:
    """Kill what was started from here and lives on, such as a killed worker's flow runs; gives their ids.

    They are known by the folder's name in their environment, which every process hands to those it starts.
    """
    found = []
    for pid, command in _started_from(folder):
        number = _signal_for(command)
        if number is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
                found.append(pid)
    return found


def _started_from(folder: Path) -> Iterator[tuple[int, bytes]]:
    """Id and command line of each process that has the folder's name in its environment."""
    mark = f"{RUN_FOLDER_VARIABLE}={folder}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        try:
            if pid != os.getpid() and mark in (entry / "environ").read_bytes().split(b"\0"):
                yield pid, (entry / "cmdline").read_bytes()
        except OSError:
            continue  # another account's, or ended meanwhile


def _signal_for(command: bytes) -> int | None:
    """What ends a process of Prefect or PostgreSQL; None for others, such as a shell."""
    program = command.split(b"\0")[0]
    if program.endswith(b"/postgres"):
        return signal.SIGINT  # its fast shutdown
    if program.startswith(b"postgres:"):
        return None  # ended by the one above
    return signal.SIGKILL if b"prefect" in command else None


def collect_ended(pid: int) -> None:
    """Collect a child that has ended, so that it does not count as alive."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
