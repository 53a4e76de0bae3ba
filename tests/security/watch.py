"""What a piece of the program does to the outside: files it writes, commands it runs, addresses it asks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass
class Seen:
    """What was seen.

    Attributes:
        written: paths that were opened for writing, made, renamed or removed.
        commands: the words of each command.
        addresses: what sockets were connected to.
    """

    written: set[str] = field(default_factory=set)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    addresses: list[Any] = field(default_factory=list)


_watching: list[Seen] = []


def _note(event: str, given: tuple[Any, ...]) -> None:
    if not _watching:
        return
    seen = _watching[-1]
    if event == "open" and isinstance(given[0], str | bytes) and (given[2] or 0) & _WRITING:
        seen.written.add(os.fsdecode(given[0]))
    elif event in ("os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"):
        seen.written.add(str(given[0]))
    elif event in ("os.rename", "os.link", "os.symlink"):
        seen.written |= {str(given[0]), str(given[1])}
    elif event == "subprocess.Popen":
        words = given[1]
        seen.commands.append((words,) if isinstance(words, str) else tuple(map(os.fsdecode, words)))
    elif event in ("os.system", "os.exec", "os.spawn", "os.posix_spawn", "pty.spawn", "os.startfile"):
        seen.commands.append((event, *map(str, given)))
    elif event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        seen.addresses.append(given[1] if event == "socket.connect" else given)


sys.addaudithook(_note)


@contextmanager
def watching() -> Iterator[Seen]:
    """See everything that happens in this process meanwhile; Python tells its audit hooks."""
    seen = Seen()
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)
