"""The set-up makes what is missing and leaves alone what an operator changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from servers.prefect_server import PrefectServer

from deployments.pool_templates import SetUpError, job_template
from deployments.set_up import WORK_POOL, rate_limits, set_up


@pytest.fixture
def server(prefect_server: PrefectServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrefectServer]:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    monkeypatch.setenv("PREFECT_API_URL", prefect_server.api_url)
    with temporary_settings(
        updates={PREFECT_API_URL: prefect_server.api_url, PREFECT_HOME: str(prefect_server.home)}
    ):
        yield prefect_server
        # The server is shared with other tests. Its SQLite may be busy; Prefect's own client asks again then.
        with get_client(sync_client=True) as client:
            for one in client.read_automations():
                client.delete_automation(one.id)
            with suppress(ObjectNotFound):
                client.delete_work_pool(WORK_POOL)


@pytest.mark.prefect
def test_what_an_operator_changed_stays(server: PrefectServer) -> None:
    asyncio.run(set_up({}))
    with server.client as client:
        limit = client.get("v2/concurrency_limits/tag:lesson-batch").json()
        client.patch("v2/concurrency_limits/tag:lesson-batch", json={"limit": 5}).raise_for_status()
        client.patch(f"work_pools/{WORK_POOL}", json={"description": "Mine.", "is_paused": True})
        automations = client.post("automations/filter", json={}).json()
        assert len(automations) == 1
        client.patch(f"automations/{automations[0]['id']}", json={"enabled": False}).raise_for_status()

        assert all("is there" in line for line in asyncio.run(set_up({})))

        pool = client.get(f"work_pools/{WORK_POOL}").json()
        assert (pool["description"], pool["is_paused"]) == ("Mine.", True)
        assert client.get("v2/concurrency_limits/tag:lesson-batch").json()["limit"] == 5
        after = client.post("automations/filter", json={}).json()
        assert [(one["id"], one["enabled"]) for one in after] == [(automations[0]["id"], False)]
        client.patch("v2/concurrency_limits/tag:lesson-batch", json={"limit": limit["limit"]})


@pytest.mark.prefect
def test_notifications_go_to_the_named_block_once(server: PrefectServer) -> None:
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    CustomWebhookNotificationBlock(name="ops", url="http://127.0.0.1:9/", method="POST").save(  # type: ignore[union-attr]
        "ops", overwrite=True
    )
    settings = {"COURSEWRIGHT_NOTIFY": "custom-webhook/ops"}
    said = [line for line in asyncio.run(set_up(settings)) if "tell of" in line]
    assert len(said) == 4
    assert all(line.endswith("made") for line in said)
    again = [line for line in asyncio.run(set_up(settings)) if "tell of" in line]
    assert all(line.endswith("is there") for line in again)
    with server.client as client:
        automations = client.post("automations/filter", json={}).json()
        expected = {event for one in automations for event in one["trigger"]["expect"]}
        assert {
            "prefect.flow-run.Failed",
            "prefect.flow-run.FinishedWithGaps",
            "prefect.flow-run.StoppedByQuota",
            "prefect.flow-run.Completed",
        } <= expected


@pytest.mark.prefect
def test_a_notification_block_that_is_missing_is_named(server: PrefectServer) -> None:
    with pytest.raises(SetUpError, match="'slack-webhook/nobody', and this server has no such block"):
        asyncio.run(set_up({"COURSEWRIGHT_NOTIFY": "slack-webhook/nobody"}))


@pytest.mark.prefect
def test_blocks_are_made_from_what_is_given_and_tell_no_secret(server: PrefectServer) -> None:
    settings = {
        "COURSEWRIGHT_S3_BLOCK": "s3://courses-of-a-test/all",
        "COURSEWRIGHT_OPENAI_KEY": "key-that-nobody-may-see",
    }
    said = "\n".join([*asyncio.run(set_up(settings)), *asyncio.run(set_up(settings))])
    assert "block s3-bucket/coursewright: made" in said
    assert "block secret/openai: made" in said
    assert "block secret/openai: is there" in said
    assert "nobody-may-see" not in said
    from prefect.blocks.system import Secret

    assert Secret.load("openai").get() == "key-that-nobody-may-see"  # type: ignore[union-attr]


def test_a_quota_of_tokens_is_spread_over_the_minute() -> None:
    (limit,) = rate_limits(
        {"COURSEWRIGHT_TOKENS_A_MINUTE": "160,000", "COURSEWRIGHT_LARGEST_REQUEST": "16000"}
    )
    assert limit.limit == 16_000
    assert limit.slot_decay_per_second == pytest.approx(2_400)
    admitted_in_the_first_minute = limit.limit + 60 * limit.slot_decay_per_second
    assert admitted_in_the_first_minute == 160_000


def test_a_quota_of_pictures_lets_one_through_at_once() -> None:
    (limit,) = rate_limits({"COURSEWRIGHT_PICTURES_A_MINUTE": "5"})
    assert (limit.name, limit.limit) == ("coursewright-pictures", 1)
    assert limit.slot_decay_per_second == pytest.approx(4 / 60)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"COURSEWRIGHT_TOKENS_A_MINUTE": "many"},
            "COURSEWRIGHT_TOKENS_A_MINUTE is 'many'; write a whole number",
        ),
        (
            {"COURSEWRIGHT_TOKENS_A_MINUTE": "9000", "COURSEWRIGHT_LARGEST_REQUEST": "9000"},
            "a request must be smaller than a minute's quota",
        ),
    ],
)
def test_a_quota_that_cannot_be_is_refused(settings: dict[str, str], said: str) -> None:
    with pytest.raises(SetUpError, match=said):
        rate_limits(settings)


def test_an_ecs_pool_needs_what_the_stack_put_out() -> None:
    with pytest.raises(SetUpError, match="An ecs work pool needs COURSEWRIGHT_ECS_TASK_DEFINITION"):
        job_template("ecs", {})
    with pytest.raises(SetUpError, match="choose process or ecs"):
        job_template("kubernetes", {})


def test_an_ecs_pool_starts_the_stacks_task() -> None:
    template = job_template(
        "ecs",
        {
            "COURSEWRIGHT_ECS_TASK_DEFINITION": "arn:aws:ecs:eu-west-1:1:task-definition/coursewright-run:3",
            "COURSEWRIGHT_ECS_CLUSTER": "cluster",
            "COURSEWRIGHT_ECS_SUBNETS": "subnet-a,subnet-b",
            "COURSEWRIGHT_ECS_SECURITY_GROUPS": "sg-1",
        },
    )
    values = {name: one.get("default") for name, one in template["variables"]["properties"].items()}
    assert values["task_definition_arn"].endswith("coursewright-run:3")
    assert values["network_configuration"]["subnets"] == ["subnet-a", "subnet-b"]
    assert values["container_name"] == "coursewright"
