import pytest

from coursewright.errors import SettingsError
from coursewright.models.names import ModelName, parse_chain, parse_model


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("openai:gpt-4o", ModelName("openai", "gpt-4o")),
        (" OpenAI : gpt-4o ", ModelName("openai", "gpt-4o")),
        ("ollama:llama3.1:8b", ModelName("ollama", "llama3.1:8b")),
        ("bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0", None),
        ("bedrock:arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", None),
        ("bedrock", ModelName("bedrock")),
        ("embedded", ModelName("embedded")),
        ("scripted", ModelName("scripted")),
    ],
)
def test_a_name_is_a_provider_and_a_model(text: str, name: ModelName | None) -> None:
    parsed = parse_model(text)
    assert parsed == (name or ModelName("bedrock", text.removeprefix("bedrock:")))
    assert parse_model(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("opnai:gpt-4o", 'Did you mean "openai"?'),
        ("gpt-4o", "the providers are bedrock, openai, ollama, embedded"),
        ("", "names no model"),
        ("openai", "needs a model after a colon, for example openai:gpt-4o"),
        ("ollama:", "needs a model after a colon, for example ollama:llama3.1:8b"),
        ("embedded:other", 'write "embedded"'),
        ("openai:gpt 4o", "a space or a control character"),
        ("openai:gpt\n-4o", "a space or a control character"),
    ],
)
def test_what_is_no_name_is_told_with_what_would_be(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_model(text)
    assert message in str(raised.value)


def test_a_chain_is_a_list_or_a_string_with_commas() -> None:
    names = (ModelName("openai", "gpt-4o"), ModelName("embedded"))
    assert parse_chain("openai:gpt-4o, embedded") == names
    assert parse_chain(["openai:gpt-4o", "embedded"]) == names
    assert parse_chain(["openai:gpt-4o,embedded"]) == names


@pytest.mark.parametrize(
    ("chain", "message"), [([], "no model is named"), ("embedded,embedded", "named twice")]
)
def test_a_chain_holds_a_model_and_none_twice(chain: str | list[str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        parse_chain(chain)
