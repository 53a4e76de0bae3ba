"""Where Prefect keeps the results of batches: in the project's own store, as plain JSON and nothing else.

A record names how it is to be read, and Prefect believes it: one that says "pickle" runs whatever it holds. A
course can come from elsewhere, so what is read here is made anew from its plain values first.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from prefect.filesystems import WritableFileSystem

from coursewright.store.base import Store

FOLDER = ".results"
_KEPT = ("storage_key", "expiration", "prefect_version", "storage_block_id")


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

    async def read_path(self, path: str) -> bytes:
        """The record of this name.

        Raises:
            NotStored: there is none.
            ValueError: it is not what this program wrote; Prefect takes it for missing.
        """
        store = await self._open()
        return plain_record(await asyncio.to_thread(store.read, f"{FOLDER}/{path}"))

    async def write_path(self, path: str, content: bytes) -> None:
        """Keep a record under this name."""
        store = await self._open()
        await asyncio.to_thread(store.write, f"{FOLDER}/{path}", content)

    async def _open(self) -> Store:
        from tasks.storage import open_course_store

        return (await open_course_store(self.address, self.aws_credentials)).within(self.project)


def plain_record(data: bytes) -> bytes:
    """The record with its plain JSON values, to be read as JSON whatever it says.

    Raises:
        ValueError: it is damaged, or asks for objects to be made.
    """
    try:
        record = json.loads(data)
        result = json.loads(record["result"])
        metadata = {name: record["metadata"][name] for name in _KEPT if name in record["metadata"]}
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a batch's result: {error!r}") from error
    if _asks_for_objects(result):
        raise ValueError("a batch's result holds plain values only, and this one asks for objects")
    return json.dumps(
        {"metadata": {**metadata, "serializer": {"type": "json"}}, "result": json.dumps(result)}
    ).encode()


def _asks_for_objects(value: Any) -> bool:
    """Whether Prefect's JSON would make objects of it: their marks begin with two underscores."""
    if isinstance(value, dict):
        return any(name.startswith("__") or _asks_for_objects(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(_asks_for_objects, value))
