"""`prefect.yaml` says what is true: its entrypoints load, its parameters exist, and it is the only list."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import yaml

from deployments.run_folder import ROOT
from deployments.set_up import WORK_POOL

FILE = ROOT / "prefect.yaml"


def deployments() -> list[dict[str, Any]]:
    return list(yaml.safe_load(FILE.read_text("utf-8"))["deployments"])


@pytest.fixture(params=deployments(), ids=lambda one: one["name"])
def deployment(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def load_flow(deployment: dict[str, Any]) -> Any:
    from prefect.flows import load_flow_from_entrypoint

    return load_flow_from_entrypoint(str(ROOT / deployment["entrypoint"]), use_placeholder_flow=False)


def test_its_entrypoint_loads_and_bears_its_name(deployment: dict[str, Any]) -> None:
    assert load_flow(deployment).name == deployment["name"]


def test_its_flow_describes_itself_and_each_parameter(deployment: dict[str, Any]) -> None:
    from prefect.utilities.callables import parameter_schema

    flow = load_flow(deployment)
    assert flow.description
    for name, told in parameter_schema(flow).properties.items():
        assert told.get("description"), f"{deployment['name']} does not explain {name}"


def test_its_parameters_are_the_flows(deployment: dict[str, Any]) -> None:
    given = deployment.get("parameters", {})
    assert set(given) <= set(inspect.signature(load_flow(deployment).fn).parameters)
    for value in given.values():
        if str(value).startswith("examples/"):
            assert (ROOT / value).is_file()


def test_it_goes_to_the_pool_that_the_set_up_makes(deployment: dict[str, Any]) -> None:
    assert deployment["work_pool"] == {"name": WORK_POOL}
    assert "coursewright" in deployment["tags"]
    assert deployment["pull"] == [
        {"prefect.deployments.steps.set_working_directory": {"directory": "{{ $PWD }}"}}
    ]


def test_the_version_of_prefect_is_the_locked_one() -> None:
    wanted = yaml.safe_load(FILE.read_text("utf-8"))["prefect-version"]
    assert f"\nprefect=={wanted} " in (ROOT / "requirements.lock").read_text("utf-8")


def test_there_is_no_second_list_of_deployments() -> None:
    for folder in ("flows", "tasks", "deployments", "coursewright"):
        for file in (ROOT / folder).rglob("*.py"):
            found = re.search(r"\.(deploy|serve|to_deployment)\(", file.read_text("utf-8"))
            assert found is None, f"{file} deploys by itself"
    assert [path.name for path in ROOT.glob("*prefect*.y*ml")] == ["prefect.yaml"]
