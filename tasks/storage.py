"""Stores and result storage from addresses and block names; no secret leaves a block."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from coursewright.errors import SettingsError
from coursewright.store.base import Store
from coursewright.store.open import open_store
from tasks.stored_results import StoredResults

if TYPE_CHECKING:
    from prefect_aws import AwsCredentials, MinIOCredentials

_BUCKET_BLOCK = "s3-bucket/"
_SETTLED = 0.5
"""Seconds in which another process has made a block's type and its schema."""

_stores: dict[tuple[str, str], Store] = {}
_addresses: dict[str, tuple[str, str]] = {}


async def open_course_store(address: str, aws_credentials: str = "") -> Store:
    """The store at an address; the same one each time in a process.

    Args:
        address: a folder, ``s3://bucket/prefix``, or ``s3-bucket/NAME`` for an S3Bucket block.
        aws_credentials: the name of an AwsCredentials block; without it AWS's own chain finds them.

    Raises:
        SettingsError: there is no such block.
    """
    known = (address, aws_credentials)
    if known not in _stores:
        if address.startswith(_BUCKET_BLOCK):
            _stores[known] = await _store_of_block(address.removeprefix(_BUCKET_BLOCK))
        elif aws_credentials:
            _stores[known] = _open_with(address, await _load_credentials(aws_credentials))
        else:
            _stores[known] = open_store(address)
        _addresses[_stores[known].url] = known
    return _stores[known]


async def load_aws_session(name: str) -> Any:
    """The ``boto3.Session`` of the AwsCredentials block of this name.

    Raises:
        SettingsError: there is no such block.
    """
    return (await _load_credentials(name)).get_boto3_session()


async def result_storage_of(store: Store, aws_credentials: str = "") -> StoredResults:
    """Where batch tasks keep their results: beside the project's finished work.

    Args:
        store: the project's own part of a store that `open_course_store` opened.
    """
    base, _, project = store.url.rpartition("/")
    address, credentials = _addresses.get(base, (base, aws_credentials))
    block = StoredResults(address=address, project=project, aws_credentials=credentials)
    # A block used as result storage has to be known to the server; its name tells the place, not a secret.
    name = f"results-{hashlib.sha256(store.url.encode()).hexdigest()[:12]}"
    for last in (False, False, False, True):
        try:
            await block.save(name, overwrite=True)
            break
        except (ObjectAlreadyExists, ObjectNotFound):
            # Another process is making the block's type in this moment, on a server that did not know it.
            if last:
                raise
            await asyncio.sleep(_SETTLED)
    return block


async def _load_credentials(name: str) -> AwsCredentials:
    from prefect_aws import AwsCredentials

    try:
        block: AwsCredentials = await AwsCredentials.aload(name)
    except ValueError as error:
        raise SettingsError(
            f"There is no AwsCredentials block {name!r} on this server. Make it in the UI under Blocks, or "
            "leave the name out to use AWS's own chain."
        ) from error
    return block


async def _store_of_block(name: str) -> Store:
    from prefect_aws import S3Bucket

    try:
        block: S3Bucket = await S3Bucket.aload(name)
    except ValueError as error:
        raise SettingsError(
            f"There is no S3Bucket block {name!r} on this server. Make it in the UI under Blocks, or give "
            "the store as s3://bucket/prefix."
        ) from error
    folder = block.bucket_folder.strip("/")
    return _open_with(f"s3://{block.bucket_name}/{folder}", block.credentials)


def _open_with(address: str, credentials: AwsCredentials | MinIOCredentials) -> Store:
    # The block's own endpoint, as of a MinIO server; without one, the standard variable's.
    endpoint = credentials.aws_client_parameters.endpoint_url
    return open_store(address, session=credentials.get_boto3_session(), endpoint_url=endpoint)
