"""Ollama, by its own chat endpoint: only there can the context length be set.

Ollama cuts a prompt that is longer than the context without a word. So the length is asked of the model
first, requests that cannot fit are refused, servers that can are told to refuse too, and the count of tokens
read is compared with the prompt afterwards.
"""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from coursewright.errors import (
    ContentRefused,
    ModelError,
    ModelServerFault,
    ModelTimedOut,
    ModelUnreachable,
    RequestRefused,
    UnknownModel,
)
from coursewright.models.addresses import Address, read_address
from coursewright.models.base import Reply, Request, Stop, Usage
from coursewright.models.chat_completion import chat_messages, parse_body, read_refusal
from coursewright.models.refusals import Advice, Refusal, quote, to_error
from coursewright.models.settings import LOOPBACK, ModelSettings
from coursewright.models.tokens import (
    estimate_prompt_tokens,
    estimate_tokens,
    fewest_prompt_tokens,
    fit_output,
    read_count,
)

if TYPE_CHECKING:
    import httpx

DEFAULT_PORT = 11434
DEFAULT_MAX_OUTPUT_TOKENS = 12_288


class OllamaWire:
    """One model of one Ollama; see `coursewright.models.retry.Wire`.

    Args:
        model: without the provider, such as ``llama3.1:8b``.

    Raises:
        SettingsError: ``OLLAMA_HOST`` is no address.
    """

    demonstration = False
    languages = None

    def __init__(self, model: str, settings: ModelSettings) -> None:
        environment = os.environ if settings.environment is None else settings.environment
        self.name = f"ollama:{model}"
        self._model = model
        self._settings = settings
        self._address = read_host(environment.get("OLLAMA_HOST", ""))
        self._num_ctx = settings.num_ctx
        self._looked_up = False
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._advice = Advice(
            credentials=f"Check what stands before Ollama at {self._address.url}.",
            model=f"Run: ollama pull {model}",
            too_long="Raise COURSEWRIGHT_OLLAMA_CONTEXT, shorten the requirements, or name a model that "
            "reads more.",
        )

    @property
    def max_output_tokens(self) -> int:
        # Half of the context is the prompt's.
        return min(self._settings.max_output_tokens or DEFAULT_MAX_OUTPUT_TOKENS, self._num_ctx // 2)

    @property
    def context_tokens(self) -> int | None:
        return self._num_ctx

    def price(self, usage: Usage) -> float | None:
        """Nobody bills it."""
        return 0.0

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def ask_once(self, request: Request) -> Reply:
        self._look_up_context()
        limit = fit_output(request, self.max_output_tokens, self._num_ctx)
        if limit is None:
            tokens = estimate_prompt_tokens(request.messages)
            raise self._too_long(request, f"about {tokens} tokens go in and leave no room for an answer")
        body = self._post("/api/chat", self._write_body(request, limit))
        if "error" in body:
            refusal = read_refusal(500, str(body["error"]).encode(), {})
            raise self._to_error(refusal)
        return self._read_reply(body, request)

    def _read_reply(self, body: dict[str, Any], request: Request) -> Reply:
        message = body.get("message")
        if not isinstance(message, dict):
            raise ModelServerFault(f"{self.name} answered without a message.", model=self.name)
        read = read_count(body.get("prompt_eval_count"))
        if read >= self._num_ctx or 0 < read < fewest_prompt_tokens(request.messages):
            raise self._too_long(request, f"Ollama cut the prompt and read only {read} tokens of it")
        text = str(message.get("content") or "")
        reason = body.get("done_reason")
        if reason == "content_filter":
            raise ContentRefused(f"{self.name} refused to write {request.item}.", model=self.name)
        stop: Stop = "length" if reason == "length" else "end"
        usage = Usage(
            input=read or estimate_prompt_tokens(request.messages),
            output=read_count(body.get("eval_count")) or estimate_tokens(text),
            estimated=not read,
        )
        thinking = estimate_tokens(str(message.get("thinking") or ""))
        return Reply(text=text, stop=stop, model=self.name, usage=usage, thinking=thinking)

    def _look_up_context(self) -> None:
        """Ask once how much the model reads: a longer context than it was made for would be cut silently."""
        if self._looked_up:
            return
        about = self._post("/api/show", {"model": self._model}).get("model_info")
        lengths = [
            length
            for key, value in (about.items() if isinstance(about, dict) else ())
            if key.endswith(".context_length") and (length := read_count(value))
        ]
        with self._lock:
            self._num_ctx = min([self._settings.num_ctx, *lengths])
            self._looked_up = True

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        import httpx

        headers = {"X-Request-Item": body.pop("item")} if "item" in body else {}
        try:
            response = self._open().post(path, json=body, headers=headers)
        except httpx.TimeoutException:
            raise ModelTimedOut(
                f"{self.name} did not answer within {self._settings.read_seconds:.0f} s.", model=self.name
            ) from None
        except httpx.TransportError as error:
            why = quote(str(error), self._address.secrets)
            raise ModelUnreachable(
                f"{self.name} cannot be reached at {self._address.url} ({why}). Is Ollama running? "
                "Start it with: ollama serve. OLLAMA_HOST says where it is.",
                model=self.name,
            ) from None
        if response.status_code != 200:
            raise self._judge(response)
        return parse_body(
            response.content, model=self.name, content_type=response.headers.get("content-type", "")
        )

    def _judge(self, response: httpx.Response) -> ModelError:
        refusal = read_refusal(response.status_code, response.content, dict(response.headers))
        if response.status_code == 404:
            said = quote(refusal.message, self._address.secrets)
            return UnknownModel(
                f"{self.name} is not on this Ollama ({said}). {self._advice.model}", model=self.name
            )
        return self._to_error(refusal)

    def _to_error(self, refusal: Refusal) -> ModelError:
        return to_error(refusal, model=self.name, advice=self._advice, secrets=self._address.secrets)

    def _too_long(self, request: Request, why: str) -> RequestRefused:
        return RequestRefused(
            f"{self.name} cannot take {request.item}: {why}, and its context holds {self._num_ctx}. "
            f"{self._advice.too_long}",
            model=self.name,
        )

    def _open(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._client is None:
                self._client = httpx.Client(
                    base_url=self._address.url,
                    auth=self._address.login,
                    timeout=httpx.Timeout(
                        self._settings.read_seconds, connect=self._settings.connect_seconds
                    ),
                    trust_env=self._address.host not in LOOPBACK,
                )
            return self._client

    def _write_body(self, request: Request, limit: int) -> dict[str, Any]:
        options: dict[str, Any] = {"num_ctx": self._num_ctx, "num_predict": limit}
        temperature = self._settings.temperature if request.temperature is None else request.temperature
        if temperature is not None:
            options["temperature"] = temperature
        seed = self._settings.seed if request.seed is None else request.seed
        if seed is not None:
            options["seed"] = seed
        body: dict[str, Any] = {
            "item": request.item,
            "model": self._model,
            "messages": chat_messages(request),
            "stream": False,
            "options": options,
            # Newer versions refuse then, instead of cutting the prompt or forgetting its beginning.
            "truncate": False,
            "shift": False,
        }
        if request.json_schema is not None:
            body["format"] = request.json_schema
        return body


def read_host(text: str) -> Address:
    """The address that ``OLLAMA_HOST`` means: a host, a port, both, or a URL; empty for Ollama's default.

    Raises:
        SettingsError: it is no address.
    """
    address = read_address(text, "OLLAMA_HOST", "127.0.0.1:11434", scheme="http", host="127.0.0.1")
    parts = urlsplit(address.url)
    # Ollama's own setting for "listen everywhere"; one cannot connect to it.
    host = "127.0.0.1" if address.host == "0.0.0.0" else address.host
    place = f"[{host}]" if ":" in host else host
    port = parts.port
    if port is None:
        port = {"http": 80, "https": 443}[parts.scheme] if "://" in text else DEFAULT_PORT
    return replace(address, url=f"{parts.scheme}://{place}:{port}{parts.path}", host=host)
