"""The body of a ``/chat/completions`` answer and of an error, read as forgivingly as servers write them.

Servers that speak OpenAI's protocol leave fields out, add their own, and answer errors with status 200. So
bodies are read as plain values, and not through a client's strict types.
"""

from __future__ import annotations

import json
from typing import Any

from coursewright.errors import ContentRefused, ModelServerFault
from coursewright.models.base import Reply, Request, Stop, Usage
from coursewright.models.refusals import Refusal, quote
from coursewright.models.tokens import estimate_prompt_tokens, estimate_tokens, read_count

CUT_OFF = {"length", "max_tokens", "model_length"}
REFUSED = {"content_filter", "content_filtered", "safety", "recitation", "prohibited_content"}


def chat_messages(request: Request) -> list[dict[str, str]]:
    """The turns, as OpenAI's and Ollama's protocols write them."""
    return [{"role": message.role, "content": message.text} for message in request.messages]


def parse_body(body: bytes, *, model: str, content_type: str = "") -> dict[str, Any]:
    """Parse the body of a status 200.

    Raises:
        ModelServerFault: it is not a JSON object: a proxy's page, or half an answer.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        kind = content_type.partition(";")[0] or "something"
        raise ModelServerFault(
            f"{model} answered with {kind} that is no answer: {quote(body[:99].decode(errors='replace'))!r}.",
            model=model,
        )
    return value


def read_completion(body: dict[str, Any], request: Request, *, model: str) -> Reply:
    """Read an answer. An empty text is an answer, for the checks to judge; no choice at all is none.

    Raises:
        ContentRefused: the provider's filter or the model itself declined.
        ModelServerFault: there is no choice in it.
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ModelServerFault(
            f"{model} answered without a choice: {quote(json.dumps(body)[:200])}.", model=model
        )
    finish = str(choice.get("finish_reason") or "").lower()
    text = _join_parts(message.get("content"))
    if finish in REFUSED or (message.get("refusal") and not text):
        said = f" ({quote(str(message['refusal']))})" if message.get("refusal") else ""
        raise ContentRefused(
            f"{model} refused to write {request.item}{said}. Change the outline's words, "
            "or name another model.",
            model=model,
        )
    stop: Stop = "length" if finish in CUT_OFF else "end"
    usage = _read_usage(body.get("usage"), request, text)
    thinking = _count_thinking(message, body.get("usage"))
    return Reply(text=text, stop=stop, model=model, usage=usage, thinking=thinking)


def read_refusal(status: int, body: bytes, headers: dict[str, str]) -> Refusal:
    """Read the body of an error, in any of the shapes that servers give it."""
    text = body.decode(errors="replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    if isinstance(value, list) and value:
        value = value[0]
    error = value.get("error", value) if isinstance(value, dict) else value
    if not isinstance(error, dict):
        return Refusal(status, message=str(error), headers=headers)
    code = " ".join(str(error[key]) for key in ("code", "type", "param") if error.get(key))
    message = str(error.get("message") or error.get("detail") or "")
    return Refusal(status, message=message or text, code=code, details=text, headers=headers)


def _read_usage(usage: object, request: Request, text: str) -> Usage:
    read = read_count(usage.get("prompt_tokens")) if isinstance(usage, dict) else 0
    if not isinstance(usage, dict) or not read:
        return Usage(estimate_prompt_tokens(request.messages), estimate_tokens(text), estimated=True)
    details = usage.get("prompt_tokens_details")
    return Usage(
        input=read,
        output=read_count(usage.get("completion_tokens")),
        cached=read_count(details.get("cached_tokens")) if isinstance(details, dict) else 0,
    )


def _count_thinking(message: dict[str, Any], usage: object) -> int:
    """Tokens of thinking: as the server counts them, else as the thinking that it shows comes to."""
    details = usage.get("completion_tokens_details") if isinstance(usage, dict) else None
    counted = details.get("reasoning_tokens") if isinstance(details, dict) else None
    if counted is not None:
        return read_count(counted)
    return estimate_tokens(_join_parts(message.get("reasoning_content") or message.get("reasoning")))


def _join_parts(content: object) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
