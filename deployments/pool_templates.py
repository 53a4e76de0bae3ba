"""The work pool's job template: where and as what a flow run is started."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from coursewright.errors import SettingsError

POOL_DESCRIPTION = "Runs courses. Pause it to start no further runs; what runs goes on."

CONTAINER = "coursewright"
"""The container's name in the task definition of ``deployments/aws/stack.yaml``."""


class SetUpError(SettingsError):
    """A setting of the set-up is wrong or missing."""


def job_template(kind: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """The base job template for a work pool of this kind.

    Raises:
        SetUpError: the kind is unknown, or what it needs is not set.
    """
    if kind == "process":
        from prefect.workers.process import ProcessWorker

        return copy.deepcopy(ProcessWorker.get_default_base_job_template())
    if kind == "ecs":
        return _ecs_template(settings)
    raise SetUpError(f"COURSEWRIGHT_WORK_POOL_TYPE is {kind!r}; choose process or ecs.")


def _ecs_template(settings: Mapping[str, str]) -> dict[str, Any]:
    """ECS's template with the stack's task definition, so that a worker needs no right to register others."""
    from prefect_aws.workers import ECSWorker

    needed = {
        "task_definition_arn": _needed(settings, "COURSEWRIGHT_ECS_TASK_DEFINITION"),
        "cluster": _needed(settings, "COURSEWRIGHT_ECS_CLUSTER"),
        "container_name": CONTAINER,
        "launch_type": "FARGATE",
        "network_configuration": {
            "subnets": _needed(settings, "COURSEWRIGHT_ECS_SUBNETS").split(","),
            "securityGroups": _needed(settings, "COURSEWRIGHT_ECS_SECURITY_GROUPS").split(","),
            "assignPublicIp": "ENABLED",
        },
    }
    template: dict[str, Any] = copy.deepcopy(ECSWorker.get_default_base_job_template())
    properties = template["variables"]["properties"]
    for name, value in needed.items():
        properties[name]["default"] = value
    return template


def _needed(settings: Mapping[str, str], name: str) -> str:
    value = settings.get(name, "").strip()
    if not value:
        raise SetUpError(f"An ecs work pool needs {name}; the stack's outputs have it (docs/aws.md).")
    return value
