"""What all work of one run shares within a process: models, claims, and the money that may be spent."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from coursewright.errors import CostLimitReached, QuotaExhausted, SettingsError
from coursewright.models.base import Usage
from coursewright.models.chain import ModelChain
from coursewright.models.opening import open_models
from coursewright.models.retry import PatientModel
from coursewright.models.settings import ModelSettings
from coursewright.store.claims import Claims
from coursewright.visuals.illustrate import IllustrationBudget, open_image_model


class ModelChains:
    """The model chains of a run: the same chain for the same models. Safe for several threads."""

    def __init__(self, settings: ModelSettings | None = None) -> None:
        self.settings = settings or ModelSettings()
        self._chains: dict[tuple[str, ...], ModelChain] = {}
        self._lock = threading.Lock()

    def open(self, models: tuple[str, ...]) -> ModelChain:
        """The chain of these models.

        Raises:
            SettingsError: a name is none, or a key is missing.
        """
        with self._lock:
            if models not in self._chains:
                self._chains[models] = open_models(models, self.settings)
            return self._chains[models]

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            for chain in self._chains.values():
                chain.close()
            self._chains.clear()

    def __enter__(self) -> ModelChains:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_LEAST_DOLLARS = 1e-9
"""What sums of floats may differ by."""


class Reservation:
    """The purse of one piece of work: what is held back for it while it is done, and what it did cost.

    Attributes:
        most: US dollars held back in all, what is spent already among them.
        spent: US dollars.
    """

    def __init__(self, spending: Spending, most: float) -> None:
        self._spending = spending
        self._next = 0.0
        self.most = most
        self.spent = 0.0

    def hold(self, most: float) -> None:
        """Hold back what the next request may cost, where that is more than is left of what was thought.

        Waits as `Spending.reserve` does.

        Raises:
            CostLimitReached: the limit could be passed.
        """
        lacking = self.spent + most - self.most
        if lacking > 0:
            self._spending.hold_back(lacking, held=self.most)
            self.most += lacking
        self._next = most

    def pay(self, cost: float | None) -> None:
        """Tell what the request did cost; where that is unknown, all that was held back for it."""
        self.spent += self._next if cost is None else cost


class Spending:
    """What a run spends in this process, kept under its limit. Safe for several threads.

    Args:
        limit: US dollars, or None for no limit.
        spent: what the run had spent before.
    """

    def __init__(self, limit: float | None, spent: float = 0.0) -> None:
        self._limit = limit
        self._spent = spent
        self._reserved = 0.0
        self._waiting = 0.0
        self._settled = threading.Condition()

    @property
    def limited(self) -> bool:
        """Whether there is a limit."""
        return self._limit is not None

    @property
    def spent(self) -> float:
        """US dollars spent up to now, in this process."""
        return self._spent

    @contextmanager
    def reserve(self, most: float) -> Iterator[Reservation]:
        """Hold back what a piece of work is likely to cost at the most, before it begins.

        Where that is more than work under way leaves over, waits for what this really costs. To be asked for
        once a thread.

        Args:
            most: US dollars.

        Yields:
            What its requests are paid from.

        Raises:
            CostLimitReached: the limit could be passed, whatever work under way costs.
        """
        self.hold_back(most)
        reservation = Reservation(self, most)
        try:
            yield reservation
        finally:
            with self._settled:
                self._reserved -= reservation.most
                self._spent += reservation.spent
                self._settled.notify_all()

    def hold_back(self, most: float, held: float = 0.0) -> None:
        """Hold back so many US dollars more.

        Args:
            held: what is held back already for the work that asks.

        Raises:
            CostLimitReached: the limit could be passed, whatever work under way costs, or all of it waits.
        """
        with self._settled:
            while self._limit is not None and self._spent + self._reserved + most > self._limit:
                under_way = self._reserved - self._waiting - held
                if under_way > _LEAST_DOLLARS and self._spent + held + most <= self._limit:
                    self._waiting += held
                    self._settled.wait()
                    self._waiting -= held
                    continue
                raise CostLimitReached(
                    f"The cost limit of ${self._limit:.4f} would be passed: ${self._spent:.4f} are spent, "
                    f"${self._reserved:.4f} are held back for work under way, and what comes next may "
                    f"cost ${most:.4f}. All that is finished is kept; run again with a higher --max-cost "
                    "to go on."
                )
            self._reserved += most


def refuse_unknown_prices(max_cost: float | None, models: Iterable[PatientModel]) -> None:
    """A cost limit is kept only where prices are known.

    Raises:
        SettingsError: there is a limit, and a model whose price is not known.
    """
    unknown = [model.name for model in models if model.price(Usage(1000, 1000)) is None]
    if max_cost is not None and unknown:
        raise SettingsError(
            f"max_cost cannot be kept: the price of {', '.join(unknown)} is not known. Leave the limit out, "
            "or name a model whose price is."
        )


@dataclass
class RunResources:
    """What the work of one run shares within a process.

    Attributes:
        claims: the run's claims on items of the project.
        chains: the models that write.
        illustrations: how many pictures may still be made.
        stopped_by: what ended the run's asking, where a quota or the cost limit did.
        stopped: set when the run is being cancelled or a quota ended it; work not yet begun is left.
    """

    run: str
    claims: Claims
    chains: ModelChains
    spending: Spending
    illustrations: IllustrationBudget
    stopped: threading.Event = field(default_factory=threading.Event)
    stopped_by: QuotaExhausted | CostLimitReached | None = None
    _image_model: PatientModel | None = field(default=None, init=False)
    _opening: threading.Lock = field(default_factory=threading.Lock, init=False)

    def open_image_model(self, name: str) -> PatientModel:
        """The image model of this name; opened once."""
        with self._opening:
            if self._image_model is None:
                self._image_model = open_image_model(name, self.chains.settings)
            return self._image_model

    def close(self) -> None:
        """Let go of claims and connections."""
        if self._image_model is not None:
            self._image_model.close()
        self.claims.close()
        self.chains.close()

    def stop(self, cause: QuotaExhausted | CostLimitReached) -> None:
        """End the run's asking; what is under way is finished."""
        if self.stopped_by is None or isinstance(cause, QuotaExhausted):
            self.stopped_by = cause
        self.stopped.set()
