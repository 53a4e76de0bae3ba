"""Amazon Bedrock, by Converse, which is the same for all its models.

Credentials come from AWS's own chain or from the run's session; the endpoint from AWS's own variables
(``AWS_ENDPOINT_URL_BEDROCK_RUNTIME``). boto3 itself never asks again here.
"""

from __future__ import annotations

import json
import os
import re
import threading
from typing import TYPE_CHECKING, Any

from coursewright.errors import ContentRefused, ModelServerFault, SettingsError
from coursewright.models.addresses import read_address, show_address
from coursewright.models.base import Message, Reply, Request, Stop, Usage
from coursewright.models.bedrock_errors import STUMBLES, read_client_error, to_connection_error
from coursewright.models.prices import price
from coursewright.models.quirks import Quirks
from coursewright.models.refusals import Advice, quote, to_error
from coursewright.models.retry import AskDifferently
from coursewright.models.settings import ModelSettings
from coursewright.models.tokens import SMALLEST_REPLY, estimate_tokens, read_count

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError

DEFAULT_MAX_OUTPUT_TOKENS = 16_384
"""Room for a lesson of 5,000 words in any language. A model's lower ceiling is learnt from its refusal."""

MOST_CONNECTIONS = 32

CACHES_PROMPTS = re.compile(
    r"anthropic\.claude-(3-7|3-5-haiku|3-5-sonnet-20241022|[a-z]+-[4-9])|amazon\.nova", re.IGNORECASE
)
"""Models that are documented to take cache points. One that refuses them is asked without."""
MOST_CACHE_POINTS = 4

TAKES_TOOL_CHOICE = re.compile(r"anthropic\.claude|amazon\.nova", re.IGNORECASE)
GEOGRAPHY = re.compile(r"[a-z]{2,6}(-gov)?")
CEILING = re.compile(
    r"(?:limit of|at most|less than or equal to|lower than|maximum of)\s*(\d{2,7})", re.IGNORECASE
)
TOOL = "reply"

_BEARER_TOKEN = "AWS_BEARER_TOKEN_BEDROCK"
"""Bedrock's own kind of key, which boto3 takes from the environment in place of credentials."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL")
_INVALID = "Invalid endpoint: "
"""How botocore refuses an endpoint, which it quotes."""

CUT_OFF = {"max_tokens", "model_context_window_exceeded"}
REFUSED = {"guardrail_intervened", "content_filtered"}
MALFORMED = {"malformed_model_output", "malformed_tool_use"}


class BedrockWire:
    """One model on Bedrock; see `coursewright.models.retry.Wire`.

    Args:
        model: its id, an inference profile's id, or an ARN.

    Raises:
        SettingsError: there are no credentials, AWS's settings name a profile that there is none of, or their
            endpoint is no address or has a user name in it.
    """

    demonstration = False
    languages = None

    def __init__(self, model: str, settings: ModelSettings) -> None:
        self.name = f"bedrock:{model}"
        self._model_id = model_id(model, settings.inference_profile)
        self._settings = settings
        self._quirks = Quirks()
        self._lock = threading.Lock()
        self._client, region = _open_client(self.name, settings)
        self._advice = Advice(
            credentials="Check AWS's credentials (aws sts get-caller-identity), and that they have the right "
            "bedrock:InvokeModel.",
            model=f"Check the id, and that {region} offers the model to this account; some models are asked "
            "through an inference profile only.",
        )

    @property
    def max_output_tokens(self) -> int:
        return self._quirks.ceiling(self._settings.max_output_tokens or DEFAULT_MAX_OUTPUT_TOKENS)

    @property
    def context_tokens(self) -> int | None:
        return self._settings.context_tokens

    def price(self, usage: Usage) -> float | None:
        profiled = price(f"bedrock:{self._model_id}", usage)
        return price(self.name, usage) if profiled is None else profiled

    def close(self) -> None:
        self._client.close()

    def ask_once(self, request: Request) -> Reply:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        seen = self._quirks.seen()
        parameters = self._write_parameters(request, seen)
        try:
            answer = self._client.converse(**parameters)
        except ClientError as error:
            refusal = read_client_error(error)
            if refusal.status in (400, 403) and self._learn(refusal.text, parameters, seen):
                raise AskDifferently from None
            raise to_error(refusal, model=self.name, advice=self._advice) from None
        except BotoCoreError as error:
            raise to_connection_error(error, self.name, self._advice, self._settings.read_seconds) from None
        except (ResponseParserError, *STUMBLES):
            raise self._no_answer() from None
        return self._read_reply(answer, request)

    def _write_parameters(self, request: Request, seen: frozenset[str]) -> dict[str, Any]:
        inference: dict[str, Any] = {"maxTokens": min(request.max_output_tokens, self.max_output_tokens)}
        temperature = self._settings.temperature if request.temperature is None else request.temperature
        if temperature is not None and "temperature" not in seen:
            inference["temperature"] = temperature
        metadata = {"item": request.item, "project": request.project}
        system, turns = self._write_turns(request, seen)
        parameters: dict[str, Any] = {
            "modelId": self._model_id,
            "messages": turns,
            "inferenceConfig": inference,
            "requestMetadata": {key: value for key, value in metadata.items() if value},
        }
        if system:
            parameters["system"] = system
        if self._settings.guardrail_id:
            parameters["guardrailConfig"] = {
                "guardrailIdentifier": self._settings.guardrail_id,
                "guardrailVersion": self._settings.guardrail_version,
            }
        if request.json_schema is not None and "toolConfig" not in seen:
            specification = {
                "name": TOOL,
                "description": "Takes the answer.",
                "inputSchema": {"json": request.json_schema},
            }
            parameters["toolConfig"] = {"tools": [{"toolSpec": specification}]}
            if TAKES_TOOL_CHOICE.search(self._model_id) and "toolChoice" not in seen:
                parameters["toolConfig"]["toolChoice"] = {"tool": {"name": TOOL}}
        return parameters

    def _write_turns(
        self, request: Request, seen: frozenset[str]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """System blocks and turns. Turns alternate, so neighbours of one role are put together."""
        caches = "cachePoint" not in seen and CACHES_PROMPTS.search(self._model_id) is not None
        cached = [message for message in request.messages if message.cacheable][-MOST_CACHE_POINTS:]
        system: list[dict[str, Any]] = []
        turns: list[dict[str, Any]] = []
        for message in request.messages:
            blocks = system
            if message.role != "system":
                if not turns or turns[-1]["role"] != message.role:
                    turns.append({"role": message.role, "content": []})
                blocks = turns[-1]["content"]
            blocks.extend(_write_blocks(message, caches and any(message is one for one in cached)))
        if request.json_schema is not None and "toolConfig" in seen:
            schema = json.dumps(request.json_schema, ensure_ascii=False)
            text = (
                f"Answer with one JSON object only, without a code fence, that matches this schema: {schema}"
            )
            turns[-1]["content"].append({"text": text})
        return system, turns

    def _read_reply(self, answer: dict[str, Any], request: Request) -> Reply:
        message = (answer.get("output") or {}).get("message")
        reason = str(answer.get("stopReason") or "")
        # A body that is not JSON comes out of boto3 as an empty answer.
        if message is None and reason not in REFUSED:
            raise self._no_answer()
        if reason in REFUSED:
            what = "a guardrail" if reason == "guardrail_intervened" else "the provider's filter"
            raise ContentRefused(
                f"{self.name}: {what} refused {request.item}. Change the outline's words or the guardrail.",
                model=self.name,
            )
        if reason in MALFORMED:
            raise ModelServerFault(f"{self.name} broke its own format ({reason}).", model=self.name)
        blocks = [block for block in (message or {}).get("content") or [] if isinstance(block, dict)]
        texts = [block["text"] for block in blocks if isinstance(block.get("text"), str)]
        tools = [block["toolUse"].get("input") for block in blocks if isinstance(block.get("toolUse"), dict)]
        text = json.dumps(tools[0], ensure_ascii=False) if tools else "".join(texts)
        stop: Stop = "length" if reason in CUT_OFF else "end"
        return Reply(
            text=text,
            stop=stop,
            model=self.name,
            usage=_read_usage(answer.get("usage") or {}),
            thinking=sum(_count_thinking(block) for block in blocks),
        )

    def _no_answer(self) -> ModelServerFault:
        return ModelServerFault(f"{self.name} answered with something that is no answer.", model=self.name)

    def _learn(self, text: str, parameters: dict[str, Any], seen: frozenset[str]) -> bool:
        """Learn from a refusal how to put the request otherwise, if it can be."""
        ceiling = CEILING.search(text)
        if ceiling and re.search(r"max(imum)?[ _]?tokens", text, re.IGNORECASE):
            tokens = int(ceiling.group(1))
            if SMALLEST_REPLY <= tokens < parameters["inferenceConfig"]["maxTokens"]:
                self._quirks.lower_ceiling(tokens)
                return True
            return False
        tools = parameters.get("toolConfig", {})
        rules = (
            ("temperature", "temperature" in parameters["inferenceConfig"], r"temperature"),
            (
                "cachePoint",
                "cachePoint" in json.dumps(parameters),
                r"cache_?control|cache ?point|prompt caching",
            ),
            ("toolChoice", "toolChoice" in tools, r"tool_?choice"),
            ("toolConfig", bool(tools), r"tool"),
        )
        for quirk, sent, pattern in rules:
            if sent and quirk not in seen and re.search(pattern, text, re.IGNORECASE):
                self._quirks.learn(quirk)
                return True
        return False


def model_id(model: str, profile: str | None) -> str:
    """What Bedrock is asked for: the model, the model in a geography (``us``), or a whole profile."""
    if not profile:
        return model
    if GEOGRAPHY.fullmatch(profile):
        return model if model.startswith((f"{profile}.", "arn:")) else f"{profile}.{model}"
    return profile


def _write_blocks(message: Message, cache: bool) -> list[dict[str, Any]]:
    text = {"text": message.text}
    return [text, {"cachePoint": {"type": "default"}}] if cache else [text]


def _read_usage(usage: dict[str, Any]) -> Usage:
    """Bedrock counts what came from the cache, and what went into it, beside its input tokens."""
    cached = read_count(usage.get("cacheReadInputTokens"))
    written = read_count(usage.get("cacheWriteInputTokens"))
    return Usage(
        input=read_count(usage.get("inputTokens")) + cached + written,
        output=read_count(usage.get("outputTokens")),
        cached=cached,
        cache_written=written,
    )


def _count_thinking(block: dict[str, Any]) -> int:
    """Tokens of thinking in a block of the answer, by its text; Bedrock gives no count of its own."""
    shown = (block.get("reasoningContent") or {}).get("reasoningText") or {}
    return estimate_tokens(str(shown.get("text") or ""))


def _open_client(name: str, settings: ModelSettings) -> tuple[Any, str]:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=settings.connect_seconds,
        read_timeout=settings.read_seconds,
        max_pool_connections=MOST_CONNECTIONS,
    )
    try:
        session = settings.credentials.aws_session or boto3.Session()
        if session.get_credentials() is None and not os.environ.get(_BEARER_TOKEN):
            raise SettingsError(
                f"{name} needs AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, "
                f"{_BEARER_TOKEN}, or a credentials block."
            )
        region = settings.region or session.region_name or settings.bedrock_region
        client = session.client("bedrock-runtime", region_name=region, config=config)
    except (BotoCoreError, ValueError) as error:
        raise _wrong_setting(error) from None
    try:
        _check_endpoint(client.meta.endpoint_url)
    except SettingsError:
        client.close()
        raise
    return client, region


def _wrong_setting(error: BotoCoreError | ValueError) -> SettingsError:
    """What kept boto3 from making a client; the endpoint that it may quote is told in our own words."""
    from botocore.exceptions import BotoCoreError

    said = str(error)
    if not isinstance(error, BotoCoreError):
        if "@" in said:
            return _user_in_endpoint()
        if said.startswith(_INVALID):
            try:
                _check_endpoint(said.removeprefix(_INVALID))
            except SettingsError as told:
                return told
            said = _INVALID + show_address(said.removeprefix(_INVALID))
    return SettingsError(f"Bedrock cannot be used with AWS's settings as they are: {quote(said)}.")


def _check_endpoint(url: str) -> None:
    """Find now what botocore would find at the first request, and then in errors that quote the address.

    Raises:
        SettingsError: the endpoint is no address, or has a user name in it.
    """
    if "@" in url:
        raise _user_in_endpoint()
    read_address(url, f"Bedrock's endpoint ({_endpoint_setting()})", "http://127.0.0.1:8000")


def _user_in_endpoint() -> SettingsError:
    return SettingsError(
        f"Bedrock's endpoint ({_endpoint_setting()}) has a user name in it, which Bedrock has no use for. "
        "Leave it out; credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, "
        f"{_BEARER_TOKEN}, or a credentials block."
    )


def _endpoint_setting() -> str:
    """Where the endpoint comes from, in the order in which AWS looks."""
    return next((name for name in _ENDPOINTS if os.environ.get(name)), "endpoint_url in AWS's configuration")
