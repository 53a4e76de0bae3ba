"""Where Prefect keeps the results of batches: in the project's own store, as plain JSON and nothing else.

All of them are in one object, so that a run reads them with one request, however many batches it has.

A record names how it is to be read, and Prefect believes it: one that says "pickle" runs whatever it holds. A
course can come from elsewhere, so what is read here is made anew from its plain values first.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from typing import Any

from prefect.filesystems import WritableFileSystem
from pydantic import PrivateAttr

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored
from coursewright.project.line_json import write_lines
from coursewright.store.base import Store

KEY = ".results/batches.json"
MOST = 2_000
"""Records that are kept, the newest; one that is gone costs a batch shown as Completed instead of Cached."""

_KEPT = ("storage_key", "expiration", "prefect_version", "storage_block_id")

_reading, _noting, _writing = threading.Lock(), threading.Lock(), threading.Lock()


class StoredResults(WritableFileSystem):
    """The results of one project's batches.

    Attributes:
        address: the store's, as runs are given it.
        project: the project's name.
        aws_credentials: the name of an AwsCredentials block; without it AWS's own chain.
    """

    _block_type_name = "Coursewright Results"
    _block_type_slug = "coursewright-results"
    _description = "Results of batches, kept in the project they belong to. Runs make it by themselves."

    address: str
    project: str
    aws_credentials: str = ""

    _records: dict[str, Any] | None = PrivateAttr(default=None)
    """What was read, by name; a block is made anew for each run."""
    _waiting: dict[str, Any] = PrivateAttr(default_factory=dict)
    """What is to be written next, by name."""

    async def read_path(self, path: str) -> bytes:
        """The record of this name.

        Raises:
            NotStored: there is none.
            ValueError: it is not what this program wrote; Prefect takes it for missing.
        """
        store = await self._open()
        records = self._records
        if records is None:
            records = await asyncio.to_thread(self._read, store)
        if path not in records:
            raise NotStored(f"There is no result {path!r} in {store.locate(KEY)}.", key=path)
        return plain_record(records[path])

    async def write_path(self, path: str, content: bytes) -> None:
        """Keep a record under this name."""
        store, record = await self._open(), json.loads(content)
        await asyncio.to_thread(self._keep, store, path, record)

    def _read(self, store: Store) -> dict[str, Any]:
        # Batches ask all at once, and for the same.
        with _reading:
            if self._records is None:
                self._records = _load(store)[0]
            return self._records

    def _keep(self, store: Store, name: str, record: Any) -> None:
        """Put one record to the others; together with those that came while the last were being written."""
        with _noting:
            self._waiting[name] = record
        with _writing:
            with _noting:
                if name not in self._waiting:
                    return
                ours, self._waiting = self._waiting, {}
            try:
                self._records = _keep(store, ours)
            except BaseException:
                with _noting:
                    self._waiting = {**ours, **self._waiting}
                raise

    async def _open(self) -> Store:
        from tasks.storage import open_course_store

        return (await open_course_store(self.address, self.aws_credentials)).within(self.project)


def plain_record(record: Any) -> bytes:
    """The record with its plain JSON values, to be read as JSON whatever it says.

    Raises:
        ValueError: it is damaged, or asks for objects to be made.
    """
    try:
        result = json.loads(record["result"])
        metadata = {name: record["metadata"][name] for name in _KEPT if name in record["metadata"]}
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a batch's result: {error!r}") from error
    if _asks_for_objects(result):
        raise ValueError("a batch's result holds plain values only, and this one asks for objects")
    return json.dumps(
        {"metadata": {**metadata, "serializer": {"type": "json"}}, "result": json.dumps(result)}
    ).encode()


def _load(store: Store) -> tuple[dict[str, Any], str]:
    """All records, and the etag of the object that holds them; none where it is missing or damaged."""
    try:
        data, etag = store.read_tagged(KEY)
    except NotStored:
        return {}, ""
    try:
        records = json.loads(data)
    except (ValueError, RecursionError):
        return {}, etag
    return (records if isinstance(records, dict) else {}), etag


def _keep(store: Store, new: Mapping[str, Any]) -> dict[str, Any]:
    """Put records to the others, whoever else does so meanwhile; gives all of them."""
    while True:
        records, etag = _load(store)
        others = [(name, record) for name, record in records.items() if name not in new]
        records = dict([*others, *new.items()][-MOST:])
        data = write_lines(records)
        try:
            if etag:
                store.replace(KEY, data, etag)
            else:
                store.create(KEY, data)
        except (AlreadyStored, ChangedMeanwhile):
            continue
        return records


def _asks_for_objects(value: Any) -> bool:
    """Whether Prefect's JSON would make objects of it: their marks begin with two underscores."""
    if isinstance(value, dict):
        return any(name.startswith("__") or _asks_for_objects(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(_asks_for_objects, value))
