"""The boto3 client that the S3 store uses: one a store, closed with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from coursewright.errors import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECTIONS = 64
"""Kept open at once: more than the threads of one run, so that none waits or reconnects."""

Method = Literal["AES256", "aws:kms", "aws:kms:dsse"]

_USER_IN_ENDPOINT = (
    "The S3 store cannot be set up: its endpoint has a user name in it, which S3 has no use for. Leave it "
    "out; credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a block."
)

_ENVIRONMENT = ("COURSEWRIGHT_S3_ENCRYPTION", "COURSEWRIGHT_S3_KMS_KEY")


@dataclass(frozen=True, slots=True)
class Encryption:
    """How S3 encrypts what is written; without one, the bucket's default holds.

    Attributes:
        method: as S3 names it.
        kms_key: the key's id or ARN; empty for the account's own key.
    """

    method: Method = "AES256"
    kms_key: str = ""

    def as_parameters(self) -> dict[str, Any]:
        """The parameters of a put."""
        key = {"SSEKMSKeyId": self.kms_key} if self.kms_key else {}
        return {"ServerSideEncryption": self.method, **key}


def encryption_by_environment() -> Encryption | None:
    """What ``COURSEWRIGHT_S3_ENCRYPTION`` and ``COURSEWRIGHT_S3_KMS_KEY`` say; None where they are not set.

    Raises:
        SettingsError: the first is no method of S3, or the second goes with none that has keys.
    """
    method, kms_key = (os.environ.get(name, "").strip() for name in _ENVIRONMENT)
    if not method and not kms_key:
        return None
    for known in get_args(Method):
        if method == known and not (kms_key and known == "AES256"):
            return Encryption(known, kms_key)
    raise SettingsError(
        f"{_ENVIRONMENT[0]} is {method!r}; it must be one of {', '.join(get_args(Method))}, and one of the "
        f"last two where {_ENVIRONMENT[1]} names a key."
    )


def make_client(session: Any, endpoint_url: str | None, timeout: float) -> S3Client:
    """Make a client that asks once and leaves repeating to its caller.

    Args:
        session: a ``boto3.Session``; None for AWS's own chain of credentials.
        endpoint_url: of another server than Amazon's; None for ``AWS_ENDPOINT_URL_S3``,
            ``AWS_ENDPOINT_URL`` or Amazon.
        timeout: seconds without an answer after which a request is given up.

    Raises:
        SettingsError: the profile, the region or the endpoint cannot be used, or there are no credentials;
            an endpoint with a user name is refused, since every error of a connection would quote it.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=min(timeout, 10.0),
        read_timeout=timeout,
        max_pool_connections=CONNECTIONS,
        # Other servers than Amazon's do not all know the newer checksums; the signature covers the content.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        session = session or boto3.Session()
        if session.get_credentials() is None:
            raise SettingsError(
                "There are no AWS credentials to ask S3 with: set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, a profile, or a credentials block."
            )
        client: S3Client = session.client("s3", endpoint_url=endpoint_url, config=config)
        if _names_bucket_in_host(client) and not _is_amazon(client.meta.endpoint_url):
            # Elsewhere, a host named after the bucket rarely resolves.
            client.close()
            config = config.merge(Config(s3={"addressing_style": "path"}))
            client = session.client("s3", endpoint_url=endpoint_url, config=config)
    except (BotoCoreError, ValueError) as error:
        if isinstance(error, ValueError) and "@" in str(error):
            raise SettingsError(_USER_IN_ENDPOINT) from None
        raise SettingsError(f"The S3 store cannot be set up: {error}") from error
    if "@" in urlsplit(client.meta.endpoint_url).netloc:
        client.close()
        raise SettingsError(_USER_IN_ENDPOINT)
    return client


def _names_bucket_in_host(client: S3Client) -> bool:
    """Whether nobody chose a style of address, so that the bucket's name may become part of the host's."""
    return "addressing_style" not in (client.meta.config.s3 or {})  # type: ignore[attr-defined]


def _is_amazon(endpoint_url: str) -> bool:
    host = urlsplit(endpoint_url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
