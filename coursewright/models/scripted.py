"""The model for tests and trials: it answers what it was told to, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from coursewright.errors import SettingsError
from coursewright.models.base import Reply, Request, Usage
from coursewright.models.tokens import estimate_prompt_tokens, estimate_tokens

Answer = str | Reply | Exception
Script = Callable[[Request], Answer] | Iterable[Answer]

_installed: ScriptedModel | None = None


class ScriptedModel:
    """Answers from a queue, or by a function; a `Model` and a `Wire`, so that it can stand for either.

    Args:
        script: a function from request to answer, or answers in order. A text becomes a reply that ended by
            itself; an exception is raised.
        price_per_token: US dollars, or None where the price is to be unknown.

    Attributes:
        requests: everything that was asked, in order.
    """

    def __init__(
        self,
        script: Script = (),
        *,
        name: str = "scripted",
        max_output_tokens: int = 16_384,
        context_tokens: int | None = None,
        demonstration: bool = False,
        languages: tuple[str, ...] | None = None,
        price_per_token: float | None = None,
    ) -> None:
        self._answer = script if callable(script) else None
        self._queue: deque[Answer] = deque(() if callable(script) else script)
        self._lock = threading.Lock()
        self._price_per_token = price_per_token
        self.name = name
        self.max_output_tokens = max_output_tokens
        self.context_tokens = context_tokens
        self.demonstration = demonstration
        self.languages = languages
        self.requests: list[Request] = []

    def add(self, *answers: Answer) -> None:
        """Queue further answers."""
        with self._lock:
            self._queue.extend(answers)

    def ask(self, request: Request) -> Reply:
        """Answer by the script.

        Raises:
            AssertionError: the queue is empty; the test asked more often than it meant to.
        """
        with self._lock:
            self.requests.append(request)
            if self._answer is None and not self._queue:
                raise AssertionError(f"nothing is left to answer {request.item} with")
            queued = None if self._answer else self._queue.popleft()
        answer = self._answer(request) if self._answer else queued
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Reply):
            return answer
        text = answer or ""
        usage = Usage(input=estimate_prompt_tokens(request.messages), output=estimate_tokens(text))
        return Reply(text=text, stop="end", model=self.name, usage=usage, cost=self.price(usage))

    def ask_once(self, request: Request) -> Reply:
        """The same as `ask`: what a `Wire` is asked by the retry layer."""
        return self.ask(request)

    def price(self, usage: Usage) -> float | None:
        """What so many tokens cost in US dollars."""
        return None if self._price_per_token is None else self._price_per_token * (usage.input + usage.output)

    def close(self) -> None:
        """There is nothing to let go of."""

    @contextlib.contextmanager
    def installed(self) -> Iterator[ScriptedModel]:
        """Within the block, the model name ``scripted`` means this model, in all threads of the process."""
        global _installed
        before, _installed = _installed, self
        try:
            yield self
        finally:
            _installed = before


def find_scripted() -> ScriptedModel:
    """The model that is installed.

    Raises:
        SettingsError: there is none.
    """
    if _installed is None:
        raise SettingsError(
            '"scripted" is for tests only, which install such a model first; name a real one.'
        )
    return _installed
