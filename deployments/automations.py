"""Prefect automations: who is told what became of a run, and what is done about runs with no process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events import AutomationCore
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from deployments.pool_templates import SetUpError

OWN_TAG = "coursewright"
"""The tag of every deployment in ``prefect.yaml``; other flows on the same server are left alone."""

SILENCE = timedelta(seconds=90)
"""Three heartbeats of 30 s: after that a run's process is taken to be gone."""

_MATCH_RUNS: dict[str, str | list[str]] = {"prefect.resource.id": "prefect.flow-run.*"}
_RELATED: dict[str, str | list[str]] = {
    "prefect.resource.role": "tag",
    "prefect.resource.id": f"prefect.tag.{OWN_TAG}",
}

TOLD = {
    "failure": (
        ("Failed", "Crashed", "TimedOut"),
        "The run itself failed. What is finished is kept: Retry it.",
    ),
    "gaps": (("FinishedWithGaps",), "The book is there, with a page for each item that is missing."),
    "quota": (("StoppedByQuota", "StoppedByCostLimit"), "What is finished is kept; the rest waits."),
    "done": (("Completed",), "The course is complete."),
}
"""What is told, by the automation's name: the names of the states that it is about, and what they mean."""


async def make_automations(client: PrefectClient, block: str) -> list[str]:
    """Make those that are missing; gives a line for each.

    Args:
        block: who is told, as ``type/name`` of a notification block; empty for nobody.

    Raises:
        SetUpError: there is no such block.
    """
    wanted = [crash_silent_runs()]
    if block:
        wanted += notifications(await _find_block(client, block))
    return [await _make(client, automation) for automation in wanted]


def crash_silent_runs() -> AutomationCore:
    """A run that was killed with its worker stays Running for ever unless somebody says that it is not."""
    return AutomationCore(
        name="Coursewright: mark runs as crashed whose process is gone",
        description=f"No heartbeat for {SILENCE.seconds} s. Retry such a run: it does only what is missing.",
        trigger=EventTrigger(
            match=_MATCH_RUNS,
            match_related=_RELATED,
            after={"prefect.flow-run.heartbeat"},
            expect={
                "prefect.flow-run.heartbeat",
                "prefect.flow-run.Completed",
                "prefect.flow-run.Failed",
                "prefect.flow-run.FinishedWithGaps",
                "prefect.flow-run.StoppedByQuota",
                "prefect.flow-run.StoppedByCostLimit",
                "prefect.flow-run.Cancelled",
                "prefect.flow-run.Crashed",
                "prefect.flow-run.Suspended",
                "prefect.flow-run.TimedOut",
            },
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                name="Crashed",
                state=StateType.CRASHED,
                force=False,
                message="Its process is gone: no heartbeat came any more.",
            )
        ],
    )


def notifications(block_document_id: Any) -> list[AutomationCore]:
    """One automation for each kind of end."""
    return [
        AutomationCore(
            name=f"Coursewright: tell of {kind}",
            description=meaning,
            trigger=EventTrigger(
                match=_MATCH_RUNS,
                match_related=_RELATED,
                expect={f"prefect.flow-run.{state}" for state in states},
                posture=Posture.Reactive,
                threshold=1,
                within=timedelta(0),
            ),
            actions=[
                SendNotification(
                    block_document_id=block_document_id,
                    subject="{{ flow_run.name }}: {{ flow_run.state.name }}",
                    body="{{ flow.name }}, run {{ flow_run.name }}: {{ flow_run.state.name }}.\n"
                    "{{ flow_run.state.message }}\n" + meaning + "\n{{ flow_run | ui_url }}",
                )
            ],
        )
        for kind, (states, meaning) in TOLD.items()
    ]


async def _find_block(client: PrefectClient, block: str) -> Any:
    kind, _, name = block.partition("/")
    try:
        return (await client.read_block_document_by_name(name, kind)).id
    except ObjectNotFound as error:
        raise SetUpError(
            f"COURSEWRIGHT_NOTIFY is {block!r}, and this server has no such block. Make it in the UI under "
            "Blocks (Slack Webhook, Custom Webhook, Email, …) and write type and name: slack-webhook/team."
        ) from error


async def _make(client: PrefectClient, automation: AutomationCore) -> str:
    there: Iterable[Any] = await client.read_automations_by_name(automation.name)
    if list(there):
        return f"automation {automation.name!r}: is there"
    await client.create_automation(automation)
    return f"automation {automation.name!r}: made"
