"""A bucket, asked in one layer of retries: each answer is the object's, or an error that a person can read.

A put whose answer was lost may have been done. Asked again, its condition no longer holds, and S3 answers
412 to what was a success. So every conditional put leaves a token of its own in the object's metadata, before
those of the puts that it followed: a 412 that comes after a fault is a success if our token is among those
that are stored, even if somebody has replaced what we put since then. (Only a put without a condition, or
one on an etag that was never read, forgets the tokens before it.)
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from coursewright.errors import ChangedMeanwhile, NotStored, StoreError, StoreUnavailable
from coursewright.store.s3_client import Encryption, make_client
from coursewright.store.s3_faults import UnusableAnswerError, Verdict, judge

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

TRIES = 8
"""With one answer in five a fault, one request in 390,000 fails all of them."""

FIRST_WAIT = 0.2
"""Seconds: the longest wait before the second try; doubled for each further one."""

LONGEST_WAIT = 20.0
"""Seconds."""

TOKENS = "writers"
"""The metadata that tells writers their own puts: the tokens of the latest, newest first."""

TOKENS_KEPT = 16

OBJECTS_REMEMBERED = 4096
"""Whose tokens are remembered until they are replaced; forgetting one costs no more than the case above."""

T = TypeVar("T")


class Bucket:
    """One bucket and the connections to it. Safe for several threads.

    Args:
        name: the bucket's.
        session: a ``boto3.Session``; None for AWS's own chain.
        encryption: how to encrypt what is put.
        endpoint_url: see `make_client`.
        timeout: seconds without an answer after which a request is asked again.
        sleep: waits, in seconds.
        jitter: gives a number from 0 to 1; each wait is that share of its longest.
    """

    def __init__(
        self,
        name: str,
        *,
        session: Any = None,
        encryption: Encryption | None = None,
        endpoint_url: str | None = None,
        timeout: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._session = session
        self._encryption = encryption.as_parameters() if encryption else {}
        self._endpoint_url = endpoint_url
        self._timeout = timeout
        self._sleep = sleep
        self._jitter = jitter
        self._client: S3Client | None = None
        self._opening = threading.Lock()
        self._tokens: OrderedDict[tuple[str, str], list[str]] = OrderedDict()
        self._remembering = threading.Lock()

    @property
    def access(self) -> tuple[Any, str | None]:
        """The session and the endpoint that it was opened with."""
        return self._session, self._endpoint_url

    def get(self, key: str, limit: int | None = None) -> tuple[bytes, str]:
        """The object's bytes, at most `limit`, and its etag. Raises `NotStored`."""

        def ask(client: S3Client) -> tuple[bytes, str]:
            answer = client.get_object(Bucket=self.name, Key=key)
            with answer["Body"] as body:
                data = body.read(limit)
            etag = _bare(answer["ETag"])
            self._remember(key, etag, _split_tokens(answer["Metadata"]))
            return data, etag

        return self._ask(ask, "read", key)

    def put(self, key: str, data: bytes, *, match: str | None = None, absent: bool = False) -> str:
        """Put the object and give its etag; where a condition is given, only if it holds.

        Args:
            match: the etag that the object must have.
            absent: there must be no object.

        Raises:
            ChangedMeanwhile: the condition does not hold.
            NotStored: `match` was given, and there is no object.
        """
        options: dict[str, Any] = {**self._encryption}
        tokens: list[str] = []
        if absent or match is not None:
            followed = self._recall(key, match) if match is not None else []
            tokens = [secrets.token_hex(8), *followed][:TOKENS_KEPT]
            options["Metadata"] = {TOKENS: ",".join(tokens)}
            options |= {"IfNoneMatch": "*"} if absent else {"IfMatch": f'"{match}"'}

        def ask(client: S3Client) -> str:
            answer = client.put_object(Bucket=self.name, Key=key, Body=data, **options)
            if not answer.get("ETag"):
                raise UnusableAnswerError("a put was answered without an etag")
            return _bare(answer["ETag"])

        etag = self._ask(ask, "written", key, lambda: self._find_own(key, tokens[0]) if tokens else None)
        self._remember(key, etag, tokens)
        return etag

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens where there is none."""
        self._ask(lambda client: client.delete_object(Bucket=self.name, Key=key), "removed", key)

    def list_objects(self, prefix: str) -> Iterator[ObjectTypeDef]:
        """All objects whose key starts with `prefix`, a thousand a request."""
        parameters: dict[str, Any] = {"Bucket": self.name, "Prefix": prefix}
        while True:
            page = self._ask(lambda client: client.list_objects_v2(**parameters), "listed", prefix)
            yield from page.get("Contents", [])
            if not page.get("IsTruncated"):
                return
            parameters["ContinuationToken"] = page["NextContinuationToken"]

    def close(self) -> None:
        """Let go of the connections."""
        with self._opening:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _ask(
        self,
        ask: Callable[[S3Client], T],
        done: str,
        key: str,
        find_own: Callable[[], T | None] = lambda: None,
    ) -> T:
        client = self._open()
        for tried in range(1, TRIES + 1):
            try:
                return ask(client)
            except Exception as error:
                verdict = judge(error, done, self.name)
                if verdict is None:
                    raise
                if verdict.kind != "passing" or tried == TRIES:
                    own = find_own() if tried > 1 and verdict.kind in ("conflict", "missing") else None
                    if own is not None:
                        return own
                    raise self._explain(verdict, done, key, tried) from error
            self._sleep(self._jitter() * min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1)))
        raise AssertionError("unreachable")

    def _find_own(self, key: str, token: str) -> str | None:
        """The etag of the put that left `token` (one that nothing has, if it was replaced since) or None."""
        try:
            answer = self._ask(lambda client: client.head_object(Bucket=self.name, Key=key), "read", key)
        except NotStored:
            return None
        tokens = _split_tokens(answer["Metadata"])
        if tokens[:1] == [token]:
            return _bare(answer["ETag"])
        return f"replaced-{token}" if token in tokens else None

    def _remember(self, key: str, etag: str, tokens: list[str]) -> None:
        with self._remembering:
            self._tokens[key, etag] = tokens
            self._tokens.move_to_end((key, etag))
            if len(self._tokens) > OBJECTS_REMEMBERED:
                self._tokens.popitem(last=False)

    def _recall(self, key: str, etag: str) -> list[str]:
        with self._remembering:
            return self._tokens.get((key, etag), [])

    def _explain(self, verdict: Verdict, done: str, key: str, tried: int) -> StoreError:
        message = f"s3://{self.name}/{key} cannot be {done}: {verdict.advice}"
        if verdict.kind == "missing":
            return NotStored(f"There is no s3://{self.name}/{key}.", key=key)
        if verdict.kind == "conflict":
            return ChangedMeanwhile(f"{message}.", key=key)
        tries = f" (asked {tried} times)" if tried > 1 else ""
        return StoreUnavailable(f"{message}{tries}.", key=key)

    def _open(self) -> S3Client:
        with self._opening:
            if self._client is None:
                self._client = make_client(self._session, self._endpoint_url, self._timeout)
            return self._client


def _split_tokens(metadata: Mapping[str, str]) -> list[str]:
    return [token for token in metadata.get(TOKENS, "").split(",") if token]


def _bare(etag: str) -> str:
    return etag.strip('"')
