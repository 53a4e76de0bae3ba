"""Processes that outlive the command which started them, each with a log of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from coursewright.store.processes import ProcessIdentity, identify_other
from deployments.run_folder import RUN_FOLDER_VARIABLE, is_running

_KILL_WAIT = 5.0


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


def stop_left_over(folder: Path) -> list[int]:
    """Kill what was started from here and lives on, such as a killed worker's flow runs; gives their ids.

    They are known by the folder's name in their environment, which every process hands to those it starts.
    """
    mark = f"{RUN_FOLDER_VARIABLE}={folder}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        try:
            marked = pid != os.getpid() and mark in (entry / "environ").read_bytes().split(b"\0")
            number = _signal_for((entry / "cmdline").read_bytes()) if marked else None
        except OSError:
            continue  # another account's, or ended meanwhile
        if number is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
                found.append(pid)
    return found


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
