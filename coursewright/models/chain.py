"""Several models behind one: where the first cannot go on, the next one does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from coursewright.errors import (
    ContentRefused,
    CourseError,
    FinalModelError,
    QuotaExhausted,
    RequestRefused,
)
from coursewright.models.base import Purse, Reply, Request, Spent, Usage
from coursewright.models.retry import PatientModel


class ModelChain:
    """A model that falls back on the next one at a final error; `Reply.model` says who wrote.

    A final error about the whole model (quota, credentials, no such model) stops that model for the run; one
    about the item (content, length) sends only this item to the next model. Passing errors do not move on:
    the model was asked six times, and another one would write a part of the course in another voice because
    of a server's bad moment.

    Attributes:
        models: all of them, in order.
    """

    def __init__(self, models: Sequence[PatientModel], purse: Purse | None = None) -> None:
        if not models:
            raise ValueError("a chain has at least one model")
        self.models = tuple(models)
        self._purse = purse

    def paid_from(self, purse: Purse) -> ModelChain:
        """The same models, none of which is asked before the purse can pay for it."""
        return ModelChain(self.models, purse)

    @property
    def current(self) -> PatientModel:
        """The model that is asked next: the first that is not stopped, else the last."""
        return next((model for model in self.models if model.stop.error is None), self.models[-1])

    @property
    def name(self) -> str:
        """All names, in order, with commas."""
        return ",".join(model.name for model in self.models)

    @property
    def max_output_tokens(self) -> int:
        """The current model's."""
        return self.current.max_output_tokens

    @property
    def context_tokens(self) -> int | None:
        """The current model's."""
        return self.current.context_tokens

    @property
    def demonstration(self) -> bool:
        """The current model's."""
        return self.current.demonstration

    @property
    def languages(self) -> tuple[str, ...] | None:
        """The current model's."""
        return self.current.languages

    def price(self, usage: Usage) -> float | None:
        """What so many tokens of the current model cost in US dollars, or None where that is not known."""
        return self.current.price(usage)

    def __enter__(self) -> ModelChain:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of connections."""
        for model in self.models:
            model.close()

    def ask(self, request: Request) -> Reply:
        """Answer a request with the first model that can.

        Raises:
            CostLimitReached: the purse cannot pay for the model whose turn it is.
            QuotaExhausted: no model of the chain is left, and at least one for its quota; `resets_at` is the
                earliest that is known.
            FinalModelError: this item went through with no model, or no model is left.
            PassingModelError: a model failed in every try.

        What a model took before the next one's turn counts: in the reply, or in the error's `spent`.
        """
        errors: list[FinalModelError] = []
        spent = Spent()
        for model in self.models:
            try:
                reply = model.ask(request, self._purse)
            except CourseError as error:
                error.spent = spent = spent + (error.spent or Spent())
                if not isinstance(error, FinalModelError):
                    raise
                errors.append(error)
            else:
                return reply.with_spent(spent + reply.spent)
        told = _most_telling(errors)
        told.spent = spent
        raise told from None


def _most_telling(errors: Sequence[FinalModelError]) -> FinalModelError:
    """The error that says best what to do, with all messages in it.

    An error about the item comes first: where one model still answers, others of the run's items go through,
    and only this one is set aside. Else a quota: it says when to go on.
    """
    about_item = [error for error in errors if isinstance(error, ContentRefused | RequestRefused)]
    quotas = [error for error in errors if isinstance(error, QuotaExhausted)]
    chosen = (about_item or quotas or list(errors))[0]
    message = " ".join([str(chosen), *(str(error) for error in errors if error is not chosen)])
    if isinstance(chosen, QuotaExhausted):
        resets = [error.resets_at for error in quotas if error.resets_at is not None]
        return QuotaExhausted(message, model=chosen.model, resets_at=min(resets, default=None, key=_as_utc))
    return type(chosen)(message, model=chosen.model)


def _as_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
