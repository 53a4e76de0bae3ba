"""What tokens cost, from the price list that the genai-prices package carries (no network)."""

from __future__ import annotations

from coursewright.models.base import Usage
from coursewright.models.names import DEFAULT_BEDROCK_MODEL, parse_model

FREE = {"embedded", "ollama"}
"""They run on the user's own machine, so no provider bills them."""

PROVIDER_IDS = {"bedrock": "aws", "openai": "openai"}
"""Our names of providers, as the price list calls them."""


def price(model: str, usage: Usage, *, api_url: str | None = None) -> float | None:
    """US dollars for so many tokens, or None where the price is not known (never 0 for that).

    Args:
        model: the full name, such as ``openai:gpt-4o``.
        api_url: where an OpenAI-compatible provider is asked. A provider that the list knows by its address
            has its own prices; behind any other address, a model goes by OpenAI's list or is not known.

    Raises:
        SettingsError: the name is none.
    """
    name = parse_model(model)
    if name.provider in FREE:
        return 0.0
    if name.provider not in PROVIDER_IDS:
        return None
    asked = name.model or DEFAULT_BEDROCK_MODEL
    reference = asked.rsplit("/", 1)[-1] if asked.startswith("arn:") else asked
    if name.provider == "openai" and api_url is not None:
        at_address = _look_up(reference, usage, api_url=api_url)
        if at_address is not None:
            return at_address
    return _look_up(reference, usage, provider_id=PROVIDER_IDS[name.provider])


def _look_up(
    reference: str, usage: Usage, *, provider_id: str | None = None, api_url: str | None = None
) -> float | None:
    import genai_prices

    counted = genai_prices.Usage(
        # A provider may count its cache beside the input; the list takes it as a part of it.
        input_tokens=max(usage.input, usage.cached + usage.cache_written),
        output_tokens=usage.output,
        cache_read_tokens=usage.cached or None,
        cache_write_tokens=usage.cache_written or None,
    )
    try:
        if api_url is not None:
            found = genai_prices.calc_price(counted, reference, provider_api_url=api_url)
        else:
            found = genai_prices.calc_price(counted, reference, provider_id=provider_id)
    except LookupError:
        return None
    return float(found.total_price)
