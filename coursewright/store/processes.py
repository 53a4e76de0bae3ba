"""Which process holds a claim, said so that another process on the same machine can tell whether it lives."""

from __future__ import annotations

import functools
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process, among all that ever ran on any machine.

    Attributes:
        host: the machine's name, for people.
        boot: what changes when the machine starts anew; empty where the system does not say.
        space: the process id's namespace, which differs from container to container; may be empty.
        pid: the process id.
        started: ticks from the machine's start to the process's; empty where the system does not say.
    """

    host: str
    boot: str
    space: str
    pid: int
    started: str

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ProcessIdentity:
        """Read what a claim says; what is missing or of another type is empty, and then nothing is known."""
        pid = values.get("pid")
        texts = {name: str(values.get(name) or "") for name in ("host", "boot", "space", "started")}
        return cls(pid=pid if type(pid) is int else 0, **texts)


def identify_process() -> ProcessIdentity:
    """Say which process this is; right after a fork, too."""
    return _identify(os.getpid())


def identify_other(pid: int) -> ProcessIdentity:
    """Say which process of this machine has this id now."""
    _, started = _read_state(pid)
    return ProcessIdentity(socket.gethostname(), _read_boot(), _read_space(), pid, started)


@functools.lru_cache(maxsize=1)
def _identify(pid: int) -> ProcessIdentity:
    return identify_other(pid)


def is_gone(process: ProcessIdentity) -> bool:
    """Whether `process` ran on this machine and has ended. False wherever that cannot be known.

    A process that has ended but was not collected by its parent has ended.
    """
    here = identify_process()
    comparable = process.boot and process.space and process.started and process.pid > 0
    if not comparable or (process.boot, process.space) != (here.boot, here.space):
        return False
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # another account's: it exists
    except OverflowError:
        return False
    state, started = _read_state(process.pid)
    return bool(state) and (started != process.started or state in "ZX")


def _read_state(pid: int) -> tuple[str, str]:
    """The state's letter and the start time of a process; empty where they cannot be read."""
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return "", ""
    # The second field is the command's name in brackets, and may hold blanks and brackets of its own.
    fields = text.rpartition(")")[2].split()
    return (fields[0], fields[19]) if len(fields) > 19 else ("", "")


def _read_boot() -> str:
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _read_space() -> str:
    try:
        return str((PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
