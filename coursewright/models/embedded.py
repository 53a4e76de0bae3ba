"""The embedded model: SmolLM2-135M on this machine's processor, with no key and no download at run time.

It writes fluent English that is often wrong. It is there to show the whole pipeline on a bare machine, and
what it writes is marked as a demonstration. It does small requests well, and whole lessons not at all.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from coursewright.errors import ModelTimedOut, ModelUnreachable
from coursewright.models.base import Reply, Request, Usage
from coursewright.models.chat_completion import chat_messages, parse_body, read_completion, read_refusal
from coursewright.models.embedded_server import CONTEXT_TOKENS, check_installed, start_server
from coursewright.models.refusals import Advice, to_error
from coursewright.models.settings import ModelSettings

if TYPE_CHECKING:
    import httpx

NAME = "embedded"
MAX_OUTPUT_TOKENS = 1024
"""What it writes beyond this goes in circles."""

SAMPLING = {"temperature": 0.3, "top_p": 0.9, "min_p": 0.05, "repeat_penalty": 1.1, "repeat_last_n": 128}
"""The model's makers name temperature 0.2 and top_p 0.9; the rest keeps so small a model from looping."""

ADVICE = Advice(
    credentials="Another program answers at the embedded model's address; start again.",
    model="Run: make setup.",
    too_long="Ask for less in one request; the embedded model reads and writes 4096 tokens together.",
)


class EmbeddedWire:
    """The embedded model; see `coursewright.models.retry.Wire`. The server starts at the first request.

    Raises:
        SettingsError: a wheel is not installed.
    """

    name = NAME
    demonstration = True
    languages = ("en",)
    context_tokens = CONTEXT_TOKENS

    def __init__(self, settings: ModelSettings) -> None:
        check_installed()
        self._settings = settings
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    @property
    def max_output_tokens(self) -> int:
        return min(self._settings.max_output_tokens or MAX_OUTPUT_TOKENS, MAX_OUTPUT_TOKENS)

    def price(self, usage: Usage) -> float | None:
        """Nobody bills it."""
        return 0.0

    def close(self) -> None:
        """Close the connections. The server stays, for other chains of this process."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def ask_once(self, request: Request) -> Reply:
        import httpx

        try:
            response = self._open().post(
                "/v1/chat/completions",
                json=self._write_body(request),
                headers={"X-Request-Item": request.item},
            )
        except httpx.TimeoutException:
            raise ModelTimedOut(
                f"the embedded model did not answer within {self._settings.read_seconds:.0f} s.", model=NAME
            ) from None
        except httpx.TransportError as error:
            raise ModelUnreachable(f"the embedded model's server broke off ({error}).", model=NAME) from None
        if response.status_code != 200:
            refusal = read_refusal(response.status_code, response.content, dict(response.headers))
            raise to_error(refusal, model=NAME, advice=ADVICE)
        body = parse_body(response.content, model=NAME, content_type=response.headers.get("content-type", ""))
        return read_completion(body, request, model=NAME)

    def _open(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._client is None:
                address = start_server(self._settings.threads)
                self._client = httpx.Client(
                    base_url=address.url,
                    headers={"authorization": f"Bearer {address.key}"},
                    timeout=httpx.Timeout(
                        self._settings.read_seconds, connect=self._settings.connect_seconds
                    ),
                    # A proxy of the environment must not come between a program and itself.
                    trust_env=False,
                )
            return self._client

    def _write_body(self, request: Request) -> dict[str, Any]:
        temperature = self._settings.temperature if request.temperature is None else request.temperature
        seed = self._settings.seed if request.seed is None else request.seed
        body: dict[str, Any] = {
            "messages": chat_messages(request),
            "max_tokens": min(request.max_output_tokens, self.max_output_tokens),
            **SAMPLING,
        }
        if temperature is not None:
            body["temperature"] = temperature
        if seed is not None:
            body["seed"] = seed
        if request.json_schema is not None:
            schema = {"name": "reply", "schema": request.json_schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body
