"""What a model is to the rest of the pipeline: something that answers one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant"]
Stop = Literal["end", "length"]
"""Why a reply ended: by itself, or cut off by its length."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. Where `cacheable`, all up to and with it is the same for many requests of a run."""

    role: Role
    text: str
    cacheable: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more requests.

    Attributes:
        input: tokens read, those from a cache included.
        output: tokens written.
        cached: tokens of `input` that came from the provider's prompt cache.
        cache_written: tokens of `input` that the provider put into its prompt cache, where it says so.
        estimated: the provider gave no count; these are estimates made from the text.
    """

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cached + other.cached,
            self.cache_written + other.cache_written,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        item: what it is for, as providers' logs show it: ``lesson/01-02``, ``visuals/01-02``,
            ``lab/01-02-01`` or ``lab-plan``.
        messages: the turns; a system message first, if there is one.
        max_output_tokens: the most that may be answered.
        temperature: None for the model's own.
        json_schema: where given, the reply's text is JSON that should match it.
        seed: for models that take one.
    """

    item: str
    messages: tuple[Message, ...]
    max_output_tokens: int
    project: str = ""
    temperature: float | None = None
    json_schema: dict[str, Any] | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What one request or more, of one item, have used of their models.

    Attributes:
        cost: US dollars; None as soon as one reply's is not known.
        seconds: wall time of the requests, waiting for retries included.
        requests: as the provider's log has them.
    """

    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    seconds: float = 0.0
    requests: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.usage + other.usage,
            None if self.cost is None or other.cost is None else self.cost + other.cost,
            self.seconds + other.seconds,
            self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered.

    Attributes:
        model: the full name of the model that wrote it, such as ``openai:gpt-4o``.
        cost: money in US dollars, or None where the price is not known.
        seconds: wall time, waiting for retries included.
        requests: how many requests it took (1 where nothing was retried).
        thinking: output tokens that went into thinking and are no part of the text, where that is told.
    """

    text: str
    stop: Stop
    model: str
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    seconds: float = 0.0
    requests: int = 1
    thinking: int = 0

    @property
    def spent(self) -> Spent:
        """What it took."""
        return Spent(self.usage, self.cost, self.seconds, self.requests)

    def with_spent(self, spent: Spent) -> Reply:
        """The same answer, where it took so much."""
        return replace(
            self, usage=spent.usage, cost=spent.cost, seconds=spent.seconds, requests=spent.requests
        )


class Model(Protocol):
    """Answers requests, from several threads at once.

    Attributes:
        name: ``provider:model``, or the provider alone where it has only one.
        max_output_tokens: the most that one reply can hold.
        context_tokens: the most that input and output can hold together, or None if not known.
        demonstration: True for the embedded model, whose text is only a demonstration.
        languages: codes of the languages it writes, or None for all.
    """

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

    def ask(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            ModelError: see `coursewright.errors`; passing errors only after the client's own retries. Its
                `spent` says what was used before it came.
        """
        ...


class Purse(Protocol):
    """The money that one piece of work may spend: asked before each request, told of each reply."""

    def hold(self, most: float) -> None:
        """Hold back what the next request may cost, in US dollars.

        Raises:
            CostLimitReached: it may not be spent.
        """
        ...

    def pay(self, cost: float | None) -> None:
        """Tell what a request did cost in US dollars; None where that is not known."""
        ...


Limiter = Callable[[int], None]
"""Waits until so many tokens (input and allowed output) may be asked for; injected by the run."""
