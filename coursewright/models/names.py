"""Names of models: ``provider:model``, and several of them as a chain of fallbacks."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from coursewright.errors import SettingsError

PROVIDERS = ("bedrock", "openai", "ollama", "embedded")
"""What a user can name. ``scripted`` is known too, for tests."""

EXAMPLES = "bedrock:amazon.nova-pro-v1:0, openai:gpt-4o, ollama:llama3.1:8b, embedded"

DEFAULT_BEDROCK_MODEL = "amazon.nova-pro-v1:0"
"""What ``bedrock`` alone means. A Nova model needs no form to be filled in first."""

WITHOUT_MODEL = {"bedrock", "embedded", "scripted"}
"""Providers that may stand alone: one has a default model, the others have only one."""


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model's name.

    Attributes:
        model: empty where the provider stands alone.
    """

    provider: str
    model: str = ""

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}" if self.model else self.provider


def parse_model(text: str) -> ModelName:
    """Parse ``provider:model``; the model may hold colons of its own.

    Raises:
        SettingsError: no provider of that name, or a model that is missing or one too many.
    """
    provider, _, model = (part.strip() for part in text.strip().partition(":"))
    provider = provider.lower()
    if provider not in (*PROVIDERS, "scripted"):
        close = difflib.get_close_matches(provider, PROVIDERS, n=1, cutoff=0.5)
        meant = f' Did you mean "{close[0]}"?' if close else ""
        raise SettingsError(
            f'"{text.strip()}" names no model: a name is provider:model, and the providers are '
            f"{', '.join(PROVIDERS)}.{meant} Examples: {EXAMPLES}."
        )
    if not model and provider not in WITHOUT_MODEL:
        raise SettingsError(f'"{provider}" needs a model after a colon, for example {_example(provider)}.')
    if model and provider == "embedded":
        raise SettingsError(f'"embedded" has only one model: write "embedded" instead of "{text.strip()}".')
    if any(character.isspace() or not character.isprintable() for character in model):
        raise SettingsError(
            f'"{text.strip()}" names no model: there is a space or a control character in it.'
        )
    return ModelName(provider, model)


def parse_chain(names: str | Sequence[str]) -> tuple[ModelName, ...]:
    """Parse a chain of fallbacks: a list, or one string with commas.

    Raises:
        SettingsError: a name that is none, an empty chain, or the same model twice.
    """
    parts = (
        names.split(",") if isinstance(names, str) else [part for name in names for part in name.split(",")]
    )
    chain = tuple(parse_model(part) for part in parts if part.strip())
    if not chain:
        raise SettingsError(f"no model is named; name one, for example {EXAMPLES}.")
    for name in chain:
        if chain.count(name) > 1:
            raise SettingsError(f'the model "{name}" is named twice; a fallback must be another model.')
    return chain


def _example(provider: str) -> str:
    return next(example for example in EXAMPLES.split(", ") if example.startswith(provider))
