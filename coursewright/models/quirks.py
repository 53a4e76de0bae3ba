"""What a client has learnt about its model: parameters that it does not take.

Servers that speak one protocol differ in the optional parameters that they accept. A refusal that names a
parameter is remembered, so that each is learnt by one request a run and not by one request a lesson.
"""

from __future__ import annotations

import threading


class Quirks:
    """A set that only grows, shared by the threads of a client."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._ceiling: int | None = None
        self._lock = threading.Lock()

    def __contains__(self, quirk: str) -> bool:
        return quirk in self._known

    def seen(self) -> frozenset[str]:
        """All that is known now. Keep it beside a request: another thread may learn more meanwhile."""
        with self._lock:
            return frozenset(self._known)

    def learn(self, quirk: str) -> None:
        """Remember a quirk."""
        with self._lock:
            self._known.add(quirk)

    def lower_ceiling(self, tokens: int) -> None:
        """Remember that a reply holds no more than so many tokens."""
        with self._lock:
            self._ceiling = tokens if self._ceiling is None else min(tokens, self._ceiling)

    def ceiling(self, default: int) -> int:
        """The most that a reply holds, in tokens."""
        return default if self._ceiling is None else min(default, self._ceiling)
