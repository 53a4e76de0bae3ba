"""A store that fails: one request in five is refused, not answered, broken off, or done without an answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from servers.faulty_s3 import FAULTS, FaultyS3
from servers.s3_moto import make_session

from coursewright.errors import AlreadyStored, ChangedMeanwhile, StoreUnavailable
from coursewright.store.s3 import S3Store
from coursewright.store.s3_bucket import LONGEST_WAIT, TRIES

ALL_METHODS = ("PUT", "GET", "HEAD", "DELETE")


@contextmanager
def faulty_store(
    moto_url: str, timeout: float = 0.5, **options: Any
) -> Iterator[tuple[FaultyS3, S3Store, list[float]]]:
    """The proxy, a store behind it that does not really wait, and the waits that it asked for."""
    waits: list[float] = []
    with FaultyS3(moto_url, hold=2.0, **options) as proxy:
        store = S3Store(
            "courses",
            secrets.token_hex(6),
            session=make_session(),
            endpoint_url=proxy.url,
            timeout=timeout,
            sleep=waits.append,
            jitter=lambda: 1.0,
        )
        yield proxy, store, waits
        store.close()


def fail_once(fault: str, method: str = "PUT") -> Callable[[str, str, int], str | None]:
    """A script that fails the first request of `method`."""
    failed: list[str] = []

    def choose(asked: str, path: str, number: int) -> str | None:
        if asked != method or failed:
            return None
        failed.append(path)
        return fault

    return choose


@pytest.mark.parametrize("fault", FAULTS)
def test_every_write_outlives_a_fault(moto_url: str, fault: str) -> None:
    with faulty_store(moto_url) as (proxy, store, _):
        proxy.script = fail_once(fault)
        etag = store.create("created", b"1")
        assert store.read_tagged("created") == (b"1", etag)
        proxy.script = fail_once(fault)
        etag = store.replace("created", b"2", etag)
        assert store.read_tagged("created") == (b"2", etag)
        proxy.script = fail_once(fault)
        assert store.read_tagged("created") == (b"2", etag)
        proxy.script = fail_once(fault)
        etag = store.write("created", b"3")
        assert store.read_tagged("created") == (b"3", etag)
        assert proxy.counts[fault] == 3


@pytest.mark.parametrize("fault", ["lost", "lost-500"])
def test_a_lost_answer_costs_one_more_put_and_one_look(moto_url: str, fault: str) -> None:
    with faulty_store(moto_url) as (proxy, store, _):
        proxy.script = fail_once(fault)
        store.create("created", b"1")
        assert [seen.method for seen in proxy.seen] == ["PUT", "PUT", "HEAD"]
        assert [seen.status for seen in proxy.seen] == [200, 412, 200]


@pytest.mark.parametrize("fault", ["lost", "lost-500"])
def test_a_put_that_was_done_and_then_replaced_by_another_is_known_to_be_done(
    moto_url: str, fault: str
) -> None:
    with faulty_store(moto_url) as (proxy, store, _):
        another = S3Store("courses", store.prefix, session=make_session(), endpoint_url=moto_url)
        first = store.create("counter", b"0")

        def overtake(wait: float) -> None:
            count, etag = another.read_tagged("counter")
            another.replace("counter", str(int(count) + 1).encode(), etag)

        store._bucket._sleep = overtake
        proxy.script = fail_once(fault)
        etag = store.replace("counter", b"1", first)
        assert another.read("counter") == b"2"
        with pytest.raises(ChangedMeanwhile):
            store.replace("counter", b"3", etag)
        another.close()


@pytest.mark.parametrize("fault", ["500", "503", "reset"])
def test_another_writers_object_is_not_taken_for_our_own(moto_url: str, fault: str) -> None:
    with faulty_store(moto_url) as (proxy, store, _):
        first = store.create("item", b"same bytes")
        store.replace("item", b"another's", first)
        proxy.script = fail_once(fault)
        with pytest.raises(AlreadyStored):
            store.create("item", b"another's")
        proxy.script = fail_once(fault)
        with pytest.raises(ChangedMeanwhile):
            store.replace("item", b"another's", first)
        assert store.read("item") == b"another's"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_reads_listings_and_deletes_outlive_a_fault(moto_url: str, method: str, fault: str) -> None:
    with faulty_store(moto_url) as (proxy, store, _):
        store.write("item", b"x" * 1000)
        proxy.script = fail_once(fault, method)
        if method == "DELETE":
            store.delete("item")
        else:
            assert len(store.read("item")) == 1000
            proxy.script = fail_once(fault, method)
        assert len(list(store.list())) == (0 if method == "DELETE" else 1)
        assert proxy.counts[fault] == (1 if method == "DELETE" else 2)


def test_waits_double_up_to_the_longest_and_then_the_store_is_given_up(moto_url: str) -> None:
    with faulty_store(moto_url, rate=1.0, faults=["503"]) as (proxy, store, waits):
        with pytest.raises(StoreUnavailable, match=r"overloaded or faulty \(S3 says SlowDown.*asked 8 times"):
            store.write("item", b"x")
        assert proxy.counts["PUT"] == TRIES
        assert waits == [min(LONGEST_WAIT, 0.2 * 2**number) for number in range(TRIES - 1)]
        proxy.rate = 0.0
        assert list(store.list()) == []


def test_a_server_that_does_not_answer_is_named(moto_url: str) -> None:
    with (
        faulty_store(moto_url, 0.1, rate=1.0, faults=["timeout"]) as (_, store, _),
        pytest.raises(StoreUnavailable, match="S3 did not answer in time"),
    ):
        store.write("item", b"x")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_one_fault_in_five_nothing_is_lost_doubled_or_half_written(moto_url: str, seed: int) -> None:
    quick = [fault for fault in FAULTS if fault != "timeout"]
    with faulty_store(moto_url, rate=0.2, seed=seed, faults=quick, methods=ALL_METHODS) as (proxy, store, _):
        store.write("counter", b"0")

        def work(number: int) -> None:
            for item in range(8):
                key = f"lessons/{number:02}-{item:02}.md"
                data = f"{number} {item} ".encode() * 500
                etag = store.create(key, data)
                assert store.read_tagged(key) == (data, etag)
                while True:
                    count, etag = store.read_tagged("counter")
                    try:
                        store.replace("counter", str(int(count) + 1).encode(), etag)
                        break
                    except ChangedMeanwhile:
                        continue

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(work, range(3)))
        proxy.rate = 0.0
        assert store.read("counter") == b"24"
        assert len(list(store.list("lessons/"))) == 24
        faults = sum(proxy.counts[fault] for fault in FAULTS)
        assert 0.1 * len(proxy.seen) < faults < 0.35 * len(proxy.seen)


def test_time_outs_at_one_put_in_five_are_outlived(moto_url: str) -> None:
    with faulty_store(moto_url, rate=0.2, seed=6, faults=["timeout"]) as (proxy, store, _):
        etags = {f"item/{number}": store.create(f"item/{number}", b"x") for number in range(12)}
        assert {line.key: line.etag for line in store.list()} == etags
        assert proxy.counts["timeout"] > 0
