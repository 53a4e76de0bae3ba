"""What every store does: one suite for all of them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, StoreError
from coursewright.store.base import Store
from coursewright.store.bulk import read_many

LESSON = "lessons/01-02.md"


def test_what_was_written_is_read(store: Store) -> None:
    for data in (b"", b"# Lecci\xc3\xb3n", bytes(range(256)) * 4000):
        etag = store.write(LESSON, data)
        assert store.read(LESSON) == data
        assert store.read_tagged(LESSON) == (data, etag)


def test_what_is_not_stored_is_said_to_be_missing(store: Store) -> None:
    store.write(LESSON, b"x")
    for key in ("lessons/09-09.md", "lessons", f"{LESSON}/x"):
        with pytest.raises(NotStored, match=r"There is no .*lessons") as caught:
            store.read(key)
        assert caught.value.key == key


def test_an_object_is_created_once(store: Store) -> None:
    etag = store.create(LESSON, b"first")
    with pytest.raises(AlreadyStored, match="exists already"):
        store.create(LESSON, b"second")
    assert store.read_tagged(LESSON) == (b"first", etag)


def test_an_object_is_replaced_only_if_it_is_what_was_read(store: Store) -> None:
    first = store.write(LESSON, b"first")
    second = store.replace(LESSON, b"second", first)
    with pytest.raises(ChangedMeanwhile, match="since it was read"):
        store.replace(LESSON, b"third", first)
    assert store.read_tagged(LESSON) == (b"second", second)


def test_an_object_that_is_gone_is_not_replaced(store: Store) -> None:
    etag = store.write(LESSON, b"first")
    store.delete(LESSON)
    with pytest.raises(ChangedMeanwhile):
        store.replace(LESSON, b"second", etag)
    with pytest.raises(NotStored):
        store.read(LESSON)


def test_deleting_what_is_not_there_does_nothing(store: Store) -> None:
    store.delete(LESSON)
    store.write(LESSON, b"x")
    store.delete("lessons")
    assert store.read(LESSON) == b"x"
    store.delete(LESSON)
    store.delete(LESSON)
    assert list(store.list()) == []
    store.create(LESSON, b"again")


def test_a_listing_tells_what_reading_tells(store: Store) -> None:
    etag = store.write(LESSON, b"12345")
    (line,) = store.list()
    assert (line.key, line.etag, line.size) == (LESSON, etag, 5)
    assert line.modified.tzinfo is UTC
    assert abs(line.modified - datetime.now(UTC)) < timedelta(minutes=5)


def test_the_etag_in_a_listing_changes_with_the_content(store: Store) -> None:
    seen = set()
    for data in (b"aaa", b"bbb", b"ccc", b"aab"):
        store.write(LESSON, data)
        seen.update(line.etag for line in store.list("lessons/"))
    assert len(seen) == 4


def test_a_listing_is_sorted_by_key_and_starts_anywhere(store: Store) -> None:
    keys = ["a-b/c", "a/b", "a.b", "a/b.c", "a0", "a/bb/c", ".finished/a", "á"]
    for key in keys:
        store.write(key, b"x")
    assert [line.key for line in store.list()] == sorted(keys)
    for prefix in ("a", "a/", "a/b", "a/bb/", "a/bb/c", ".finished/", "z", "a/b/", "á"):
        assert [line.key for line in store.list(prefix)] == sorted(k for k in keys if k.startswith(prefix))


def test_a_listing_pages_past_a_thousand_objects(store: Store) -> None:
    keys = [f".finished/{number:04}" for number in range(1003)]
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda key: store.write(key, b"x"), keys))
    assert [line.key for line in store.list(".finished/")] == keys


def test_a_part_of_a_store_is_a_store(store: Store) -> None:
    project = store.within("a-course")
    project.write(LESSON, b"x")
    store.write("another/x", b"y")
    assert [line.key for line in project.list()] == [LESSON]
    assert store.read(f"a-course/{LESSON}") == b"x"
    assert project.within("lessons").read("01-02.md") == b"x"
    assert project.url == f"{store.url}/a-course"
    assert project.bucket == store.bucket
    assert project.prefix == f"{store.prefix}/a-course"
    assert project.locate(LESSON) == store.locate(f"a-course/{LESSON}")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a/..",
        "./a",
        "a//b",
        "a/",
        "a\\..\\b",
        "a\0b",
        "a\nb",
        "a\x7fb",
        "a\x9bb",
        "a\udc80",
    ],
)
def test_a_key_cannot_lead_out_of_the_store(store: Store, key: str) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: store.read(key),
        lambda: store.write(key, b"x"),
        lambda: store.create(key, b"x"),
        lambda: store.replace(key, b"x", "etag"),
        lambda: store.delete(key),
        lambda: store.locate(key),
        lambda: store.within(key),
    ]
    for attempt in attempts:
        with pytest.raises(StoreError, match="cannot name an object"):
            attempt()
    assert list(store.list()) == []


def test_a_prefix_cannot_lead_out_of_the_store(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot name an object"):
        list(store.within("a").list("../"))


def test_many_objects_are_read_at_once_without_those_that_are_missing(store: Store) -> None:
    for number in range(20):
        store.write(f"a/{number}", str(number).encode())
    assert read_many(store, [f"a/{number}" for number in range(25)]) == {
        f"a/{number}": str(number).encode() for number in range(20)
    }


def test_of_many_who_create_an_object_one_succeeds(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    start = threading.Barrier(len(stores))

    def create_all(number: int) -> list[int]:
        won = []
        for round_ in range(5):
            start.wait()
            try:
                stores[number].create(f"r/{round_}", str(number).encode())
                won.append(round_)
            except AlreadyStored:
                pass
        return won

    with ThreadPoolExecutor(len(stores)) as writers:
        won = list(writers.map(create_all, range(len(stores))))
    assert sorted(itertools.chain(*won)) == list(range(5))
    for number, rounds in enumerate(won):
        assert all(stores[0].read(f"r/{round_}") == str(number).encode() for round_ in rounds)


def test_no_increment_of_a_shared_counter_is_lost(open_again: Callable[[], Store]) -> None:
    stores = [open_again() for _ in range(4)]
    stores[0].write("counter", b"0")

    def increment(store: Store) -> None:
        done = 0
        while done < 8:
            data, etag = store.read_tagged("counter")
            try:
                store.replace("counter", str(int(data) + 1).encode(), etag)
                done += 1
            except ChangedMeanwhile:
                continue

    with ThreadPoolExecutor(len(stores)) as writers:
        list(writers.map(increment, stores))
    assert stores[0].read("counter") == b"32"


def test_a_reader_sees_whole_objects_only(open_again: Callable[[], Store]) -> None:
    writer, reader = open_again(), open_again()
    contents = {bytes([65 + number]) * (1 + number * 30_000) for number in range(6)}
    writer.write(LESSON, min(contents))
    ended = threading.Event()

    def write_all() -> None:
        try:
            for data in sorted(contents) * 3:
                writer.write(LESSON, data)
        finally:
            ended.set()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write_all)
        while not ended.is_set():
            assert reader.read(LESSON) in contents
            (line,) = reader.list()
            assert line.size in {len(data) for data in contents}
        writing.result()
