"""OpenAI, and everything that speaks its protocol: vLLM, LM Studio, llama.cpp, Gemini's endpoint …

The address and the key come from ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY``. Servers differ in the optional
parameters that they take; a refusal that names one is answered once by asking otherwise (see `Quirks`).
"""

from __future__ import annotations

import json
import os
import re
import threading
from typing import TYPE_CHECKING, Any

from coursewright.errors import ModelError, ModelTimedOut, ModelUnreachable, RequestRefused, SettingsError
from coursewright.models.addresses import read_address
from coursewright.models.base import Reply, Request, Usage
from coursewright.models.chat_completion import chat_messages, parse_body, read_completion, read_refusal
from coursewright.models.prices import price
from coursewright.models.quirks import Quirks
from coursewright.models.refusals import Advice, Refusal, quote, to_error
from coursewright.models.retry import AskDifferently
from coursewright.models.settings import LOOPBACK, ModelSettings
from coursewright.models.tokens import SMALLEST_REPLY, estimate_prompt_tokens, fit_output

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"
DEFAULT_MAX_OUTPUT_TOKENS = 16_384
"""gpt-4o's ceiling; room for a lesson of 5,000 words in any language. A lower one is learnt."""

CEILING = re.compile(
    r"(?:at most|less than or equal to|limit of|no more than|maximum (?:value|allowed)\D{0,30})\s*(\d{2,7})",
    re.IGNORECASE,
)
CONTEXT = re.compile(r"(?:maximum context length is|context size \()\s*(\d{3,8})", re.IGNORECASE)
SCHEMA_REFUSED = re.compile(
    r"response_format|json_schema|json_object|json mode|structured output|guided|grammar", re.IGNORECASE
)


class OpenAIWire:
    """One model behind one address; see `coursewright.models.retry.Wire`.

    Args:
        model: without the provider.

    Raises:
        SettingsError: ``OPENAI_BASE_URL`` is no address; there is no key for OpenAI's own, or no good one.
    """

    demonstration = False
    languages = None

    def __init__(self, model: str, settings: ModelSettings) -> None:
        environment = os.environ if settings.environment is None else settings.environment
        self.name = f"openai:{model}"
        self._model = model
        self._settings = settings
        self._address = read_address(
            environment.get("OPENAI_BASE_URL", "").strip() or OPENAI_URL,
            "OPENAI_BASE_URL",
            "http://127.0.0.1:8000/v1",
        )
        self._host = self._address.host
        self._key = _find_key(
            settings.credentials.openai_api_key or environment.get("OPENAI_API_KEY"), self.name, self._host
        )
        self._secrets = [self._key, *self._address.secrets]
        self._advice = Advice(
            credentials="Check OPENAI_API_KEY, and that it may use this model.",
            model=f"Check the name, and that {self._host} (OPENAI_BASE_URL) serves it.",
        )
        self._quirks = Quirks()
        self._context = settings.context_tokens
        self._client: openai.OpenAI | None = None
        self._lock = threading.Lock()

    @property
    def max_output_tokens(self) -> int:
        return self._quirks.ceiling(self._settings.max_output_tokens or DEFAULT_MAX_OUTPUT_TOKENS)

    @property
    def context_tokens(self) -> int | None:
        return self._context

    def price(self, usage: Usage) -> float | None:
        return price(self.name, usage, api_url=self._address.url)

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def ask_once(self, request: Request) -> Reply:
        import openai

        seen = self._quirks.seen()
        parameters = self._write_parameters(request, seen)
        try:
            raw = self._open().chat.completions.with_raw_response.create(
                **parameters, extra_headers={"X-Request-Item": request.item}
            )
        except openai.APITimeoutError:
            raise ModelTimedOut(
                f"{self.name} did not answer within {self._settings.read_seconds:.0f} s.", model=self.name
            ) from None
        except openai.APIConnectionError as error:
            why = quote(str(error.__cause__ or error), self._secrets)
            raise ModelUnreachable(
                f"{self.name} cannot be reached at {self._host} ({why}). Check OPENAI_BASE_URL.",
                model=self.name,
            ) from None
        except openai.APIStatusError as error:
            response = error.response
            refusal = read_refusal(response.status_code, response.content, dict(response.headers))
            raise self._judge(refusal, request, parameters, seen) from None
        body = parse_body(
            raw.http_response.content,
            model=self.name,
            content_type=raw.http_response.headers.get("content-type", ""),
        )
        if body.get("error") and not body.get("choices"):
            refusal = _read_refusal_within(body)
            raise self._judge(refusal, request, parameters, seen)
        return read_completion(body, request, model=self.name)

    def _open(self) -> openai.OpenAI:
        import openai

        with self._lock:
            if self._client is None:
                settings = self._settings
                timeout = openai.Timeout(settings.read_seconds, connect=settings.connect_seconds)
                http = openai.DefaultHttpxClient(
                    timeout=timeout, trust_env=self._host not in LOOPBACK, auth=self._address.login
                )
                self._client = openai.OpenAI(
                    api_key=self._key,
                    base_url=self._address.url,
                    max_retries=0,
                    timeout=timeout,
                    http_client=http,
                )
            return self._client

    def _write_parameters(self, request: Request, seen: frozenset[str]) -> dict[str, Any]:
        messages = chat_messages(request)
        parameters: dict[str, Any] = {"model": self._model, "messages": messages}
        completion_only = self._host == "api.openai.com"
        limit = "max_completion_tokens" if completion_only != ("limit" in seen) else "max_tokens"
        parameters[limit] = self._limit_output(request)
        temperature = self._settings.temperature if request.temperature is None else request.temperature
        if temperature is not None and "temperature" not in seen:
            parameters["temperature"] = temperature
        seed = self._settings.seed if request.seed is None else request.seed
        if seed is not None and "seed" not in seen:
            parameters["seed"] = seed
        if request.json_schema is not None:
            if "json_schema" not in seen:
                schema = {"name": "reply", "schema": request.json_schema}
                parameters["response_format"] = {"type": "json_schema", "json_schema": schema}
            else:
                messages[-1]["content"] += (
                    "\n\nAnswer with one JSON object only, without a code fence, that matches this schema: "
                    + json.dumps(request.json_schema, ensure_ascii=False)
                )
                if "json_object" not in seen:
                    parameters["response_format"] = {"type": "json_object"}
        return parameters

    def _limit_output(self, request: Request) -> int:
        limit = fit_output(request, self.max_output_tokens, self._context)
        if limit is None:
            tokens = estimate_prompt_tokens(request.messages)
            raise RequestRefused(
                f"{self.name} cannot take {request.item}: about {tokens} tokens go in, and input and output "
                f"together may have {self._context}. {self._advice.too_long}",
                model=self.name,
            )
        return limit

    def _judge(
        self, refusal: Refusal, request: Request, parameters: dict[str, Any], seen: frozenset[str]
    ) -> ModelError | AskDifferently:
        if refusal.status in (400, 422) and self._learn(refusal.text, request, parameters, seen):
            return AskDifferently()
        return to_error(refusal, model=self.name, advice=self._advice, secrets=self._secrets)

    def _learn(self, text: str, request: Request, parameters: dict[str, Any], seen: frozenset[str]) -> bool:
        """Learn from a refusal how to put the request otherwise, if it can be."""
        limit = "max_completion_tokens" if "max_completion_tokens" in parameters else "max_tokens"
        asked = parameters[limit]
        if context := CONTEXT.search(text):
            tokens = int(context.group(1))
            room = tokens - estimate_prompt_tokens(request.messages)
            if SMALLEST_REPLY <= room < asked:
                self._context = tokens if self._context is None else min(tokens, self._context)
                return True
            return False
        ceiling = CEILING.search(text)
        if ceiling and re.search(r"max\w*_tokens|completion tokens|maximum tokens", text, re.IGNORECASE):
            if SMALLEST_REPLY <= int(ceiling.group(1)) < asked:
                self._quirks.lower_ceiling(int(ceiling.group(1)))
                return True
            return False
        learnt = None
        if request.json_schema is not None and SCHEMA_REFUSED.search(text):
            learnt = "json_schema" if "json_schema" not in seen else "json_object"
        elif re.search(rf"\b{limit}\b", text):
            learnt = "limit"
        else:
            named = (
                name
                for name in ("temperature", "seed")
                if name in parameters and re.search(rf"\b{name}\b", text)
            )
            learnt = next(named, None)
        if learnt is None or learnt in seen:
            return False
        self._quirks.learn(learnt)
        return True


def _read_refusal_within(body: dict[str, Any]) -> Refusal:
    """An error that came with status 200, as some routers send them; its code is the status that it had."""
    error = body["error"]
    code = str(error.get("code")) if isinstance(error, dict) else ""
    status = int(code) if re.fullmatch("[45][0-9]{2}", code) else 502
    return read_refusal(status, json.dumps(body).encode(), {})


def _find_key(key: str | None, model: str, host: str) -> str:
    """The key, or a stand-in for servers of one's own, which ask for none.

    Raises:
        SettingsError: OpenAI itself is asked without a key, or the key cannot be sent.
    """
    key = (key or "").strip()
    if not key and host == "api.openai.com":
        raise SettingsError(
            f"{model} needs a key: set OPENAI_API_KEY, or set OPENAI_BASE_URL to a server of your own."
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError("OPENAI_API_KEY holds a space or a character that no key has; copy it again.")
    return key or "no-key-needed"
