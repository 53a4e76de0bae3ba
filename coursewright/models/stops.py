"""Which models are not to be asked again in this run: told to all threads at once."""

from __future__ import annotations

import copy
import threading

from coursewright.errors import FinalModelError


class ModelStop:
    """Says to all threads at once that a model is not to be asked again."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._error: FinalModelError | None = None
        self._lock = threading.Lock()

    def stop(self, error: FinalModelError) -> None:
        """Stop the model; the first error is the one that is told."""
        with self._lock:
            if self._error is None:
                self._error = error
        self._stopped.set()

    @property
    def error(self) -> FinalModelError | None:
        """Why the model was stopped, or None."""
        return self._error

    def raise_if_stopped(self) -> None:
        """Raise what stopped the model, if something did."""
        if self._error is not None:
            # Threads must not share one exception: each would add its traceback to it.
            raise copy.copy(self._error) from None

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until the model is stopped."""
        self._stopped.wait(seconds)


class ModelStops:
    """The stops of a run, by the model's name. Share one among all chains of a run."""

    def __init__(self) -> None:
        self._stops: dict[str, ModelStop] = {}
        self._lock = threading.Lock()

    def of(self, model: str) -> ModelStop:
        """The stop of a model."""
        with self._lock:
            return self._stops.setdefault(model, ModelStop())

    def stop_all(self, reason: str) -> None:
        """End the asking of every model known here, for example because the run is cancelled."""
        with self._lock:
            stops = dict(self._stops)
        for model, stop in stops.items():
            stop.stop(FinalModelError(reason, model=model))
