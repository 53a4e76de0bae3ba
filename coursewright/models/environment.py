"""What an operator sets about models by environment variables, where the flow runs.

Addresses and keys have variables of their own, which their providers gave them (``OPENAI_BASE_URL``,
``OLLAMA_HOST``, AWS's); these are for what has none. They are settings of operation: no finished work becomes
stale by them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from coursewright.errors import SettingsError
from coursewright.models.settings import ModelSettings

PROFILE = "COURSEWRIGHT_BEDROCK_PROFILE"
GUARDRAIL = "COURSEWRIGHT_BEDROCK_GUARDRAIL"
REGION = "COURSEWRIGHT_BEDROCK_REGION"
OLLAMA_CONTEXT = ("COURSEWRIGHT_OLLAMA_CONTEXT", "OLLAMA_CONTEXT_LENGTH")
"""Ours, else Ollama's own variable for the length that it loads models with."""
CONTEXT_TOKENS = "COURSEWRIGHT_CONTEXT_TOKENS"
MAX_OUTPUT_TOKENS = "COURSEWRIGHT_MAX_OUTPUT_TOKENS"
READ_SECONDS = "COURSEWRIGHT_READ_SECONDS"


def read_settings(environment: Mapping[str, str] | None = None, **given: Any) -> ModelSettings:
    """The settings for all models of a run.

    Args:
        environment: None for the process's own.
        given: further settings, which go before those of the environment.

    Raises:
        SettingsError: a variable holds no such value; it is named.
    """
    variables = os.environ if environment is None else environment
    found: dict[str, Any] = {
        "inference_profile": variables.get(PROFILE, "").strip() or None,
        "region": variables.get(REGION, "").strip() or None,
        "context_tokens": _read_number(variables, CONTEXT_TOKENS),
        "max_output_tokens": _read_number(variables, MAX_OUTPUT_TOKENS),
    }
    if named := variables.get(GUARDRAIL, "").strip():
        guardrail, version = _split_guardrail(named)
        found |= {"guardrail_id": guardrail, "guardrail_version": version or "DRAFT"}
    for name in reversed(OLLAMA_CONTEXT):
        if (context := _read_number(variables, name)) is not None:
            found["num_ctx"] = context
    if (seconds := _read_number(variables, READ_SECONDS)) is not None:
        found["read_seconds"] = float(seconds)
    return ModelSettings(**{**found, **given})


def _split_guardrail(text: str) -> tuple[str, str]:
    """A guardrail and its version, ``id:version``; an ARN, which holds five colons of its own, likewise."""
    parts = text.split(":")
    own = 6 if text.startswith("arn:") else 1
    return ":".join(parts[:own]), ":".join(parts[own:])


def _read_number(variables: Mapping[str, str], name: str) -> int | None:
    """A whole number above 0, or None where the variable is not set.

    Raises:
        SettingsError: it holds something else.
    """
    text = variables.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f'{name} is "{text}"; it is a whole number above 0.')
    return int(text)
