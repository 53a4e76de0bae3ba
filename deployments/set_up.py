"""Make ready what deployments need on a Prefect server: work pool, limits, blocks, automations.

    python -m deployments.set_up

It works on whatever server PREFECT_API_URL names, says what it made and what it found, and changes nothing
that is there already: an operator's limit, pool, block or automation stays as it is. What is not wanted is
switched off rather than deleted, or the next set-up makes it again. What the environment may say:

    COURSEWRIGHT_WORK_POOL_TYPE       process (the default) or ecs
    COURSEWRIGHT_ECS_TASK_DEFINITION  for ecs: the task definition, cluster, subnets and security groups
    COURSEWRIGHT_ECS_CLUSTER          that the stack's outputs name; lists with commas
    COURSEWRIGHT_ECS_SUBNETS
    COURSEWRIGHT_ECS_SECURITY_GROUPS
    COURSEWRIGHT_TOKENS_A_MINUTE      the provider's quota; makes the rate limit on tokens
    COURSEWRIGHT_LARGEST_REQUEST      the most tokens of one request, input and output (24,000)
    COURSEWRIGHT_REQUESTS_A_MINUTE    the provider's quota; makes the rate limit on requests
    COURSEWRIGHT_PICTURES_A_MINUTE    the image model's quota; spaces illustrations
    COURSEWRIGHT_NOTIFY               the block that notifications go to, as type/name: slack-webhook/team
    COURSEWRIGHT_S3_BLOCK             s3://bucket/prefix; makes the S3Bucket block "coursewright"
    COURSEWRIGHT_OPENAI_KEY           makes the Secret block "openai"; not needed where runs have the key
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from os import environ
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, WorkPoolCreate
from prefect.exceptions import ObjectNotFound

from deployments.automations import make_automations
from deployments.blocks import make_blocks
from deployments.pool_templates import POOL_DESCRIPTION, SetUpError, job_template
from tasks.limits import BATCH_TAG, DEFAULT_LIMIT
from tasks.token_limits import PICTURES, REQUESTS, TOKENS

WORK_POOL = "coursewright"


async def set_up(settings: Mapping[str, str]) -> list[str]:
    """Make what is missing; gives a line for each thing.

    Raises:
        SetUpError: a setting is wrong; nothing was made.
    """
    template_for = settings.get("COURSEWRIGHT_WORK_POOL_TYPE", "process")
    template = job_template(template_for, settings)
    limits = rate_limits(settings)
    async with get_client() as client:
        said = [await _make_pool(client, template_for, template)]
        tag = GlobalConcurrencyLimitCreate(name=f"tag:{BATCH_TAG}", limit=DEFAULT_LIMIT, active=True)
        for limit in (tag, *limits):
            said.append(await _make_limit(client, limit))
        said += await make_blocks(settings)
        said += await make_automations(client, settings.get("COURSEWRIGHT_NOTIFY", ""))
    return said


def rate_limits(settings: Mapping[str, str]) -> list[GlobalConcurrencyLimitCreate]:
    """The rate limits that the settings call for.

    Prefect admits the limit at once and then the decay every second, which is limit + 60 x decay in the first
    minute. A request larger than the limit would never be admitted, so the limit is the largest request, and
    the decay spreads the rest of the quota over the minute.
    """
    limits = []
    tokens = _number(settings, "COURSEWRIGHT_TOKENS_A_MINUTE")
    if tokens:
        largest = _number(settings, "COURSEWRIGHT_LARGEST_REQUEST") or min(24_000, tokens // 2)
        if largest >= tokens:
            raise SetUpError(
                f"COURSEWRIGHT_LARGEST_REQUEST is {largest:,} tokens, and the quota is {tokens:,} a minute: "
                "a request must be smaller than a minute's quota."
            )
        limits.append(_rate(TOKENS, largest, tokens))
    requests = _number(settings, "COURSEWRIGHT_REQUESTS_A_MINUTE")
    if requests:
        limits.append(_rate(REQUESTS, max(1, requests // 10), requests))
    pictures = _number(settings, "COURSEWRIGHT_PICTURES_A_MINUTE")
    if pictures:
        limits.append(_rate(PICTURES, 1, pictures))
    return limits


def _rate(name: str, limit: int, a_minute: int) -> GlobalConcurrencyLimitCreate:
    decay = max((a_minute - limit) / 60, 1 / 60)
    return GlobalConcurrencyLimitCreate(name=name, limit=limit, active=True, slot_decay_per_second=decay)


def _number(settings: Mapping[str, str], name: str) -> int:
    text = settings.get(name, "").replace(",", "").replace("_", "")
    if not text:
        return 0
    if not text.isdecimal() or int(text) < 1:
        raise SetUpError(f"{name} is {settings[name]!r}; write a whole number of 1 or more.")
    return int(text)


async def _make_pool(client: PrefectClient, kind: str, template: dict[str, Any]) -> str:
    try:
        pool = await client.read_work_pool(WORK_POOL)
        return f"work pool {WORK_POOL}: is there ({pool.type})"
    except ObjectNotFound:
        await client.create_work_pool(
            WorkPoolCreate(
                name=WORK_POOL, type=kind, description=POOL_DESCRIPTION, base_job_template=template
            )
        )
        return f"work pool {WORK_POOL}: made ({kind})"


async def _make_limit(client: PrefectClient, limit: GlobalConcurrencyLimitCreate) -> str:
    try:
        there = await client.read_global_concurrency_limit_by_name(limit.name)
        return f"limit {limit.name}: is there ({there.limit})"
    except ObjectNotFound:
        await client.create_global_concurrency_limit(limit)
        return f"limit {limit.name}: made ({limit.limit})"


def main() -> int:
    """Set up, and say what was done; gives the exit code."""
    try:
        for line in asyncio.run(set_up(environ)):
            print(line)
    except SetUpError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
