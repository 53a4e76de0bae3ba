"""Prefect's records of results in a store that others can write: read as plain values or not at all."""

from __future__ import annotations

import asyncio
import base64
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from prefect._internal.result_records import ResultRecord

from tasks.stored_results import StoredResults, plain_record


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
    (tmp_path / "p" / ".results").mkdir(parents=True)
    (tmp_path / "p" / ".results" / "batch-1").write_text(json.dumps(hostile_records(file)[name]))
    block = StoredResults(address=str(tmp_path), project="p")
    with pytest.raises(ValueError):
        asyncio.run(block.read_path("batch-1"))
    assert not file.exists()


def test_a_records_way_of_reading_is_ours_whatever_it_says() -> None:
    decoder = {"type": "json", "object_decoder": "os.system", "jsonlib": "antigravity"}
    record = {"metadata": {"serializer": decoder, "storage_key": "k"}, "result": '{"items": []}'}
    read = ResultRecord[Any].deserialize(plain_record(json.dumps(record).encode()))
    assert read.result == {"items": []}
    assert read.metadata.storage_key == "k"


def test_a_records_name_leads_nowhere_else(tmp_path: Path) -> None:
    block = StoredResults(address=str(tmp_path / "store"), project="p")
    with pytest.raises(Exception, match="cannot name an object"):
        asyncio.run(block.write_path("../../outside", b"{}"))
    assert not list(tmp_path.rglob("outside"))
