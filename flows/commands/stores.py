"""The stores that commands reach without a Prefect server."""

from __future__ import annotations

from coursewright.errors import SettingsError
from coursewright.store.base import Store
from coursewright.store.open import open_store

BUCKET_BLOCK = "s3-bucket/"


def open_named_store(address: str) -> Store:
    """The store at an address that a person named.

    Raises:
        SettingsError: it is no address, or it is a block's, which is not to be taken for a folder.
    """
    if address.startswith(BUCKET_BLOCK):
        raise SettingsError(
            f"{address!r} is a block, which only a run on its Prefect server can read. Name its bucket: "
            f"s3://bucket/prefix. (A folder of that name is ./{address}.)"
        )
    return open_store(address)
