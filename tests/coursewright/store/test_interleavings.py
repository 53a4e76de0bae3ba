"""Any order of operations, by two who share a store, keeps the contract.

The model is a dictionary. Each of the two remembers the etags that it saw, and may use any of them, however
old.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers.faulty_s3 import FaultyS3
from servers.s3_moto import make_session

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored
from coursewright.store.base import Store
from coursewright.store.folder import FolderStore
from coursewright.store.s3 import S3Store

KEYS = ("a", "b/c", "b/d", "b-c")
PREFIXES = ("", "a", "b", "b/", "b/c", "z")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["read", "write", "create", "replace", "replace stale", "delete", "list"]),
        st.sampled_from(KEYS),
        st.sampled_from(PREFIXES),
        st.integers(0, 10**6),
    ),
    max_size=40,
)
numbers = itertools.count()


class Pair:
    """Two openings of one store, and what should be in it."""

    def __init__(self, stores: tuple[Store, Store]) -> None:
        self.stores = stores
        self.model: dict[str, bytes] = {}
        self.seen: dict[str, list[tuple[bytes, str]]] = {key: [] for key in KEYS}

    def take(self, who: int, what: str, key: str, prefix: str, pick: int) -> None:
        store, data = self.stores[who], f"{next(numbers)}".encode()
        match what:
            case "read":
                self.read(store, key)
            case "write":
                self.note(key, data, store.write(key, data))
            case "create" if key in self.model:
                with pytest.raises(AlreadyStored):
                    store.create(key, data)
            case "create":
                self.note(key, data, store.create(key, data))
            case "replace" if self.seen[key]:
                content, etag = self.seen[key][-1]
                self.replace(store, key, data, etag, holds=self.model.get(key) == content)
            case "replace stale" if self.seen[key]:
                content, etag = self.seen[key][pick % len(self.seen[key])]
                self.replace(store, key, data, etag, holds=self.model.get(key) == content)
            case "delete":
                store.delete(key)
                self.model.pop(key, None)
            case "list":
                self.list(store, prefix)

    def note(self, key: str, data: bytes, etag: str) -> None:
        self.model[key] = data
        self.seen[key].append((data, etag))

    def read(self, store: Store, key: str) -> None:
        if key not in self.model:
            with pytest.raises(NotStored):
                store.read(key)
            return
        data, etag = store.read_tagged(key)
        assert data == self.model[key]
        self.seen[key].append((data, etag))

    def replace(self, store: Store, key: str, data: bytes, etag: str, *, holds: bool) -> None:
        if holds:
            self.note(key, data, store.replace(key, data, etag))
            return
        with pytest.raises(ChangedMeanwhile):
            store.replace(key, data, etag)

    def list(self, store: Store, prefix: str) -> None:
        listed = list(store.list(prefix))
        assert [line.key for line in listed] == sorted(key for key in self.model if key.startswith(prefix))
        for line in listed:
            assert (self.model[line.key], line.etag) in self.seen[line.key]
            assert line.size == len(self.model[line.key])


def run(stores: tuple[Store, Store], steps: list[tuple[int, str, str, str, int]]) -> None:
    pair = Pair(stores)
    for step in steps:
        pair.take(*step)
    for store in stores:
        pair.list(store, "")
        for key in KEYS:
            pair.read(store, key)


@given(STEPS)
@settings(max_examples=60)
def test_a_folder_keeps_the_contract_in_any_order(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        run((FolderStore(place), FolderStore(Path(place))), steps)


@contextmanager
def two_openings(endpoint: str, **options: Any) -> Iterator[Callable[[], tuple[Store, Store]]]:
    stores = [
        S3Store("courses", "order", session=make_session(), endpoint_url=endpoint, **options)
        for _ in range(2)
    ]

    def open_both() -> tuple[Store, Store]:
        folder = f"run-{next(numbers)}"
        return stores[0].within(folder), stores[1].within(folder)

    yield open_both
    for store in stores:
        store.close()


def test_a_bucket_keeps_the_contract_in_any_order(moto_url: str) -> None:
    with two_openings(moto_url) as open_both:

        @given(STEPS)
        @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
        def check(steps: list[Any]) -> None:
            run(open_both(), steps)

        check()


def test_a_bucket_that_fails_keeps_the_contract_in_any_order(moto_url: str) -> None:
    faults = ("500", "503", "reset", "lost", "lost-500")
    methods = ("PUT", "GET", "HEAD", "DELETE")
    with (
        FaultyS3(moto_url, rate=0.2, seed=11, faults=faults, methods=methods) as proxy,
        two_openings(proxy.url, sleep=lambda seconds: None) as open_both,
    ):

        @given(STEPS)
        @settings(max_examples=12, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
        def check(steps: list[Any]) -> None:
            run(open_both(), steps)

        check()
        assert sum(proxy.counts[fault] for fault in faults) > 10
