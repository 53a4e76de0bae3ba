"""When a run that a quota ended can go on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from coursewright.errors import QuotaExhausted, SettingsError

QUOTA_RESET = "00:10"
"""UTC: ten minutes after midnight, when providers that say nothing have filled a daily quota again."""


def check_quota_reset(text: str) -> time:
    """The time of day, in UTC, that an operator wrote as ``HH:MM``.

    Raises:
        SettingsError: it is no time of day.
    """
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise SettingsError(f"quota_reset is {text!r}; write a time of day in UTC as HH:MM, such as 00:10.")
    return time(int(match[1]), int(match[2]), tzinfo=UTC)


def resume_time(error: QuotaExhausted, quota_reset: str, now: datetime) -> datetime:
    """When the quota is filled again: as the provider says, else at the operator's time of day."""
    if error.resets_at is not None:
        return error.resets_at
    at = datetime.combine(now.astimezone(UTC).date(), check_quota_reset(quota_reset))
    return at if at > now else at + timedelta(days=1)
