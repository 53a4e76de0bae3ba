"""Many small objects at once: on S3 it is the waiting that takes the time."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from coursewright.errors import NotStored
from coursewright.store.base import Store

READERS = 16
"""Threads of one call; an S3 store keeps connections for 64."""


def read_many(store: Store, keys: Iterable[str]) -> dict[str, bytes]:
    """Read the objects `keys`, some at a time; those that are not stored are left out.

    Raises:
        StoreUnavailable: one of them cannot be read.
    """

    def read(key: str) -> tuple[str, bytes | None]:
        try:
            return key, store.read(key)
        except NotStored:
            return key, None

    if store.bucket is None:
        return {key: data for key, data in map(read, keys) if data is not None}
    with ThreadPoolExecutor(READERS, thread_name_prefix="coursewright-read") as readers:
        return {key: data for key, data in readers.map(read, keys) if data is not None}
