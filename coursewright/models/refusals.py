"""What a provider's refusal means: one set of rules for every wire.

A provider answers with a status, perhaps a code, and a text. The rules turn these into one of the errors of
`coursewright.errors`. The most expensive mistake is to take a daily quota for throttling by the minute, so
"per day", "daily", TPD, RPD, ``insufficient_quota`` and windows of an hour, a week or a month are looked for
before anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
from coursewright.models.addresses import HIDDEN, hide_logins
from coursewright.models.reset_times import reset_time, wait_asked_for

LASTING = re.compile(
    r"per[\s_-]?(day|week|month|hour)|\b(dai|week|month|hour)ly\b|(dai|week|month|hour)ly[_-]|\b[TR]PD\b",
    re.IGNORECASE,
)
"""Windows longer than the minutes that the retries of a request span."""
UNPAID = re.compile(
    r"insufficient[\s_-]?(quota|balance|credit|funds)|credit balance is too low|billing[\s_-]hard[\s_-]limit"
    r"|out of credits",
    re.IGNORECASE,
)
OUT_OF_QUOTA = re.compile(r"exceeded your current quota", re.IGNORECASE)
BY_THE_MINUTE = re.compile(r"per[\s_-]?minute|\b[TR]PM\b", re.IGNORECASE)
"""Gemini words both kinds as "exceeded your current quota" and tells them apart in the details."""

TOO_LONG = re.compile(
    r"context[\s_-]?(length|size|window)|maximum context|prompt is too long|input is too long"
    r"|too many input tokens|exceed_context_size|input length|string too long",
    re.IGNORECASE,
)
AGAINST_POLICY = re.compile(
    r"content[\s_-]?(policy|filter|management)|moderation|responsible ?ai|safety system|\bflagged\b",
    re.IGNORECASE,
)
NO_SUCH_MODEL = re.compile(
    r"model[\s_-]?not[\s_-]?found|invalid[\s_-]?model|model identifier is invalid|unknown model"
    r"|not a valid model|\bmodel\b[^\n]{0,80}?(does not exist|doesn.t exist|not found|end of its life)"
    r"|requested model is not supported|(no|not|don.t have) access to the model"
    r"|on-demand throughput isn.t supported",
    re.IGNORECASE,
)
KEY_NOT_VALID = re.compile(
    r"api[\s_-]?key (is )?(not valid|invalid|expired)|invalid[\s_-]?api[\s_-]?key", re.IGNORECASE
)

NEVER_FITS = re.compile(r"request too large|must be reduced", re.IGNORECASE)
"""OpenAI answers 429 also where one request alone is larger than the tokens of a minute."""

TIMED_OUT_STATUSES = {408, 504}
FAULT_STATUSES = {409, 424, 425, 499}
"""Told as client errors, but about the moment: a conflict, a dependency that failed, too early, gave up."""

LONGEST_QUOTE = 300

SECRETS = re.compile(
    r"\b(sk|gsk|hf|xai|pk|rk)[-_][A-Za-z0-9_-]{8,}|\b(AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[A-Za-z0-9_-]{20,}"
    r"|\b(?<=Bearer )\S+",
)


@dataclass(frozen=True, slots=True)
class Advice:
    """What a person can do about a provider's refusals; whole sentences."""

    credentials: str
    model: str
    too_long: str = "Shorten the requirements, or name a model that reads more."


@dataclass(frozen=True, slots=True)
class Refusal:
    """What came instead of an answer.

    Attributes:
        status: HTTP's.
        code: the provider's own, if there is one.
        message: what the provider says to a person.
        details: all else that it says; searched, but not shown.
        headers: names in lower case.
    """

    status: int
    message: str
    code: str = ""
    details: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything that is said, for searching."""
        return f"{self.code} {self.message} {self.details}"


def to_error(
    refusal: Refusal, *, model: str, advice: Advice, secrets: Iterable[str] = (), now: datetime | None = None
) -> ModelError:
    """Turn a refusal into the error that it is.

    Args:
        model: the model's full name.
        secrets: strings that must not appear in the message, whatever the provider echoes.
        now: aware; the present where None.
    """
    said = quote(refusal.message or f"status {refusal.status}", secrets)
    if is_lasting_quota(refusal):
        resets_at = reset_time(refusal.headers, refusal.text, now or datetime.now(UTC))
        when = (
            f"It is filled again at {resets_at:%Y-%m-%d %H:%M} UTC. Run the same command then"
            if resets_at
            else "Run the same command when it is filled again"
        )
        return QuotaExhausted(
            f"{model}: the quota is used up ({said}). {when}, or name a second model to go on with.",
            model=model,
            resets_at=resets_at,
        )
    status, text = refusal.status, refusal.text
    wait = wait_asked_for(refusal.headers, text, now or datetime.now(UTC))
    if status == 429 and NEVER_FITS.search(text):
        return RequestRefused(
            f"{model} cannot take a request so long ({said}). {advice.too_long}", model=model
        )
    if status == 429:
        return Throttled(
            f"{model} has too many requests this minute ({said}).", model=model, retry_after=wait
        )
    if status in TIMED_OUT_STATUSES:
        return ModelTimedOut(f"{model} did not answer in time ({said}).", model=model, retry_after=wait)
    if status >= 500 or status in FAULT_STATUSES:
        return ModelServerFault(
            f"{model} failed with status {status} ({said}).", model=model, retry_after=wait
        )
    if NO_SUCH_MODEL.search(text):
        return UnknownModel(f"{model} is not known to its provider ({said}). {advice.model}", model=model)
    if status == 401 or KEY_NOT_VALID.search(text):
        return BadCredentials(f"{model} refused the credentials ({said}). {advice.credentials}", model=model)
    if AGAINST_POLICY.search(text):
        return ContentRefused(
            f"{model} refused this item's content ({said}). Change the outline's words, "
            "or name another model.",
            model=model,
        )
    if status == 403:
        return BadCredentials(f"{model} may not be used so ({said}). {advice.credentials}", model=model)
    if TOO_LONG.search(text):
        return RequestRefused(
            f"{model} cannot take a request so long ({said}). {advice.too_long}", model=model
        )
    if status == 404:
        return UnknownModel(f"{model} was not found ({said}). {advice.model}", model=model)
    return RequestRefused(f"{model} refused the request with status {status} ({said}).", model=model)


def is_lasting_quota(refusal: Refusal) -> bool:
    """Whether a minute's wait does not cure it."""
    if refusal.status == 402:
        return True
    if refusal.status in (400, 403, 429) and UNPAID.search(refusal.text):
        return True
    # Not at 400: such an error may quote the outline, and outlines speak of daily meetings.
    if refusal.status not in (403, 429, 503):
        return False
    if LASTING.search(refusal.text):
        return True
    return bool(OUT_OF_QUOTA.search(refusal.text)) and not BY_THE_MINUTE.search(refusal.text)


def quote(text: str, secrets: Iterable[str] = ()) -> str:
    """A provider's words on one line, short, without anything secret."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, HIDDEN)
    line = " ".join(SECRETS.sub(HIDDEN, hide_logins(text)).split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"
