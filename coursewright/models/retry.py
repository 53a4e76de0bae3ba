"""The one layer that asks again. Nothing below it (SDKs) and nothing above it (tasks) repeats a request.

A passing error is asked again up to six tries in all, with full jitter (a random wait between nothing and a
bound that doubles), at most 60 s apart; a provider's ``Retry-After`` is waited for instead. A final error
that concerns the model as a whole stops the model for everybody: threads that wait in back-off do not ask
again.
"""

from __future__ import annotations

import copy
import random as random_module
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from coursewright.errors import (
    BadCredentials,
    CourseError,
    PassingModelError,
    QuotaExhausted,
    Throttled,
    UnknownModel,
)
from coursewright.models.base import Limiter, Purse, Reply, Request, Spent, Usage
from coursewright.models.stops import ModelStop
from coursewright.models.thinking import ThinkingRoom
from coursewright.models.tokens import usage_at_most

Sleep = Callable[[float], None]


class AskDifferently(Exception):
    """The wire has learnt something about its model; the same request, put otherwise, may go through.

    Each wire can learn only a few things, each of them once, so this cannot go on for ever.
    """


class Wire(Protocol):
    """Puts one request to a provider, once."""

    @property
    def name(self) -> str: ...
    @property
    def max_output_tokens(self) -> int: ...
    @property
    def context_tokens(self) -> int | None: ...
    @property
    def demonstration(self) -> bool: ...
    @property
    def languages(self) -> tuple[str, ...] | None: ...

    def ask_once(self, request: Request) -> Reply:
        """Answer one request with one request.

        Raises:
            ModelError: passing or final; see `coursewright.errors`.
            AskDifferently: ask at once again.
        """
        ...

    def price(self, usage: Usage) -> float | None:
        """What so many tokens cost in US dollars, or None where that is not known."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how far apart.

    Attributes:
        tries: requests in all, the first included.
        longest_wait: seconds; the bound of the jitter never passes it.
        first_wait: seconds; the bound before the second try, doubled before each further one.
        first_wait_throttled: the same after "too many requests": a window of a minute must be able to pass.
        longest_retry_after: seconds; a provider that asks for more has run out of something that a
            minute's wait does not cure.
    """

    tries: int = 6
    longest_wait: float = 60.0
    first_wait: float = 2.0
    first_wait_throttled: float = 8.0
    longest_retry_after: float = 600.0

    def wait_before(self, failures: int, error: PassingModelError, chance: float) -> float:
        """Seconds to wait after so many failures.

        Args:
            failures: at least 1.
            chance: a random number from 0 to 1.
        """
        first = self.first_wait_throttled if isinstance(error, Throttled) else self.first_wait
        jitter = chance * min(self.longest_wait, first * 2.0 ** (failures - 1))
        if error.retry_after is None:
            return jitter
        # Everyone was told the same time; a little jitter keeps them from coming back as one.
        return error.retry_after + chance * min(1.0, first)


@dataclass
class _Bill:
    """What one answer has taken up to now."""

    spent: Spent = field(default_factory=Spent)


class PatientModel:
    """A model that asks again where it makes sense."""

    def __init__(
        self,
        wire: Wire,
        *,
        policy: RetryPolicy | None = None,
        stop: ModelStop | None = None,
        limiter: Limiter | None = None,
        sleep: Sleep | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Callable[[], float] = random_module.random,
    ) -> None:
        self._wire = wire
        self._policy = policy or RetryPolicy()
        self.stop = stop or ModelStop()
        self._limiter = limiter
        self._sleep = sleep or self.stop.sleep
        self._clock = clock
        self._now = now
        self._random = random
        self._thinking = ThinkingRoom()

    @property
    def name(self) -> str:
        return self._wire.name

    @property
    def max_output_tokens(self) -> int:
        return self._wire.max_output_tokens

    @property
    def context_tokens(self) -> int | None:
        return self._wire.context_tokens

    @property
    def demonstration(self) -> bool:
        return self._wire.demonstration

    @property
    def languages(self) -> tuple[str, ...] | None:
        return self._wire.languages

    def price(self, usage: Usage) -> float | None:
        """What so many tokens cost in US dollars, or None where that is not known."""
        return self._wire.price(usage)

    def close(self) -> None:
        """Let go of connections."""
        self._wire.close()

    def ask(self, request: Request, purse: Purse | None = None) -> Reply:
        """Answer a request, with as many tries as it takes and the policy allows.

        Args:
            purse: what pays for it; asked before each try.

        Raises:
            CostLimitReached: the purse cannot pay for it.
            PassingModelError: every try failed.
            FinalModelError: asking again does not help, or another thread has found so.

        Where one of these comes, its `spent` says what was used before: what thinking cut off was paid for.
        """
        started, bill = self._clock(), _Bill()
        try:
            reply = self._ask(request, purse, bill)
        except CourseError as error:
            error.spent = replace(bill.spent, seconds=self._clock() - started)
            raise
        return reply.with_spent(replace(bill.spent, seconds=self._clock() - started))

    def _ask(self, request: Request, purse: Purse | None, bill: _Bill) -> Reply:
        failures = 0
        while True:
            asked = self._thinking.fit(request, self._wire.max_output_tokens)
            self._await_turn(asked, purse)
            bill.spent += Spent(requests=1)
            try:
                reply = self._wire.ask_once(asked)
            except AskDifferently:
                continue
            except (QuotaExhausted, BadCredentials, UnknownModel) as error:
                self.stop.stop(error)
                raise
            except PassingModelError as error:
                failures += 1
                self._bear(error, failures)
                continue
            paid = self._wire.price(reply.usage) if reply.cost is None else reply.cost
            if purse is not None:
                purse.pay(paid)
            bill.spent += Spent(reply.usage, paid)
            if not self._thinking.learn(reply, asked, request, self._wire.max_output_tokens):
                return reply

    def _await_turn(self, request: Request, purse: Purse | None) -> None:
        self.stop.raise_if_stopped()
        most = usage_at_most(request, self._wire.max_output_tokens)
        if purse is not None:
            purse.hold(self._wire.price(most) or 0.0)
        if self._limiter is not None:
            self._limiter(most.input + most.output)
            self.stop.raise_if_stopped()

    def _bear(self, error: PassingModelError, failures: int) -> None:
        """Wait before the next try, or raise because there is none."""
        wait = error.retry_after
        if wait is not None and wait > self._policy.longest_retry_after:
            quota = QuotaExhausted(
                f"{error} It asks to wait {wait / 60:.0f} minutes, so a quota is taken to be used up.",
                model=self.name,
                resets_at=self._now() + timedelta(seconds=wait),
            )
            self.stop.stop(quota)
            raise quota from None
        if failures >= self._policy.tries:
            last = copy.copy(error)
            last.args = (f"{error} Asked {failures} times; this item is set aside.",)
            raise last from None
        self._sleep(self._policy.wait_before(failures, error, self._random()))
