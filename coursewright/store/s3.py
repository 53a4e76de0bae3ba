"""A store in a bucket of Amazon S3, or of anything that speaks its protocol and honours conditional puts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, StoreError
from coursewright.store.base import StoredObject
from coursewright.store.keys import check_key, check_prefix, find_fault
from coursewright.store.s3_bucket import Bucket


class S3Store:
    """Implements `coursewright.store.base.Store` under a prefix of a bucket.

    Args:
        bucket: the bucket's name, or a `Bucket` that is open already.
        prefix: what every key stands under; empty for the whole bucket.
        options: those of `Bucket`.
    """

    def __init__(self, bucket: str | Bucket, prefix: str = "", **options: Any) -> None:
        self._bucket = bucket if isinstance(bucket, Bucket) else Bucket(bucket, **options)
        self._prefix = prefix

    @property
    def url(self) -> str:
        """The address ``s3://bucket/prefix``."""
        return f"s3://{self._bucket.name}/{self._prefix}".rstrip("/")

    @property
    def bucket(self) -> str | None:
        """The bucket's name."""
        return self._bucket.name

    @property
    def prefix(self) -> str:
        """The keys' prefix, without ``/`` at its end."""
        return self._prefix

    @property
    def access(self) -> tuple[Any, str | None]:
        """The session and the endpoint that it was opened with; None for what AWS's own chain finds."""
        return self._bucket.access

    def within(self, folder: str) -> S3Store:
        """See `Store.within`. Both use the same connections."""
        return S3Store(self._bucket, self._full(folder))

    def locate(self, key: str) -> str:
        """See `Store.locate`."""
        return f"s3://{self._bucket.name}/{self._full(key)}"

    def read(self, key: str) -> bytes:
        """See `Store.read`."""
        return self.read_tagged(key)[0]

    def read_tagged(self, key: str) -> tuple[bytes, str]:
        """See `Store.read_tagged`."""
        full = self._full(key)
        try:
            return self._bucket.get(full)
        except StoreError as error:
            raise _rename(error, key) from error.__cause__

    def write(self, key: str, data: bytes) -> str:
        """See `Store.write`."""
        return self._put(key, data)

    def create(self, key: str, data: bytes) -> str:
        """See `Store.create`."""
        try:
            return self._put(key, data, absent=True)
        except ChangedMeanwhile as error:
            raise AlreadyStored(f"{self.locate(key)} exists already.", key=key) from error.__cause__

    def replace(self, key: str, data: bytes, etag: str) -> str:
        """See `Store.replace`."""
        try:
            return self._put(key, data, match=etag)
        except (ChangedMeanwhile, NotStored) as error:
            change = "was removed" if isinstance(error, NotStored) else "was changed"
            message = f"{self.locate(key)} {change} since it was read."
            raise ChangedMeanwhile(message, key=key) from error.__cause__

    def delete(self, key: str) -> None:
        """See `Store.delete`."""
        full = self._full(key)
        try:
            self._bucket.delete(full)
        except StoreError as error:
            raise _rename(error, key) from error.__cause__

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """See `Store.list`. Objects whose name no key could have are left out."""
        above = f"{self._prefix}/" if self._prefix else ""
        found = []
        for one in self._bucket.list_objects(above + check_prefix(prefix)):
            key = one["Key"].removeprefix(above)
            if find_fault(key) is None:
                modified = one["LastModified"].astimezone(UTC)
                found.append(StoredObject(key, one["ETag"].strip('"'), one["Size"], modified))
        # Amazon sorts; not everything that speaks its protocol does.
        return iter(sorted(found, key=lambda one: one.key))

    def close(self) -> None:
        """See `Store.close`."""
        self._bucket.close()

    def _put(self, key: str, data: bytes, **condition: Any) -> str:
        full = self._full(key)
        try:
            return self._bucket.put(full, data, **condition)
        except StoreError as error:
            raise _rename(error, key) from error.__cause__

    def _full(self, key: str) -> str:
        return f"{self._prefix}/{check_key(key)}" if self._prefix else check_key(key)


def _rename(error: StoreError, key: str) -> StoreError:
    """`error` with the key as this store knows it."""
    return type(error)(str(error), key=key)


def read_start(bucket: str, key: str, limit: int, **options: Any) -> bytes:
    """The first `limit` bytes of one object, over a connection of its own. Raises `NotStored`."""
    place = Bucket(bucket, **options)
    try:
        return place.get(key, limit)[0]
    finally:
        place.close()
