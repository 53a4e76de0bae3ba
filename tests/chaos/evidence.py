"""What the auditor judges by: the servers' own logs, the store, and when the driver killed what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from servers.calls import Entry, read_log

HARMLESS = ("", "slow")
"""Faults under which an answer is good, and reaches the client."""

NEVER_ARRIVED = ("reset", "drop")

FOR_GOOD = ("expired", "full")
"""Faults of the store that asking again does not cure."""


@dataclass(frozen=True)
class Put:
    """An object that the store was given: when, and whether it took it."""

    time: float
    key: str
    fault: str
    status: int

    @property
    def stored(self) -> bool:
        """Whether the object was stored, known to the client or not."""
        return self.status == 200


@dataclass(frozen=True)
class Interruption:
    """A time in which answers may have died: from before the first signal of a kill until nothing lived.

    Attributes:
        begun, over: seconds since the epoch.
    """

    begun: float
    over: float


@dataclass(frozen=True)
class Window:
    """One run, as the driver saw it from outside.

    Attributes:
        run: its id at Prefect.
        begun, ended: seconds since the epoch; `ended` when nothing of it ran any more.
        selected: places of the lessons that it was to make.
        state: Prefect's name for its last state.
        kills: when the driver killed a process that the run needs to write its lessons.
    """

    name: str
    run: str
    begun: float
    ended: float
    selected: tuple[str, ...]
    state: str
    kills: tuple[Interruption, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Everything that is known of one project.

    Attributes:
        requests: the model server's log, in order of arrival.
        puts: the store proxy's log of what was put under the project.
        objects: the project's objects as the store has them, read past the proxy.
    """

    requests: tuple[Entry, ...]
    puts: tuple[Put, ...]
    objects: Mapping[str, bytes]
    interruptions: tuple[Interruption, ...] = ()
    _published: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    def within(self, window: Window) -> tuple[Entry, ...]:
        """The requests that came in during a run."""
        return tuple(one for one in self.requests if window.begun <= one.t_in <= window.ended)

    def published(self) -> dict[str, str]:
        """The content key of each published lesson, by place, as its front matter has it."""
        return {
            key.removeprefix("lessons/").removesuffix(".md"): str(read_front(data).get("key"))
            for key, data in self.objects.items()
            if key.startswith("lessons/") and key.count(".") == 1
        }

    def figure_keys(self, place: str) -> set[str]:
        """The content keys of a lesson's figures, from the JSON beside them."""
        names = [key for key in self.objects if key.startswith(f"visuals/{place}-") and key.endswith(".json")]
        return {str(json.loads(self.objects[name])["key"]) for name in names}

    def stored_at(self, content_key: str) -> float | None:
        """When finished work was first stored; None where it never was."""
        name = f".finished/{content_key}"
        return min((put.time for put in self.puts if put.key == name and put.stored), default=None)

    def reports(self) -> dict[str, dict[str, Any]]:
        """The pipeline's own reports, by run; to be judged, not believed."""
        return {
            str(report["run"]): report
            for key, data in self.objects.items()
            if key.startswith("reports/")
            for report in [json.loads(data)]
        }


def read_front(data: bytes) -> dict[str, Any]:
    """The front matter of a published text."""
    head = data.decode("utf-8").split("---\n", 2)
    return dict(yaml.safe_load(head[1])) if len(head) == 3 else {}


def read_body(data: bytes) -> str:
    """A published text without its front matter."""
    return data.decode("utf-8").split("---\n", 2)[-1].strip()


def read_puts(log: Path, below: str) -> tuple[Put, ...]:
    """What the proxy's log says was put under ``/bucket/prefix/``, with keys relative to it."""
    lines = (json.loads(line) for line in log.read_text("utf-8").splitlines()) if log.exists() else ()
    return tuple(
        Put(one["time"], one["path"].removeprefix(below), one["fault"], one["status"])
        for one in lines
        if one["method"] == "PUT" and one["path"].startswith(below)
    )


def read_store_faults(log: Path, begun: float, ended: float) -> Iterator[str]:
    """The faults that the store's proxy played between two moments, whatever was asked of it."""
    lines = (json.loads(line) for line in log.read_text("utf-8").splitlines()) if log.exists() else ()
    return (one["fault"] for one in lines if one["fault"] and begun <= one["time"] <= ended)


def read_requests(log: Path) -> tuple[Entry, ...]:
    """The model server's log, in order of arrival."""
    return tuple(sorted(read_log(log), key=lambda entry: entry.t_in)) if log.exists() else ()


def find_refusals(puts: Iterable[Put]) -> tuple[Interruption, ...]:
    """When the store refused finished work for good, so that the answer could not be kept."""
    return tuple(
        Interruption(put.time, put.time)
        for put in puts
        if put.key.startswith(".finished/") and put.fault in FOR_GOOD
    )
