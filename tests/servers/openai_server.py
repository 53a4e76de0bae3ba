"""A server that speaks OpenAI's ``/chat/completions``, with the refusals that real ones give.

As a script: ``python tests/servers/openai_server.py --help``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from servers.calls import Call
from servers.faults import Fault
from servers.wire_server import Answer, Response, WireServer

FINISH_REASONS = {"end": "stop", "length": "length", "filtered": "content_filter"}


class OpenAIServer(WireServer):
    """See `WireServer`.

    Args:
        refuses: optional parameters that this server does not take: ``max_tokens``,
            ``max_completion_tokens``, ``temperature``, ``seed``, ``json_schema``, ``json_object``.
        ceiling: the most tokens that may be asked for.
        context: the most tokens that input and output may have together.
        api_key: the only key that is let in; a wrong one is echoed, as careless servers do.
        usage: False for a server that counts no tokens.
        cached_tokens: what it says came from its prompt cache.
    """

    provider = "openai"

    def __init__(
        self,
        answer: Answer,
        *,
        refuses: frozenset[str] | set[str] = frozenset(),
        ceiling: int | None = None,
        context: int | None = None,
        api_key: str | None = None,
        usage: bool = True,
        cached_tokens: int = 0,
        **common: Any,
    ) -> None:
        super().__init__(answer, **common)
        self.refuses = refuses
        self.ceiling = ceiling
        self.context = context
        self.api_key = api_key
        self.usage = usage
        self.cached_tokens = cached_tokens

    @property
    def url(self) -> str:
        return f"{super().url}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a client here."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": self.api_key or "key-for-loopback"}

    def read_call(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any] | None:
        if path != "/v1/chat/completions":
            return None
        schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
        return {
            "item": headers.get("x-request-item", ""),
            "model": body["model"],
            "messages": tuple((turn["role"], turn["content"]) for turn in body["messages"]),
            "max_tokens": body.get("max_completion_tokens", body.get("max_tokens")),
            "json_schema": schema,
        }

    def check_call(self, call: Call) -> Response | None:
        given = call.headers.get("authorization", "").removeprefix("Bearer ")
        if self.api_key is not None and given != self.api_key:
            return _error(401, f"Incorrect API key provided: {given}.", code="invalid_api_key")
        response_format = (call.body.get("response_format") or {}).get("type")
        for name in sorted(self.refuses):
            if name in call.body and name in ("max_tokens", "max_completion_tokens"):
                other = "max_completion_tokens" if name == "max_tokens" else "max_tokens"
                text = f"Unsupported parameter: '{name}' is not supported. Use '{other}' instead."
                return _error(400, text, code="unsupported_parameter", param=name)
            if name in call.body:
                text = f"Unsupported value: '{name}' does not support this value with this model."
                return _error(400, text, code="unsupported_value", param=name)
            if name == response_format:
                text = (
                    f"Invalid parameter: 'response_format' of type '{name}' is not supported with this model."
                )
                return _error(400, text, param="response_format")
        asked = call.max_tokens or 0
        if self.ceiling is not None and asked > self.ceiling:
            text = (
                f"max_tokens is too large: {asked}. At most {self.ceiling} completion tokens are supported."
            )
            return _error(400, text, code="invalid_value", param="max_tokens")
        if self.context is not None and call.input_tokens + asked > self.context:
            text = (
                f"This model's maximum context length is {self.context} tokens. However, you asked for "
                f"{call.input_tokens + asked} tokens (input {call.input_tokens}, output {asked})."
            )
            return _error(400, text, code="context_length_exceeded", param="messages")
        return None

    def write_answer(self, call: Call, text: str, stop: str, output_tokens: int) -> bytes:
        message: dict[str, Any] = {"role": "assistant", "content": text or None, "refusal": None}
        answer: dict[str, Any] = {
            "id": f"chatcmpl-{call.number}",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": call.model,
            "choices": [{"index": 0, "message": message, "finish_reason": FINISH_REASONS[stop]}],
        }
        if self.usage:
            answer["usage"] = {
                "prompt_tokens": call.input_tokens,
                "completion_tokens": output_tokens,
                "total_tokens": call.input_tokens + output_tokens,
                "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
                "completion_tokens_details": {"reasoning_tokens": self.thinks},
            }
        return json.dumps(answer).encode()

    def write_error(self, call: Call, fault: Fault) -> Response:
        headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
        said = fault.message
        match fault.kind:
            case "server-error":
                return _error(
                    fault.status, said or "The server had an error.", kind="server_error", headers=headers
                )
            case "throttle":
                text = "Rate limit reached on tokens per min (TPM): Limit 30000, Used 30000, Requested 900."
                return _error(429, said or text, kind="tokens", code="rate_limit_exceeded", headers=headers)
            case "daily-quota":
                text = (
                    "Rate limit reached on requests per day (RPD): Limit 200, Used 200, Requested 1. "
                    "Please try again in 7h12m0s."
                )
                return _error(429, said or text, kind="requests", code="rate_limit_exceeded", headers=headers)
            case "unpaid":
                text = "You exceeded your current quota, please check your plan and billing details."
                return _error(429, said or text, kind="insufficient_quota", code="insufficient_quota")
            case "bad-key":
                given = call.headers.get("authorization", "").removeprefix("Bearer ")
                return _error(401, said or f"Incorrect API key provided: {given}.", code="invalid_api_key")
            case "unknown-model":
                text = f"The model `{call.model}` does not exist or you do not have access to it."
                return _error(404, said or text, code="model_not_found")
            case "content-refused":
                text = "Your request was rejected as a result of our safety system."
                return _error(400, said or text, code="content_policy_violation")
            case "too-long":
                text = "Your messages have 99999 tokens, which is more than the context window."
                return _error(400, said or text, code="context_length_exceeded", param="messages")
        raise ValueError(f"OpenAI's wire has no {fault.kind}")


def _error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Response(status, json.dumps({"error": error}).encode(), headers or {})


if __name__ == "__main__":
    from servers.command import run

    run(OpenAIServer, address="OPENAI_BASE_URL={url} OPENAI_API_KEY=key-for-loopback")
