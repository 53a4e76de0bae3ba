"""What happens in this process, told to whoever shows it, such as a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from coursewright.project.outcome import ItemOutcome
from coursewright.project.prepare import PreparedRun
from coursewright.project.report import RunReport


class Listener(Protocol):
    """Called from whatever thread something happens in."""

    def begun(self, prepared: PreparedRun) -> None:
        """The run has decided what it will do."""
        ...

    def item(self, outcome: ItemOutcome) -> None:
        """An item was worked on."""
        ...

    def ended(self, report: RunReport) -> None:
        """The run is over."""
        ...


_listeners: list[Listener] = []


def listeners() -> tuple[Listener, ...]:
    """Those to be told now."""
    return tuple(_listeners)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` told for as long as this lasts."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
