from datetime import UTC, datetime, timedelta

import pytest

from coursewright.models.reset_times import parse_duration, reset_time, wait_asked_for

NOW = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7h12m3.5s", 7 * 3600 + 12 * 60 + 3.5),
        ("6m0s", 360),
        ("350ms", 0.35),
        ("1d", 86400),
        ("20", 20),
        (" 1.5 ", 1.5),
        ("soon", None),
        ("-3", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        ("3 weeks", None),
    ],
)
def test_durations_are_read_as_providers_write_them(text: str, seconds: float | None) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        ({"retry-after": "30"}, "", 30),
        ({"retry-after": "Sun, 01 Mar 2026 17:00:45 GMT"}, "", 45),
        ({"retry-after": "Sun, 01 Mar 2026 16:00:00 GMT"}, "", 0),
        ({"retry-after": "after lunch"}, "", None),
        ({"retry-after-ms": "250", "retry-after": "1"}, "", 0.25),
        ({"x-amz-retry-after": "1500"}, "", 1.5),
        ({}, "Limit 30000, Used 29000. Please try again in 20s. Visit …", 20),
        ({}, "Please try again in 1m30.5s.", 90.5),
        ({}, '"retryDelay": "34s"', 34),
        ({}, "Please try again later.", None),
    ],
)
def test_the_wait_that_is_asked_for(headers: dict[str, str], text: str, seconds: float | None) -> None:
    assert wait_asked_for(headers, text, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "text", "wait"),
    [
        ({}, "Please try again in 7h12m0s.", timedelta(hours=7, minutes=12)),
        ({"retry-after": "25200"}, "", timedelta(hours=7)),
        ({"x-ratelimit-reset-requests": "7h12m0s"}, "", timedelta(hours=7, minutes=12)),
        ({"x-ratelimit-reset": str(int(NOW.timestamp() + 3600) * 1000)}, "", timedelta(hours=1)),
        ({"x-ratelimit-reset": str(int(NOW.timestamp() + 3600))}, "", timedelta(hours=1)),
        ({"anthropic-x": "1"}, "", None),
        ({"ratelimit-reset": "2026-03-02T00:00:00Z"}, "", timedelta(hours=7)),
        ({"x-ratelimit-reset-tokens": "6ms", "x-ratelimit-reset-requests": "2h"}, "", timedelta(hours=2)),
    ],
)
def test_the_reset_of_a_quota_is_told(headers: dict[str, str], text: str, wait: timedelta | None) -> None:
    assert reset_time(headers, text, NOW) == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(
    "headers", [{"x-ratelimit-reset-tokens": "6ms"}, {"retry-after": "8"}, {"retry-after": "9e9"}]
)
def test_the_reset_of_the_minute_or_of_another_age_is_not_the_quotas(headers: dict[str, str]) -> None:
    assert reset_time(headers, "", NOW) is None
