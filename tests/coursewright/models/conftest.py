"""What the tests of models share: a request, and clients that talk to loopback servers without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from servers.bedrock_server import BedrockServer
from servers.ollama_server import OllamaServer
from servers.openai_server import OpenAIServer
from servers.s3_moto import quick_session
from servers.wire_server import WireServer

from coursewright.models.base import Message, Request
from coursewright.models.names import parse_model
from coursewright.models.opening import _open_wire
from coursewright.models.retry import PatientModel
from coursewright.models.settings import Credentials, ModelSettings
from coursewright.models.stops import ModelStop

NOW = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
SERVERS: dict[str, type[WireServer]] = {
    "openai": OpenAIServer,
    "bedrock": BedrockServer,
    "ollama": OllamaServer,
}
MODELS = {
    "openai": "openai:gpt-4o",
    "bedrock": "bedrock:amazon.nova-pro-v1:0",
    "ollama": "ollama:llama3.1:8b",
}


def ask_for(item: str = "lesson/01-02", text: str = "Write the lesson.", **more: Any) -> Request:
    """A small request."""
    turns = (Message("system", "You write courses."), Message("user", text))
    return Request(item, **{"messages": turns, "max_output_tokens": 1000, "project": "git", **more})


@dataclass
class Trial:
    """A model that talks to a loopback server, and the waits that it would have made."""

    server: WireServer
    model: PatientModel
    waits: list[float] = field(default_factory=list)


Start = Callable[..., Trial]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a provider's server and a model that asks it.

    The function takes the provider, the server's arguments in a dictionary, and settings by name.
    """
    trials: list[Trial] = []

    def begin(
        provider: str,
        server: dict[str, Any] | None = None,
        *,
        model: str | None = None,
        stop: ModelStop | None = None,
        sleep: Callable[[float], None] | None = None,
        limiter: Callable[[int], None] | None = None,
        **settings: Any,
    ) -> Trial:
        arguments = {"answer": lambda call: f"# Answer to {call.item}", **(server or {})}
        running = SERVERS[provider](**arguments)
        running.__enter__()
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        for name, value in running.environment.items():  # type: ignore[attr-defined]
            monkeypatch.setenv(name, value)
        credentials = Credentials(aws_session=quick_session() if provider == "bedrock" else None)
        waits: list[float] = []
        patient = PatientModel(
            _open_wire(
                parse_model(model or MODELS[provider]),
                ModelSettings(**{"credentials": credentials, **settings}),
            ),
            stop=stop,
            limiter=limiter,
            sleep=sleep or waits.append,
            now=lambda: NOW,
            random=lambda: 1.0,
        )
        trials.append(Trial(running, patient, waits))
        return trials[-1]

    yield begin
    for trial in trials:
        trial.model.close()
        trial.server.__exit__()
