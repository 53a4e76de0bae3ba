"""One item at a time in one pair of hands: finished work is used, another's claim is waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from coursewright.store.claims import Claim, Claims, HeldBy

T = TypeVar("T")


@contextmanager
def claimed(
    claims: Claims, name: str, finished: Callable[[], T | None], stop: threading.Event
) -> Iterator[Claim | T | None]:
    """Hold the claim on an item while it is worked on.

    Yields:
        The finished item, if there is one by now; else the claim, or None where `stop` was set meanwhile.
    """
    work = finished()
    if work is not None:
        yield work
        return
    got = claims.wait_or_take(name, finished, stop=stop)
    if isinstance(got, Claim):
        with got:
            yield got
    elif isinstance(got, HeldBy):
        yield None
    else:
        yield got
