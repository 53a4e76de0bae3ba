"""What an error of S3 means: whether asking again helps, and what a person can do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

ACTIONS = {
    "read": "s3:GetObject",
    "written": "s3:PutObject",
    "removed": "s3:DeleteObject",
    "listed": "s3:ListBucket",
}
"""The right that each thing that the store does needs."""

_PASSING_CODES = {
    "InternalError",
    "ServiceUnavailable",
    "SlowDown",
    "SlowDownRead",
    "SlowDownWrite",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "RequestTimeout",
    "RequestTimeoutException",
    "OperationAborted",
    "ConditionalRequestConflict",
}
_EXPIRED_CODES = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
_CLOCK_CODES = {"RequestTimeTooSkewed", "RequestInTheFuture", "AccessDeniedClockSkew"}
_KEY_CODES = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidToken",
    "InvalidClientTokenId",
    "AuthFailure",
}
_REGION_CODES = {
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "301",
    "307",
}
_FULL_CODES = {"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage"}
"""What servers of one's own say when their disks or a bucket's quota are used up; Amazon never does."""

_DENIED_CODES = {"AccessDenied", "AllAccessDisabled", "AccountProblem", "403", "Forbidden"}

_CREDENTIAL_ERRORS = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "TokenRetrievalError",
    "NoAuthTokenError",
    "SSOError",
    "InfiniteLoopConfigError",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error means.

    Attributes:
        kind: ``passing`` (ask again), ``missing`` (no such object), ``conflict`` (a condition of the request
            did not hold) or ``final``.
        advice: what is wrong and what to do; completes "… cannot be read: ".
    """

    kind: Literal["passing", "missing", "conflict", "final"]
    advice: str


class UnusableAnswerError(Exception):
    """The server said that it did what was asked, and gave no sign of it."""


def judge(error: Exception, done: str, bucket: str) -> Verdict | None:
    """Say what `error` means; None for one that comes from neither S3 nor the connection.

    Args:
        error: what the request raised.
        done: what was asked for: a key of `ACTIONS`.
        bucket: the bucket's name.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    if isinstance(error, ClientError):
        return _judge_answer(error.response, done, bucket)
    if isinstance(error, BotoCoreError):
        return _judge_client(error)
    if isinstance(error, (HTTPError, OSError, UnusableAnswerError)):
        return Verdict("passing", f"the connection to S3 broke ({_shorten(error)}); try again later")
    return None


def _judge_answer(response: Any, done: str, bucket: str) -> Verdict:
    code = str(response.get("Error", {}).get("Code", ""))
    said = str(response.get("Error", {}).get("Message", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    quoted = f"S3 says {code}: {_shorten(said)}"
    if code in _FULL_CODES or status == 507:
        advice = f"the store is full ({quoted}); what was stored is unharmed; make room and run again"
        return Verdict("final", advice)
    if code in _PASSING_CODES or status == 429 or status >= 500:
        return Verdict("passing", f"the server is overloaded or faulty ({quoted}); try again later")
    if code in ("NoSuchKey", "404", "NotFound"):
        return Verdict("missing", "there is no such object")
    if code == "PreconditionFailed" or status == 412:
        return Verdict("conflict", "it was changed meanwhile")
    if code == "NoSuchBucket":
        return Verdict("final", f"there is no bucket {bucket!r}; create it or mend the store's address")
    if code in _EXPIRED_CODES:
        return Verdict("final", "the session token has expired; sign in again and resume the run")
    if code in _CLOCK_CODES:
        return Verdict("final", "this machine's clock is off by more than S3 allows; set it right")
    if code in _KEY_CODES:
        return Verdict(
            "final", f"S3 does not accept the access key, its secret or its token ({code}); check them"
        )
    if code in _REGION_CODES:
        region = response.get("Error", {}).get("Region") or _find_region(response)
        where = f"it is in {region}" if region else "S3 does not say which"
        return Verdict("final", f"the bucket is in another region ({where}); set AWS_REGION to the bucket's")
    if code in _DENIED_CODES or status == 403:
        return Verdict("final", _name_missing_right(said, done, bucket))
    return Verdict("final", quoted)


def _judge_client(error: Exception) -> Verdict:
    from botocore import exceptions

    if isinstance(error, (exceptions.SSLError, exceptions.ProxyConnectionError)):
        return Verdict("final", f"no trusted connection to S3 can be made; {_shorten(error)}")
    if isinstance(error, exceptions.EndpointConnectionError | exceptions.ConnectTimeoutError):
        return Verdict(
            "passing", f"S3 cannot be reached ({_shorten(error)}); check the endpoint and the network"
        )
    if isinstance(error, exceptions.ReadTimeoutError):
        return Verdict("passing", "S3 did not answer in time; try again later")
    broken = (
        exceptions.HTTPClientError,
        exceptions.ConnectionError,
        exceptions.IncompleteReadError,
        exceptions.ResponseStreamingError,
    )
    # A parser's error is the answer of something that is not S3, such as a proxy on the way.
    if isinstance(error, broken) or type(error).__name__ == "ResponseParserError":
        return Verdict("passing", f"the connection to S3 broke ({_shorten(error)}); try again later")
    if any(kind.__name__ in _CREDENTIAL_ERRORS for kind in type(error).__mro__):
        return Verdict(
            "final",
            f"there are no usable AWS credentials ({_shorten(error)}); set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, a profile, or a credentials block",
        )
    return Verdict("final", _shorten(error))


def _name_missing_right(said: str, done: str, bucket: str) -> str:
    """Name the right that lacks: the one that AWS names (it may be a key's), else the one that is needed."""
    named = re.search(r"not authorized to perform: (\S+)", said)
    action = named.group(1) if named else ACTIONS[done]
    place = f"arn:aws:s3:::{bucket}" + ("" if done == "listed" else "/*")
    on = "" if action.startswith("kms:") else f" on {place}"
    also = (
        "; without s3:ListBucket, S3 says the same of an object that does not exist" if done == "read" else ""
    )
    return f"these credentials lack the right {action}{on}{also}; grant it or use others"


def _find_region(response: Any) -> str:
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return str(headers.get("x-amz-bucket-region", ""))


def _shorten(said: object) -> str:
    text = " ".join(str(said).split()).rstrip(".")
    return re.sub(r"//[^/@\s]+@", "//", text)[:300]
