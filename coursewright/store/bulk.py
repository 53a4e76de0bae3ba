"""Many small objects at once: on S3 it is the waiting that takes the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from coursewright.errors import NotStored
from coursewright.store.base import Store

AT_ONCE = 16
"""Threads of one call; an S3 store keeps connections for 64."""

T = TypeVar("T")
R = TypeVar("R")


def do_many(store: Store, act: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Do `act`, which asks `store`, for each of the items, some at a time; gives the answers in order.

    An error of one of them is raised when those that had begun have ended.
    """
    if store.bucket is None:
        return [act(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="coursewright-store") as threads:
        return list(threads.map(act, items))


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

    return {key: data for key, data in do_many(store, read, keys) if data is not None}
