"""Finding the processes that a process started, and killing them without a warning."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def find_descendants(pid: int) -> list[int]:
    """The process ids of all that `pid` started, and what these started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents.setdefault(int(_read_stat(int(entry.name))[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def kill_at_once(pids: Iterable[int]) -> None:
    """SIGKILL all of them."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected does not."""
    try:
        return _read_stat(pid)[0] not in "ZX"
    except OSError:
        return False


def _read_stat(pid: int) -> list[str]:
    """The state, the parent and so on; the command's name before them may hold anything, brackets too."""
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
