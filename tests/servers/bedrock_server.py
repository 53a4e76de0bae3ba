"""A server that speaks Amazon Bedrock's Converse.

As a script: ``python tests/servers/bedrock_server.py --help``.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from servers.calls import Call
from servers.faults import Fault
from servers.wire_server import Answer, Response, WireServer

STOP_REASONS = {"end": "end_turn", "length": "max_tokens", "filtered": "guardrail_intervened"}


class BedrockServer(WireServer):
    """See `WireServer`.

    Args:
        refuses: what this model does not take: ``toolChoice``, ``tools``, ``cachePoint``, ``temperature``.
        ceiling: the most tokens that may be asked for.
        secret_key: that clients are given; it is not checked.
        cached_tokens, cache_written_tokens: what it says came from, and went into, its prompt cache.
    """

    provider = "bedrock"

    def __init__(
        self,
        answer: Answer,
        *,
        refuses: frozenset[str] | set[str] = frozenset(),
        ceiling: int | None = None,
        cached_tokens: int = 0,
        cache_written_tokens: int = 0,
        secret_key: str = "loopback",
        **common: Any,
    ) -> None:
        super().__init__(answer, **common)
        self.refuses = refuses
        self.ceiling = ceiling
        self.cached_tokens = cached_tokens
        self.cache_written_tokens = cache_written_tokens
        self.secret_key = secret_key

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a client here."""
        return {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.url,
            "AWS_ACCESS_KEY_ID": "loopback",
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def read_call(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any] | None:
        named = re.fullmatch(r"/model/([^/]+)/converse", path)
        if named is None:
            return None
        metadata = body.get("requestMetadata", {})
        turns = [("system", block["text"]) for block in body.get("system", []) if "text" in block]
        for message in body["messages"]:
            turns += [(message["role"], block["text"]) for block in message["content"] if "text" in block]
        tools = body.get("toolConfig", {}).get("tools", [])
        return {
            "item": metadata.get("item", ""),
            "project": metadata.get("project", ""),
            "model": unquote(named.group(1)),
            "messages": tuple(turns),
            "max_tokens": body.get("inferenceConfig", {}).get("maxTokens"),
            "json_schema": tools[0]["toolSpec"]["inputSchema"]["json"] if tools else None,
        }

    def check_call(self, call: Call) -> Response | None:
        roles = [message["role"] for message in call.body["messages"]]
        if roles[0] != "user" or any(here == there for here, there in pairwise(roles)):
            return _error(
                400, "ValidationException", "A conversation must start with a user message and alternate."
            )
        tools = call.body.get("toolConfig", {})
        if "toolChoice" in self.refuses and "toolChoice" in tools:
            return _error(
                400, "ValidationException", "This model doesn't support the toolConfig.toolChoice.tool field."
            )
        if "tools" in self.refuses and tools:
            return _error(400, "ValidationException", "This model doesn't support tool use.")
        if "cachePoint" in self.refuses and "cachePoint" in json.dumps(call.body):
            return _error(
                403,
                "AccessDeniedException",
                "You invoked an unsupported model or your request did not allow prompt caching.",
            )
        if "temperature" in self.refuses and "temperature" in call.body.get("inferenceConfig", {}):
            return _error(400, "ValidationException", "`temperature` is deprecated for this model.")
        if self.ceiling is not None and (call.max_tokens or 0) > self.ceiling:
            text = (
                f"The maximum tokens you requested exceeds the model limit of {self.ceiling}. "
                f"Try again with a maximum tokens value that is lower than {self.ceiling}."
            )
            return _error(400, "ValidationException", text)
        return None

    def write_answer(self, call: Call, text: str, stop: str, output_tokens: int) -> bytes:
        content: list[dict[str, Any]] = [{"text": text}] if text else []
        if self.thinks:
            content.insert(0, {"reasoningContent": {"reasoningText": {"text": "hm, " * self.thinks}}})
        reason = STOP_REASONS[stop]
        given = _read_object(text) if call.json_schema is not None and stop == "end" else None
        if given is not None:
            content = [{"toolUse": {"toolUseId": "1", "name": "reply", "input": given}}]
            reason = "tool_use"
        usage = {
            "inputTokens": call.input_tokens - self.cached_tokens - self.cache_written_tokens,
            "outputTokens": output_tokens,
            "totalTokens": call.input_tokens + output_tokens,
            "cacheReadInputTokens": self.cached_tokens,
            "cacheWriteInputTokens": self.cache_written_tokens,
        }
        answer = {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": reason,
            "usage": usage,
            "metrics": {"latencyMs": 1},
        }
        return json.dumps(answer).encode()

    def write_error(self, call: Call, fault: Fault) -> Response:
        said = fault.message
        headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
        match fault.kind:
            case "server-error":
                names = {
                    408: "ModelTimeoutException",
                    424: "ModelErrorException",
                    429: "ModelNotReadyException",
                    500: "InternalServerException",
                    503: "ServiceUnavailableException",
                }
                return _error(
                    fault.status, names.get(fault.status, ""), said or "Try your request again.", headers
                )
            case "throttle":
                text = "Too many tokens, please wait before trying again."
                return _error(429, "ThrottlingException", said or text, headers)
            case "daily-quota":
                text = "Too many tokens per day, please wait before trying again."
                return _error(429, "ThrottlingException", said or text, headers)
            case "unpaid":
                return _error(
                    400,
                    "ServiceQuotaExceededException",
                    said or "The daily quota of your account is used up.",
                )
            case "bad-key":
                text = "The security token included in the request is expired"
                return _error(403, "ExpiredTokenException", said or text)
            case "unknown-model":
                return _error(400, "ValidationException", said or "The provided model identifier is invalid.")
            case "content-refused":
                return _error(
                    400, "ValidationException", said or "The request was blocked by our content policy."
                )
            case "too-long":
                return _error(400, "ValidationException", said or "Input is too long for requested model.")
        raise ValueError(f"Bedrock's wire has no {fault.kind}")


def _read_object(text: str) -> dict[str, Any] | None:
    """A model that does not keep to the tool answers in plain text instead."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error; without a code it is a bare status, as load balancers in front of Bedrock give it."""
    named = {"x-amzn-errortype": code} if code else {}
    return Response(status, json.dumps({"message": message}).encode(), {**named, **(headers or {})})


if __name__ == "__main__":
    from servers.command import run

    run(BedrockServer, address="AWS_ENDPOINT_URL_BEDROCK_RUNTIME={url}")
