"""The one thread of a process that keeps its claims alive."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Protocol

from coursewright.errors import StoreError

BEAT = 15.0
"""Seconds from one heartbeat to the next. Three that fail in a row make a claim look dead."""

log = logging.getLogger(__name__)


class Beating(Protocol):
    """What a heart keeps alive."""

    @property
    def token(self) -> str:
        """Its own name, among all that ever were."""
        ...

    def beat(self) -> bool:
        """Show that it lives; False if there is nothing to keep alive any more."""
        ...


class Heart:
    """Calls `beat` of all that it keeps, every `BEAT` seconds, in one thread that ends with the last of them.

    What it keeps it does not keep in memory: a claim that its holder dropped without releasing it stops
    beating and is free for others a little later.

    Args:
        threaded: False for a heart that beats only when `beat_all` is called.
    """

    def __init__(self, *, threaded: bool = True) -> None:
        self._threaded = threaded
        self._kept: weakref.WeakValueDictionary[str, Beating] = weakref.WeakValueDictionary()
        self._expected: set[str] = set()
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def keep(self, one: Beating) -> None:
        """Keep `one` alive from now on."""
        with self._changing:
            self._kept[one.token] = one
            if self._threaded and (self._thread is None or not self._thread.is_alive()):
                self._wake = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._wake,), name="coursewright-claims", daemon=True
                )
                self._thread.start()

    def drop(self, one: Beating) -> None:
        """Keep `one` no longer."""
        with self._changing:
            self._kept.pop(one.token, None)
            if not self._kept:
                self._wake.set()
                self._thread = None

    @contextlib.contextmanager
    def expecting(self, token: str) -> Iterator[None]:
        """Count what will bear `token` as kept, while it is being made."""
        self._expected.add(token)
        try:
            yield
        finally:
            self._expected.discard(token)

    def keeps(self, token: str) -> bool:
        """Whether what bears `token` is kept alive here."""
        return token in self._expected or token in self._kept

    def forget_all(self) -> None:
        """Keep nothing: a forked process does not hold what its parent holds."""
        self.__init__(threaded=self._threaded)  # type: ignore[misc]

    def beat_all(self) -> None:
        """Let all beat once."""
        with self._changing:
            kept = list(self._kept.values())
        for one in kept:
            try:
                alive = one.beat()
            except StoreError as error:
                log.warning("A claim could not be kept alive, and is tried again: %s", error)
                continue
            if not alive:
                self.drop(one)

    def _run(self, wake: threading.Event) -> None:
        pause = BEAT
        while not wake.wait(pause):
            begun = time.monotonic()
            self.beat_all()
            with self._changing:
                if not self._kept and self._wake is wake:
                    self._thread = None
                    return
            pause = max(0.0, BEAT - (time.monotonic() - begun))


HEART = Heart()
"""The process's own."""

os.register_at_fork(after_in_child=HEART.forget_all)
