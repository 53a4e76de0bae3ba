"""The store that a command's options name; what stands in blocks is asked of the Prefect server."""

from __future__ import annotations

import argparse
import asyncio

from coursewright.errors import SettingsError
from coursewright.store.base import Store
from coursewright.store.open import open_store

_BUCKET_BLOCK = "s3-bucket/"


def is_behind_block(options: argparse.Namespace) -> bool:
    """Whether a Prefect server has to be asked for the store's credentials."""
    return bool(options.aws_credentials) or options.store.startswith(_BUCKET_BLOCK)


def open_named_store(options: argparse.Namespace) -> Store:
    """The store at the address that a person named, with a block's credentials where a block is named.

    Raises:
        SettingsError: it is no address, there is no such block, or the Prefect server cannot be reached.
    """
    if not is_behind_block(options):
        return open_store(options.store)
    from flows.commands.server import quieten_prefect, use_running_server

    quieten_prefect()
    address = use_running_server()
    # Imported only now: Prefect takes over a second.
    import httpx

    from tasks.storage import open_course_store

    try:
        return asyncio.run(open_course_store(options.store, options.aws_credentials))
    except (httpx.HTTPError, RuntimeError) as error:
        raise SettingsError(
            f"The Prefect server {address or 'on this machine'} cannot be asked for the block: {error}. "
            "Start it, or name the store as s3://bucket/prefix and leave credentials to AWS's own chain."
        ) from error
