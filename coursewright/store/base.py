"""What a store is to the rest of the pipeline: objects by key, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One line of a listing.

    Attributes:
        key: relative to the store, with ``/`` between its parts.
        etag: changes whenever the object's content does.
        size: bytes.
        modified: aware, UTC.
    """

    key: str
    etag: str
    size: int
    modified: datetime


class Store(Protocol):
    """A place for a project's objects. Safe for several threads and several processes.

    Every method raises `StoreUnavailable` where the store cannot be reached or refuses.
    """

    @property
    def url(self) -> str:
        """The address as a person would write it: a folder's path or ``s3://bucket/prefix``."""
        ...

    @property
    def bucket(self) -> str | None:
        """The bucket's name; None for a folder. A batch names it as ``course_bucket``."""
        ...

    @property
    def prefix(self) -> str:
        """What stands before every key: a folder's path as it was written, or the keys' prefix in a bucket.

        Of a project's own store (`within` its name) it is what a batch names as ``project_folder``. No ``/``
        at its end; empty for a whole bucket.
        """
        ...

    def within(self, folder: str) -> Store:
        """The part of this store under `folder`, with keys relative to it."""
        ...

    def locate(self, key: str) -> str:
        """Where the object is, for a person: a path or an ``s3://`` address."""
        ...

    def read(self, key: str) -> bytes:
        """The object's bytes. Raises `NotStored`."""
        ...

    def read_tagged(self, key: str) -> tuple[bytes, str]:
        """The object's bytes and its etag. Raises `NotStored`."""
        ...

    def write(self, key: str, data: bytes) -> str:
        """Write or replace the object, whole or not at all; gives its etag."""
        ...

    def create(self, key: str, data: bytes) -> str:
        """Write the object if there is none; gives its etag. Raises `AlreadyStored`."""
        ...

    def replace(self, key: str, data: bytes, etag: str) -> str:
        """Write the object if it is still the one with `etag`; gives the new etag.

        Raises `ChangedMeanwhile` if it is another or gone.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens where there is none."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """All objects whose key starts with `prefix`, sorted by key, however many there are."""
        ...

    def close(self) -> None:
        """Let go of connections, also those of all stores `within` this one. Not to be used afterwards."""
        ...
