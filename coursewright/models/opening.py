"""From the names that a user gives to models that answer."""

from __future__ import annotations

from collections.abc import Sequence

from coursewright.models.chain import ModelChain
from coursewright.models.environment import read_settings
from coursewright.models.names import ModelName, parse_chain
from coursewright.models.retry import PatientModel, Wire
from coursewright.models.scripted import find_scripted
from coursewright.models.settings import ModelSettings


def open_models(chain: str | Sequence[str], settings: ModelSettings | None = None) -> ModelChain:
    """Open the models of a chain. No model is asked anything yet.

    Addresses and keys are read from the environment now; connections are made at the first request.

    Args:
        chain: ``provider:model``, several in a list or with commas: the first, then its fallbacks.
        settings: None for what the environment says.

    Raises:
        SettingsError: a name that is none, or a setting that is missing or wrong.
    """
    chosen = settings or read_settings()
    return ModelChain([_open_model(name, chosen) for name in parse_chain(chain)])


def _open_model(name: ModelName, settings: ModelSettings) -> PatientModel:
    wire = _open_wire(name, settings)
    return PatientModel(
        wire,
        policy=settings.retry,
        stop=settings.stops.of(wire.name),
        limiter=settings.limiters.get(wire.name, settings.limiters.get("")),
    )


def _open_wire(name: ModelName, settings: ModelSettings) -> Wire:
    """Import only the provider that is named: their clients take up to a second each."""
    match name.provider:
        case "openai":
            from coursewright.models.openai_compatible import OpenAIWire

            return OpenAIWire(name.model, settings)
        case "ollama":
            from coursewright.models.ollama import OllamaWire

            return OllamaWire(name.model, settings)
        case "bedrock":
            from coursewright.models.bedrock import BedrockWire

            return BedrockWire(name.model or settings.bedrock_model, settings)
        case "embedded":
            from coursewright.models.embedded import EmbeddedWire

            return EmbeddedWire(settings)
        case "scripted":
            return find_scripted()
    raise AssertionError(f"no wire for {name}")
