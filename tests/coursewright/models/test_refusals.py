from datetime import UTC, datetime, timedelta

import pytest

from coursewright.errors import (
    BadCredentials,
    ContentRefused,
    ModelError,
    ModelServerFault,
    ModelTimedOut,
    QuotaExhausted,
    RequestRefused,
    Throttled,
    UnknownModel,
)
from coursewright.models.refusals import Advice, Refusal, quote, to_error

NOW = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
ADVICE = Advice(credentials="Check the key.", model="Check the name.")


def judge(status: int, message: str = "", code: str = "", details: str = "", **headers: str) -> ModelError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refusal = Refusal(status, message=message, code=code, details=details, headers=named)
    return to_error(refusal, model="openai:m", advice=ADVICE, now=NOW)


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (429, "rate_limit_exceeded", "Rate limit reached on requests per day (RPD): Limit 200, Used 200."),
        (429, "rate_limit_exceeded", "Limit reached on tokens per day (TPD): try again in 28m48s"),
        (429, "insufficient_quota", "You exceeded your current quota, please check your plan."),
        (429, "", "You exceeded your current quota, please check your plan."),
        (429, "ThrottlingException", "Too many tokens per day, please wait before trying again."),
        (429, "", "Daily limit of 50 requests reached"),
        (429, "tokens_per_day", "slow down"),
        (429, "", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        (403, "", "Your credit balance is too low"),
        (402, "", "Insufficient Balance"),
        (400, "", "Your credit balance is too low to access the API."),
        (402, "", "no words at all"),
        (503, "", "Daily capacity of this model is used up"),
        (429, "", "you have reached your weekly usage limit, upgrade for higher limits"),
        (429, "", "You have reached your hourly usage limit"),
        (429, "", "This organization has used its tokens per month"),
        (403, "monthly_limit_reached", "no more this month"),
    ],
)
def test_what_a_minutes_wait_does_not_cure_is_a_quota(status: int, code: str, message: str) -> None:
    assert type(judge(status, message, code)) is QuotaExhausted


@pytest.mark.parametrize(
    ("message", "details"),
    [
        ("Rate limit reached on tokens per min (TPM): Limit 30000, Used 29000. Try again in 2s.", ""),
        ("Too many tokens, please wait before trying again.", ""),
        ("Too many requests", ""),
        ("You exceeded your current quota", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
    ],
)
def test_what_a_minutes_wait_cures_is_throttling(message: str, details: str) -> None:
    assert type(judge(429, message, details=details)) is Throttled


def test_a_quota_says_when_it_is_filled_again_and_what_to_do() -> None:
    error = judge(429, "Requests per day used up. Please try again in 7h12m0s.")
    assert isinstance(error, QuotaExhausted)
    assert error.resets_at == NOW + timedelta(hours=7, minutes=12)
    assert "filled again at 2026-03-02 00:12 UTC" in str(error)
    assert "name a second model to go on with" in str(error)


def test_a_quota_whose_reset_nobody_tells_has_none() -> None:
    error = judge(429, "Requests per day used up. Please try again in 8.64s.", x_ratelimit_reset_tokens="6ms")
    assert isinstance(error, QuotaExhausted)
    assert error.resets_at is None
    assert "Run the same command when it is filled again, or name" in str(error)


@pytest.mark.parametrize(
    ("status", "message", "code", "error"),
    [
        (401, "Incorrect API key provided", "invalid_api_key", BadCredentials),
        (400, "API key not valid. Please pass a valid API key.", "", BadCredentials),
        (403, "Country not supported", "", BadCredentials),
        (404, "The model `x` does not exist or you do not have access to it.", "", UnknownModel),
        (404, "Not Found", "", UnknownModel),
        (403, "Project does not have access to model `x`", "model_not_found", UnknownModel),
        (403, "You don't have access to the model with the specified model ID.", "", UnknownModel),
        (400, "The provided model identifier is invalid.", "ValidationException", UnknownModel),
        (400, "x is not a valid model ID", "", UnknownModel),
        (400, "Invocation with on-demand throughput isn't supported.", "", UnknownModel),
        (
            400,
            "This model's maximum context length is 8192 tokens.",
            "context_length_exceeded",
            RequestRefused,
        ),
        (413, "Request too large", "", RequestRefused),
        (
            429,
            "Request too large for m on tokens per min (TPM): Limit 30000, Requested 40000.",
            "",
            RequestRefused,
        ),
        (
            400,
            "messages[1]: 'hold the daily meeting' has a character that is not allowed",
            "",
            RequestRefused,
        ),
        (400, "'functions' is not supported with this model", "", RequestRefused),
        (400, "rejected as a result of our safety system", "content_policy_violation", ContentRefused),
        (400, "The response was filtered due to content management policy", "content_filter", ContentRefused),
        (408, "timeout", "", ModelTimedOut),
        (504, "gateway timeout", "", ModelTimedOut),
        (409, "conflict", "", ModelServerFault),
        (424, "model error", "", ModelServerFault),
        (500, "oops", "", ModelServerFault),
        (502, "<html>bad gateway</html>", "", ModelServerFault),
        (529, "overloaded", "", ModelServerFault),
    ],
)
def test_each_refusal_is_the_error_that_it_is(
    status: int, message: str, code: str, error: type[ModelError]
) -> None:
    assert type(judge(status, message, code)) is error


def test_the_wait_that_a_provider_asks_for_goes_with_the_error() -> None:
    error = judge(503, "Slow down", retry_after="12")
    assert isinstance(error, ModelServerFault)
    assert error.retry_after == 12


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: my-own-secret.",
        "Incorrect API key provided: sk-proj-abcdefghijklmnop1234.",
        "key AKIAABCDEFGHIJKLMNOP is unknown",
        "Authorization: Bearer abc.def.ghi was refused",
    ],
)
def test_what_looks_like_a_secret_is_not_quoted(text: str) -> None:
    quoted = quote(text, ["my-own-secret"])
    assert "***" in quoted
    for secret in ("my-own-secret", "abcdefghijklmnop", "AKIAABCD", "abc.def"):
        assert secret not in quoted


def test_a_providers_page_is_quoted_on_one_short_line() -> None:
    quoted = quote("line\n" * 500)
    assert "\n" not in quoted
    assert len(quoted) == 300
