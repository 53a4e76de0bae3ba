"""When a provider says to come back: seconds to wait, or the time at which a quota is filled again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
TRY_AGAIN = re.compile(
    r"(?:try again in|retry in|retry after|retryDelay\W{1,5})\s*((?:\d+(?:\.\d+)?(?:ms|[dhms])\s*)+)",
    re.IGNORECASE,
)

SHORTEST_QUOTA_WAIT = 60.0
"""Providers send the minute's reset along with a daily refusal; what is under a minute is not the day's."""
LONGEST_QUOTA_WAIT = 32 * 86400.0
"""Quotas are by the day or by the month; what is further off is a mistake."""


def parse_duration(text: str) -> float | None:
    """Seconds of ``7h12m3.5s``, ``350ms`` or a plain number; None where it is none."""
    text = text.strip()
    try:
        seconds = float(text)
    except ValueError:
        parts = DURATION.findall(text)
        if not parts or DURATION.sub("", text).strip():
            return None
        return sum(float(number) * UNIT_SECONDS[unit] for number, unit in parts)
    return seconds if 0 <= seconds < float("inf") else None


def wait_asked_for(headers: Mapping[str, str], text: str, now: datetime) -> float | None:
    """Seconds that the provider asks to wait before the next request, or None.

    Args:
        headers: names in lower case. ``Retry-After`` is seconds or a date; ``x-amz-retry-after`` and
            ``retry-after-ms`` are milliseconds.
        text: a body that may say "try again in 20s".
    """
    for name in ("retry-after-ms", "x-amz-retry-after"):
        if name in headers and (milliseconds := parse_duration(headers[name])) is not None:
            return milliseconds / 1000
    if header := headers.get("retry-after"):
        if (seconds := parse_duration(header)) is not None:
            return seconds
        if (moment := _parse_date(header)) is not None:
            return max(0.0, (moment - now).total_seconds())
    if said := TRY_AGAIN.search(text):
        return parse_duration(said.group(1).replace(" ", ""))
    return None


def reset_time(headers: Mapping[str, str], text: str, now: datetime) -> datetime | None:
    """When a quota that is used up is filled again (aware, UTC), or None where nobody says so."""
    waits = [wait_asked_for(headers, "", now), wait_asked_for({}, text, now)]
    waits += [
        _wait_until_reset(value, now)
        for name, value in headers.items()
        if re.fullmatch(r"(x-)?ratelimit-reset(-\w+)*", name)
    ]
    possible = [wait for wait in waits if wait and SHORTEST_QUOTA_WAIT <= wait <= LONGEST_QUOTA_WAIT]
    # To come back too early means to be refused again; to come back late costs only time.
    return now + timedelta(seconds=max(possible)) if possible else None


def _wait_until_reset(value: str, now: datetime) -> float | None:
    """Seconds until a ``…ratelimit-reset…`` header's moment: a duration, an epoch (s or ms), or a date."""
    seconds = parse_duration(value)
    if seconds is None:
        moment = _parse_date(value)
        return (moment - now).total_seconds() if moment else None
    if seconds > 1e11:
        return seconds / 1000 - now.timestamp()
    return seconds - now.timestamp() if seconds > 1e9 else seconds


def _parse_date(text: str) -> datetime | None:
    """A date as HTTP or ISO 8601 writes it, aware."""
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
