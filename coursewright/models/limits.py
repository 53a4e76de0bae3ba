"""Keeping under so many tokens and requests a minute, within one process.

Runs under Prefect use its rate limits, which hold across runs; this one is for scripts and notebooks.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from coursewright.errors import SettingsError

WINDOW_SECONDS = 60.0


class MinuteLimit:
    """Lets a request through when the last 60 seconds leave room for it; a `Limiter`.

    A request that is larger than the whole limit goes through when nothing else was admitted within the
    window: it can never fit better.

    Args:
        tokens: tokens a minute (input and allowed output), or None for no limit.
        requests: requests a minute, or None for no limit.
    """

    def __init__(
        self,
        tokens: int | None = None,
        requests: int | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        for name, limit in (("tokens", tokens), ("requests", requests)):
            if limit is not None and limit < 1:
                raise SettingsError(f"a limit of {limit} {name} a minute admits nothing; set at least 1.")
        self._tokens = tokens
        self._requests = requests
        self._clock = clock
        self._sleep = sleep
        self._admitted: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()

    def __call__(self, tokens: int) -> None:
        """Wait until `tokens` may be asked for, and count them."""
        while (wait := self._admit(tokens)) > 0:
            self._sleep(wait)

    def _admit(self, tokens: int) -> float:
        """Count the request and give 0, or give the seconds until it is worth looking again."""
        with self._lock:
            now = self._clock()
            while self._admitted and self._admitted[0][0] <= now - WINDOW_SECONDS:
                self._admitted.popleft()
            if not self._admitted or self._has_room(tokens):
                self._admitted.append((now, tokens))
                return 0.0
            return self._admitted[0][0] + WINDOW_SECONDS - now

    def _has_room(self, tokens: int) -> bool:
        if self._requests is not None and len(self._admitted) >= self._requests:
            return False
        return self._tokens is None or sum(t for _, t in self._admitted) + tokens <= self._tokens
