"""A server that speaks Ollama's own ``/api/chat``, of the older kind that cuts long prompts, or of the newer.

As a script: ``python tests/servers/ollama_server.py --help``.
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


class OllamaServer(WireServer):
    """See `WireServer`.

    Args:
        models: those that were pulled; None for any.
        context_length: what the model was made for, as ``/api/show`` tells; None for a server that does not.
        cuts_silently: True for older servers, which ignore ``truncate`` and read only what fits; a number for
            one that reads no more than so many tokens whatever it was told.
    """

    provider = "ollama"

    def __init__(
        self,
        answer: Answer,
        *,
        models: set[str] | None = None,
        context_length: int | None = None,
        cuts_silently: bool | int = False,
        **common: Any,
    ) -> None:
        super().__init__(answer, **common)
        self.models = models
        self.context_length = context_length
        self.cuts_silently = cuts_silently

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a client here."""
        return {"OLLAMA_HOST": f"127.0.0.1:{self.port}"}

    def read_call(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any] | None:
        if path != "/api/chat":
            return None
        schema = body.get("format")
        return {
            "item": headers.get("x-request-item", ""),
            "model": body["model"],
            "messages": tuple((turn["role"], turn["content"]) for turn in body["messages"]),
            "max_tokens": body.get("options", {}).get("num_predict"),
            "json_schema": schema if isinstance(schema, dict) else None,
        }

    def other_path(self, path: str, body: dict[str, Any]) -> Response:
        if path != "/api/show":
            return super().other_path(path, body)
        if self.models is not None and body["model"] not in self.models:
            return _error(404, f"model '{body['model']}' not found")
        about = {"general.architecture": "llama"}
        if self.context_length is not None:
            about["llama.context_length"] = self.context_length  # type: ignore[assignment]
        return Response(200, json.dumps({"model_info": about}).encode())

    def check_call(self, call: Call) -> Response | None:
        if self.models is not None and call.model not in self.models:
            return _error(404, f"model '{call.model}' not found")
        context = call.body.get("options", {}).get("num_ctx", 4096)
        if not self.cuts_silently and call.input_tokens > context:
            return _error(
                400,
                f"request ({call.input_tokens} tokens) exceeds the available context size ({context} tokens)",
            )
        return None

    def write_answer(self, call: Call, text: str, stop: str, output_tokens: int) -> bytes:
        context = call.body.get("options", {}).get("num_ctx", 4096)
        if self.cuts_silently and self.cuts_silently is not True:
            context = self.cuts_silently
        answer = {
            "model": call.model,
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": text, "thinking": "hm, " * self.thinks},
            "done": True,
            "done_reason": {"end": "stop", "length": "length", "filtered": "content_filter"}[stop],
            "prompt_eval_count": min(call.input_tokens, context),
            "eval_count": output_tokens,
        }
        return json.dumps(answer).encode()

    def write_error(self, call: Call, fault: Fault) -> Response:
        said = fault.message
        headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
        match fault.kind:
            case "server-error":
                return _error(fault.status, said or "llama runner process has terminated", headers)
            case "throttle":
                return _error(429, said or "too many concurrent requests", headers)
            case "daily-quota":
                return _error(429, said or "you have reached your daily usage limit", headers)
            case "unpaid":
                return _error(402, said or "payment required")
            case "bad-key":
                return _error(401, said or "unauthorized")
            case "unknown-model":
                return _error(404, said or f"model '{call.model}' not found")
            case "content-refused":
                return _error(400, said or "rejected by the content policy")
            case "too-long":
                return _error(400, said or "the input length exceeds the context length")
        raise ValueError(f"Ollama's wire has no {fault.kind}")


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return Response(status, json.dumps({"error": message}).encode(), headers or {})


if __name__ == "__main__":
    from servers.command import run

    run(OllamaServer, address="OLLAMA_HOST=127.0.0.1:{port}")
