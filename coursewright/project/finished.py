"""Finished work: paid for once, found by content key, whatever became of Prefect's database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from coursewright.errors import NotStored
from coursewright.project.keys import ContentKey
from coursewright.project.settings import FinishedBy
from coursewright.project.stored_json import build_stored, parse_stored
from coursewright.store.base import Store

FINISHED = ".finished/"


@dataclass(frozen=True, slots=True)
class FinishedWork:
    """A lesson, a lab or a figure that was finished.

    Attributes:
        kind: ``lesson``, ``lab`` or ``figure``.
        text: the lesson's or the lab's Markdown, or the figure's description as JSON.
        run: the run that wrote it.
        written: when, ISO 8601 in UTC.
        findings: what the checks said of it, as JSON; no errors among them.
        parts: what the key was made from.
        context: digest of the context in the prompt.
        files: further files of a lab, by name.
    """

    kind: str
    text: str
    model: str = ""
    run: str = ""
    written: str = ""
    words: int = 0
    target: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0
    requests: int = 0
    repairs: int = 0
    demonstration: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)
    parts: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def write_finished(store: Store, key: ContentKey | str, work: FinishedWork) -> None:
    """Keep finished work under its key."""
    store.write(f"{FINISHED}{key}", json.dumps(asdict(work), ensure_ascii=False, indent=1).encode("utf-8"))


def read_finished(store: Store, name: str) -> FinishedWork | None:
    """The finished work under this name, or None where there is none or it is damaged."""
    try:
        return build_stored(FinishedWork, parse_stored(store.read(FINISHED + name)))
    except (NotStored, ValueError, TypeError):
        return None


class FinishedIndex:
    """Which work is finished, from one listing."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._by_base: dict[str, list[str]] = {}
        for name in sorted(self._names):
            self._by_base.setdefault(name.partition("-")[0], []).append(name)

    def find(self, key: ContentKey, finished_by: FinishedBy) -> str | None:
        """The name of the finished work for this key, the same model's first; None where there is none."""
        if str(key) in self._names:
            return str(key)
        if finished_by == "any model":
            return next(iter(self._by_base.get(key.base, [])), None)
        return None


def find_finished(store: Store, key: ContentKey, finished_by: FinishedBy) -> FinishedWork | None:
    """The finished work for this key, asked of the store itself."""
    found = read_finished(store, str(key))
    if found is None and finished_by == "any model":
        for item in store.list(f"{FINISHED}{key.base}-"):
            found = read_finished(store, item.key.removeprefix(FINISHED))
            if found is not None:
                break
    return found
