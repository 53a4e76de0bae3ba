"""Prefect's records of results in a store that others can write: read as plain values or not at all."""

from __future__ import annotations

import asyncio
import base64
import json
import pickle
import threading
from pathlib import Path
from typing import Any

import pytest
from prefect._internal.result_records import ResultRecord

from coursewright.errors import NotStored, StoreUnavailable
from coursewright.store.folder import FolderStore
from tasks.stored_results import KEY, MOST, StoredResults, plain_record


class RunsACommand:
    """Unpickled, it runs a command."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.file,)


def hostile_records(file: Path) -> dict[str, dict[str, Any]]:
    pickled = base64.b64encode(pickle.dumps(RunsACommand(file))).decode()
    path = {"__class__": "pathlib.Path", "data": str(file)}
    return {
        "pickle": {"metadata": {"serializer": {"type": "pickle"}}, "result": pickled},
        "no serializer named": {"metadata": {}, "result": pickled},
        "compressed pickle": {
            "metadata": {"serializer": {"type": "compressed", "serializer": {"type": "pickle"}}},
            "result": pickled,
        },
        "objects in JSON": {"metadata": {"serializer": {"type": "json"}}, "result": json.dumps(path)},
        "objects deep in JSON": {
            "metadata": {"serializer": {"type": "json"}},
            "result": json.dumps({"items": [{"x": path}]}),
        },
        "an exception in JSON": {
            "metadata": {"serializer": {"type": "json"}},
            "result": json.dumps({"__exc_type__": "builtins.SystemExit", "message": "1"}),
        },
        "no result": {"metadata": {}},
        "a list": [],  # type: ignore[dict-item]
    }


def test_prefect_alone_would_run_what_a_record_holds(tmp_path: Path) -> None:
    """Without this, the other tests would prove nothing."""
    file = tmp_path / "touched"
    record = json.dumps(hostile_records(file)["pickle"]).encode()
    ResultRecord.deserialize(record)
    assert file.exists()


@pytest.mark.parametrize("name", list(hostile_records(Path("x"))))
def test_a_record_that_asks_for_more_than_values_is_not_read(name: str, tmp_path: Path) -> None:
    file = tmp_path / "touched"
    (tmp_path / "p" / KEY).parent.mkdir(parents=True)
    (tmp_path / "p" / KEY).write_text(json.dumps({"batch-1": hostile_records(file)[name]}))
    block = StoredResults(address=str(tmp_path), project="p")
    with pytest.raises(ValueError):
        asyncio.run(block.read_path("batch-1"))
    assert not file.exists()


def test_a_records_way_of_reading_is_ours_whatever_it_says() -> None:
    decoder = {"type": "json", "object_decoder": "os.system", "jsonlib": "antigravity"}
    record = {"metadata": {"serializer": decoder, "storage_key": "k"}, "result": '{"items": []}'}
    read = ResultRecord[Any].deserialize(plain_record(record))
    assert read.result == {"items": []}
    assert read.metadata.storage_key == "k"


def test_a_records_name_leads_nowhere(tmp_path: Path) -> None:
    block = StoredResults(address=str(tmp_path / "store"), project="p")
    asyncio.run(block.write_path("../../outside", json.dumps(GOOD).encode()))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["batches.json"]
    assert json.loads(asyncio.run(block.read_path("../../outside")))["result"] == GOOD["result"]


GOOD = {"metadata": {"serializer": {"type": "json"}, "storage_key": "k"}, "result": '{"items": []}'}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"7", b"[" * 100_000, b"\xff"])
def test_records_that_are_damaged_are_missing_and_made_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "p" / KEY).parent.mkdir(parents=True)
    (tmp_path / "p" / KEY).write_bytes(damage)
    with pytest.raises(NotStored):
        asyncio.run(StoredResults(address=str(tmp_path), project="p").read_path("batch-1"))
    block = StoredResults(address=str(tmp_path), project="p")
    asyncio.run(block.write_path("batch-1", json.dumps(GOOD).encode()))
    again = StoredResults(address=str(tmp_path), project="p")
    assert json.loads(asyncio.run(again.read_path("batch-1")))["result"] == GOOD["result"]


def test_records_that_come_at_once_are_written_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, puts = threading.Event(), []
    put = FolderStore._put

    def slowly(self: FolderStore, key: str, data: bytes, allow: Any) -> str:
        puts.append(len(json.loads(data)))
        if len(puts) == 1:
            assert first.wait(60)
        return put(self, key, data, allow)

    async def keep_all() -> None:
        block = StoredResults(address=str(tmp_path), project="p")
        names = [f"batch-{number}" for number in range(5)]
        keeping = [asyncio.create_task(block.write_path(name, json.dumps(GOOD).encode())) for name in names]
        while len(block._waiting) < len(names) - 1:
            await asyncio.sleep(0.01)
        first.set()
        await asyncio.gather(*keeping)

    monkeypatch.setattr(FolderStore, "_put", slowly)
    asyncio.run(keep_all())
    assert puts == [1, 5]
    assert len(json.loads((tmp_path / "p" / KEY).read_bytes())) == 5


def test_a_record_that_could_not_be_written_is_written_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> str:
        raise StoreUnavailable("the disk is full")

    block = StoredResults(address=str(tmp_path), project="p")
    with monkeypatch.context() as full:
        full.setattr(FolderStore, "_put", refuse)
        with pytest.raises(StoreUnavailable):
            asyncio.run(block.write_path("batch-1", json.dumps(GOOD).encode()))
    asyncio.run(block.write_path("batch-2", json.dumps(GOOD).encode()))
    assert set(json.loads((tmp_path / "p" / KEY).read_bytes())) == {"batch-1", "batch-2"}


def test_runs_that_keep_records_at_once_lose_none_and_the_newest_stay(tmp_path: Path) -> None:
    async def keep_all(first: int) -> None:
        block = StoredResults(address=str(tmp_path), project="p")
        for number in range(first, first + 5):
            await block.write_path(f"batch-{number}", json.dumps(GOOD).encode())

    async def both() -> None:
        await asyncio.gather(keep_all(0), keep_all(5))

    asyncio.run(both())
    file = tmp_path / "p" / KEY
    assert set(json.loads(file.read_bytes())) == {f"batch-{number}" for number in range(10)}
    file.write_text(json.dumps({f"old-{number}": GOOD for number in range(MOST)}))
    asyncio.run(keep_all(0))
    kept = list(json.loads(file.read_bytes()))
    assert (len(kept), kept[0], kept[-1]) == (MOST, "old-5", "batch-4")
