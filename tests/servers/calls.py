"""What a model server was asked, and what it noted about it."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Call:
    """One request, as the server understood it.

    Attributes:
        number: of the request, from 1, in order of arrival.
        attempt: the how-manieth request for this item, from 1.
        item: what it is for, such as ``lesson/01-02``; empty where the client did not say.
        messages: role and text of each turn.
        headers: names in lower case.
    """

    number: int
    attempt: int
    item: str
    model: str
    messages: tuple[tuple[str, str], ...]
    max_tokens: int | None = None
    json_schema: dict[str, Any] | None = None
    project: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        """``lesson``, ``visuals``, ``lab``, ``lab-plan``, or empty."""
        return self.item.partition("/")[0]

    @property
    def prompt(self) -> str:
        """All turns' texts."""
        return "\n\n".join(text for _, text in self.messages)

    @property
    def input_tokens(self) -> int:
        """By this server's own count: four characters a token."""
        return max(1, len(self.prompt) // CHARACTERS_PER_TOKEN)


@dataclass(frozen=True)
class Entry:
    """A line of the server's log.

    Attributes:
        t_in, t_out: seconds since the epoch.
        in_flight: requests being answered when this one came in, itself included.
        status: what was answered; 0 where the connection was broken instead.
        fault: the fault that was played, or empty.
        reply_sha256: of the text that was answered; empty where there was none.
    """

    number: int
    attempt: int
    item: str
    model: str
    t_in: float
    t_out: float
    in_flight: int
    status: int
    fault: str
    stop: str
    input_tokens: int
    output_tokens: int
    reply_sha256: str
    prompt_sha256: str
    project: str = ""


class Log:
    """Entries in memory, and as JSON lines in a file where there is one. Safe for threads.

    A line is written whole and flushed at once, so that the file can be read while the server runs and after
    it was killed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8") if path is not None else None

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
            if self._file is not None:
                self._file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
                self._file.flush()

    @property
    def entries(self) -> list[Entry]:
        """In order of answering."""
        with self._lock:
            return list(self._entries)

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def read_log(path: Path) -> list[Entry]:
    """Read the entries of a log file."""
    return [Entry(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
