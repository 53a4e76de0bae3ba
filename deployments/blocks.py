"""Blocks whose values the environment gives. A block that is there is left alone, whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping

from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from pydantic import SecretStr

from deployments.pool_templates import SetUpError


async def make_blocks(settings: Mapping[str, str]) -> list[str]:
    """Make the blocks that values are given for; gives a line for each, without the values.

    Raises:
        SetUpError: a value is no address.
    """
    said = []
    if address := settings.get("COURSEWRIGHT_S3_BLOCK", ""):
        from prefect_aws import AwsCredentials, S3Bucket

        bucket, _, folder = address.removeprefix("s3://").partition("/")
        if not address.startswith("s3://") or not bucket:
            raise SetUpError(f"COURSEWRIGHT_S3_BLOCK is {address!r}; write s3://bucket/prefix.")
        # Without keys of its own the block uses the role of the task, which is how it should be on AWS.
        block = S3Bucket(bucket_name=bucket, bucket_folder=folder, credentials=AwsCredentials())
        said.append(await _save_new(block, "coursewright"))
    if key := settings.get("COURSEWRIGHT_OPENAI_KEY", ""):
        said.append(await _save_new(Secret(value=SecretStr(key)), "openai"))
    return said


async def _save_new(block: Block, name: str) -> str:
    kind = type(block).get_block_type_slug()
    try:
        await block.save(name)
    except ValueError as error:
        if "already in use" not in str(error):
            raise
        return f"block {kind}/{name}: is there"
    return f"block {kind}/{name}: made"
