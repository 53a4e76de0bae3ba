"""What an operator sets by environment variables reaches the wire."""

from __future__ import annotations

import pytest

from coursewright.errors import SettingsError
from coursewright.models.environment import read_settings
from coursewright.models.settings import ModelSettings

from .conftest import Start, ask_for


def test_without_variables_the_settings_are_the_usual_ones() -> None:
    settings, usual = read_settings({}), ModelSettings()
    for name in (
        "inference_profile",
        "region",
        "guardrail_id",
        "num_ctx",
        "read_seconds",
        "max_output_tokens",
    ):
        assert getattr(settings, name) == getattr(usual, name)


def test_each_variable_sets_what_it_says() -> None:
    settings = read_settings(
        {
            "COURSEWRIGHT_BEDROCK_PROFILE": "eu",
            "COURSEWRIGHT_BEDROCK_REGION": "eu-central-1",
            "COURSEWRIGHT_BEDROCK_GUARDRAIL": "gr-1a2b:3",
            "COURSEWRIGHT_OLLAMA_CONTEXT": "32768",
            "OLLAMA_CONTEXT_LENGTH": "8192",
            "COURSEWRIGHT_CONTEXT_TOKENS": "128000",
            "COURSEWRIGHT_MAX_OUTPUT_TOKENS": "4096",
            "COURSEWRIGHT_READ_SECONDS": "900",
        },
        temperature=0.3,
    )
    assert (settings.inference_profile, settings.region) == ("eu", "eu-central-1")
    assert (settings.guardrail_id, settings.guardrail_version) == ("gr-1a2b", "3")
    assert (settings.num_ctx, settings.context_tokens, settings.max_output_tokens) == (32_768, 128_000, 4096)
    assert (settings.read_seconds, settings.temperature) == (900.0, 0.3)


def test_ollamas_own_variable_counts_where_there_is_no_other() -> None:
    assert read_settings({"OLLAMA_CONTEXT_LENGTH": "8192"}).num_ctx == 8192


@pytest.mark.parametrize(
    ("text", "guardrail", "version"),
    [
        ("gr-1a2b", "gr-1a2b", "DRAFT"),
        ("arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1", None, "DRAFT"),
        ("arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1:2", None, "2"),
    ],
)
def test_a_guardrail_is_an_id_or_an_arn_with_or_without_a_version(
    text: str, guardrail: str | None, version: str
) -> None:
    settings = read_settings({"COURSEWRIGHT_BEDROCK_GUARDRAIL": text})
    assert settings.guardrail_id == (guardrail or "arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1")
    assert settings.guardrail_version == version


@pytest.mark.parametrize("value", ["many", "0", "-5", "1.5"])
def test_a_value_that_is_none_is_named_with_its_variable(value: str) -> None:
    with pytest.raises(SettingsError, match=f'COURSEWRIGHT_OLLAMA_CONTEXT is "{value}"'):
        read_settings({"COURSEWRIGHT_OLLAMA_CONTEXT": value})


def test_the_settings_reach_the_wires(start: Start) -> None:
    settings = read_settings(
        {"COURSEWRIGHT_BEDROCK_PROFILE": "eu", "COURSEWRIGHT_BEDROCK_GUARDRAIL": "gr-1:3"}
    )
    bedrock = start(
        "bedrock",
        inference_profile=settings.inference_profile,
        guardrail_id=settings.guardrail_id,
        guardrail_version=settings.guardrail_version,
    )
    bedrock.model.ask(ask_for())
    (call,) = bedrock.server.calls
    assert call.model == "eu.amazon.nova-pro-v1:0"
    assert call.body["guardrailConfig"] == {"guardrailIdentifier": "gr-1", "guardrailVersion": "3"}
