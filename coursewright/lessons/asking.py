"""Asking a model on behalf of one lesson: within a bound, and with every token, second and cent counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coursewright.errors import CourseError, FinalModelError
from coursewright.models.base import Message, Model, Reply, Request, Spent, Stop


class WritingStopped(FinalModelError):
    """The run was stopped; this lesson is not asked for any further."""


class RequestsSpent(Exception):
    """The lesson has had as many requests as one lesson may have."""


class Asking:
    """What one lesson asks of its model.

    Args:
        item: what the requests are for, such as ``lesson/01-02``.
        most_requests: the lesson's bound; see `RequestsSpent`.
        seed: the first request's; each further one has the next, so that asking again can help.
        stop: asked before each request; True ends the writing.

    Attributes:
        spent: what the lesson has used up to now, the client's own retries and what errors ended included.
        asked: requests as this lesson made them, which the bound counts.
        stops: why each reply ended.
        models: who answered, each once, in order.
    """

    def __init__(
        self,
        model: Model,
        item: str,
        *,
        project: str = "",
        most_requests: int,
        seed: int | None = None,
        temperature: float | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.model = model
        self.spent = Spent()
        self.asked = 0
        self.stops: list[Stop] = []
        self.models: list[str] = []
        self._item = item
        self._project = project
        self._most = most_requests
        self._seed = seed
        self._temperature = temperature
        self._stop = stop

    @property
    def left(self) -> int:
        """How many requests the lesson may still make."""
        return self._most - self.asked

    def ask(
        self,
        messages: tuple[Message, ...],
        max_output_tokens: int,
        *,
        json_schema: dict[str, Any] | None = None,
        temperature: float | None = None,
    ) -> Reply:
        """Ask once.

        Args:
            temperature: overrides the run's.

        Raises:
            RequestsSpent: the lesson's bound is reached.
            WritingStopped: the run was stopped.
            CostLimitReached: the run may not spend so much.
            ModelError: whatever the model raises.

        Where any of these but `RequestsSpent` comes, its `spent` says what the lesson has used by then.
        """
        try:
            return self._ask(messages, max_output_tokens, json_schema, temperature)
        except CourseError as error:
            self.spent += error.spent or Spent()
            error.spent = self.spent
            raise

    def _ask(
        self,
        messages: tuple[Message, ...],
        max_output_tokens: int,
        json_schema: dict[str, Any] | None,
        temperature: float | None,
    ) -> Reply:
        if self._stop is not None and self._stop():
            raise WritingStopped(f"{self._item}: the run was stopped.", model=self.model.name)
        if self.left <= 0:
            raise RequestsSpent(self._item)
        request = Request(
            item=self._item,
            messages=messages,
            max_output_tokens=max(1, min(max_output_tokens, self.model.max_output_tokens)),
            project=self._project,
            temperature=self._temperature if temperature is None else temperature,
            json_schema=json_schema,
            seed=None if self._seed is None else self._seed + self.asked,
        )
        self.asked += 1
        reply = self.model.ask(request)
        self._count(reply)
        return reply

    def _count(self, reply: Reply) -> None:
        self.spent += reply.spent
        self.stops.append(reply.stop)
        if reply.model not in self.models:
            self.models.append(reply.model)
