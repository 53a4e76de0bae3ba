"""What an operator sets about models: addresses, time-outs, limits, credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coursewright.models.base import Limiter
from coursewright.models.names import DEFAULT_BEDROCK_MODEL
from coursewright.models.retry import RetryPolicy
from coursewright.models.stops import ModelStops

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
"""Hosts that a proxy of the environment must not come between."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Secrets that the run was given, for example from a Prefect block. None is ever shown.

    Attributes:
        openai_api_key: used instead of ``OPENAI_API_KEY``.
        aws_session: a ``boto3.Session``, used instead of AWS's own chain.
    """

    openai_api_key: str | None = None
    aws_session: Any = None

    def __repr__(self) -> str:
        given = [name for name in self.__slots__ if getattr(self, name) is not None]
        return f"Credentials({', '.join(given) or 'none'})"


PICTURES = "pictures"
"""What the limiter of all image models is set under."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Settings for all models of a run.

    Attributes:
        temperature: where a request has none of its own; None for the model's own.
        seed: where a request has none of its own.
        connect_seconds: how long to wait for a connection.
        read_seconds: how long to wait for an answer. A lesson of 8,000 words has taken 235 s.
        max_output_tokens: the most that one reply can hold; None for the provider's default here.
        context_tokens: what input and output can hold together; None where not known.
        limiters: tokens and requests a minute, by the model's full name; ``""`` is for all others that write,
            `PICTURES` for all others that make pictures.
        stops: which models are not to be asked again; share one among all chains of a run.
        environment: where OpenAI's and Ollama's addresses and keys are looked up; None for the process's own.
        bedrock_model: what ``bedrock`` alone means.
        bedrock_region: used where neither AWS's variables nor its profile name a region.
        region: overrides both.
        inference_profile: a geography (``us``, ``eu``, ``global`` …) put before the model's id, or the
            whole id or ARN of a profile that is asked instead of the model.
        guardrail_id, guardrail_version: the Bedrock guardrail that requests go through.
        num_ctx: the context length that Ollama is asked to load the model with, in tokens.
        threads: of the embedded model; None for one less than there are cores.
    """

    temperature: float | None = None
    seed: int | None = None
    connect_seconds: float = 10.0
    read_seconds: float = 600.0
    max_output_tokens: int | None = None
    context_tokens: int | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limiters: Mapping[str, Limiter] = field(default_factory=dict)
    stops: ModelStops = field(default_factory=ModelStops)
    credentials: Credentials = Credentials()
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    bedrock_model: str = DEFAULT_BEDROCK_MODEL
    bedrock_region: str = "us-east-1"
    region: str | None = None
    inference_profile: str | None = None
    guardrail_id: str | None = None
    guardrail_version: str = "DRAFT"
    num_ctx: int = 16_384
    threads: int | None = None
