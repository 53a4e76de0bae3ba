import pytest

from coursewright.errors import SettingsError
from coursewright.models.base import Usage
from coursewright.models.prices import price

MILLION = Usage(input=1_000_000, output=1_000_000)


@pytest.mark.parametrize("model", ["embedded", "ollama:llama3.1:8b"])
def test_what_runs_on_this_machine_costs_nothing(model: str) -> None:
    assert price(model, MILLION) == 0.0


@pytest.mark.parametrize("model", ["openai:no-such-model", "bedrock:no.such-model", "scripted"])
def test_an_unknown_price_is_none_and_never_nothing(model: str) -> None:
    assert price(model, MILLION) is None


def test_a_provider_alone_has_the_price_of_the_model_that_it_means() -> None:
    assert price("bedrock", MILLION) == price("bedrock:amazon.nova-pro-v1:0", MILLION)
    assert price("bedrock", MILLION) is not None


def test_a_name_that_is_none_has_no_price() -> None:
    with pytest.raises(SettingsError):
        price("gpt-4o", MILLION)


def test_input_and_output_are_paid_for() -> None:
    whole = price("openai:gpt-4o", MILLION)
    parts = [price("openai:gpt-4o", usage) for usage in (Usage(1_000_000, 0), Usage(0, 1_000_000))]
    assert whole is not None
    assert whole == pytest.approx(sum(part or 0 for part in parts))
    assert all(part and part > 0 for part in parts)


def test_what_comes_from_the_cache_is_cheaper_and_what_goes_into_it_dearer() -> None:
    model = "bedrock:us.anthropic.claude-sonnet-4-20250514-v1:0"
    plain, cached, written = (
        price(model, usage)
        for usage in (
            Usage(1_000_000),
            Usage(1_000_000, cached=900_000),
            Usage(1_000_000, cache_written=900_000),
        )
    )
    assert plain and cached and written
    assert cached < plain < written


@pytest.mark.parametrize(
    "model",
    [
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "eu.anthropic.claude-sonnet-4-20250514-v1:0",
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "amazon.nova-pro-v1:0",
        "us.amazon.nova-pro-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0",
    ],
)
def test_bedrocks_profiles_have_the_price_of_their_model(model: str) -> None:
    paid = price(f"bedrock:{model}", MILLION)
    assert paid is not None and paid > 0


def test_a_profile_of_ones_own_says_nothing_of_its_model() -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"
    assert price(f"bedrock:{arn}", MILLION) is None


def test_a_provider_known_by_its_address_has_its_own_prices() -> None:
    groq = price("openai:llama-3.1-8b-instant", MILLION, api_url="https://api.groq.com/openai/v1")
    assert groq is not None and groq > 0


def test_a_model_of_openai_behind_ones_own_address_goes_by_openais_list() -> None:
    address = "http://127.0.0.1:8000/v1"
    assert price("openai:gpt-4o", MILLION, api_url=address) == price("openai:gpt-4o", MILLION)
    assert price("openai:my-own-model", MILLION, api_url=address) is None
