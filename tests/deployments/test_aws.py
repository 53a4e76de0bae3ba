"""The AWS stack, the image and the compose file, held to the rules of their kinds and to least privilege."""

from __future__ import annotations

import fnmatch
import functools
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.pool_templates import CONTAINER, job_template
from deployments.run_folder import ROOT
from deployments.up import RUN_SETTINGS, SERVER_SETTINGS

STACK = ROOT / "deployments" / "aws" / "stack.yaml"
COMPOSE = ROOT / "deployments" / "compose.yaml"
DOCKERFILE = ROOT / "deployments" / "Dockerfile"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0"


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@functools.cache
def load_stack() -> dict[str, Any]:
    """The template, with each intrinsic function as a mapping of its name."""

    class Loader(yaml.SafeLoader):
        pass

    def read(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return {tag: loader.construct_scalar(node)}
        if isinstance(node, yaml.SequenceNode):
            return {tag: loader.construct_sequence(node, deep=True)}
        return {tag: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]

    Loader.add_multi_constructor("!", read)
    return dict(yaml.load(STACK.read_text("utf-8"), Loader))


def container(task: str) -> dict[str, Any]:
    return dict(load_stack()["Resources"][task]["Properties"]["ContainerDefinitions"][0])


def environment(task: str) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in container(task)["Environment"]}


def test_cfn_lint_finds_nothing() -> None:
    done = subprocess.run([tool("cfn-lint"), str(STACK)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([tool("hadolint"), str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_image_runs_without_rights_and_from_the_lock() -> None:
    text = DOCKERFILE.read_text("utf-8")
    final = text[text.rindex("\nFROM ") :]
    assert "\nUSER 10001\n" in final
    assert "--require-hashes" in text
    for line in text.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), f"{source} is not in the clone"
    allowed = (DOCKERFILE.with_name("Dockerfile.dockerignore")).read_text("utf-8").splitlines()
    assert allowed[0] == "*", "nothing gets into the image unless it is named"


def test_every_server_is_set_alike() -> None:
    compose = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    for where in (environment("ServerTask"), compose["server"]["environment"]):
        assert {name: str(where.get(name)) for name in SERVER_SETTINGS} == SERVER_SETTINGS
    for where in (environment("RunTask"), compose["worker"]["environment"]):
        assert {name: str(where.get(name)) for name in RUN_SETTINGS} == RUN_SETTINGS


def test_leases_and_database_outlive_the_server() -> None:
    server = container("ServerTask")
    home = environment("ServerTask")["PREFECT_HOME"]
    assert [one["ContainerPath"] for one in server["MountPoints"]] == [home]
    assert "filesystem" in environment("ServerTask")["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"]
    assert environment("ServerTask")["PREFECT_SERVER_DATABASE_DRIVER"].startswith("postgresql")
    compose = yaml.safe_load(COMPOSE.read_text("utf-8"))
    assert "server:/var/lib/prefect" in compose["services"]["server"]["volumes"]


def test_secrets_come_from_secrets_manager_and_stand_in_no_environment() -> None:
    stack = load_stack()
    for task in ("ServerTask", "WorkerTask", "RunTask"):
        assert not [name for name in environment(task) if "PASSWORD" in name or "KEY" in name]
    assert [one["Name"] for one in container("ServerTask")["Secrets"]] == ["PREFECT_SERVER_DATABASE_PASSWORD"]
    assert stack["Parameters"]["OpenAiKey"]["NoEcho"] is True
    assert stack["Resources"]["Database"]["Properties"]["PubliclyAccessible"] is False


def test_the_pool_starts_the_stacks_container() -> None:
    assert container("RunTask")["Name"] == CONTAINER
    wanted = {
        value["Description"]: "x"
        for value in load_stack()["Outputs"].values()
        if str(value.get("Description", "")).startswith("COURSEWRIGHT_")
    }
    assert job_template("ecs", wanted), "the outputs name every setting that an ecs pool needs"


def test_compose_opens_nothing_to_the_network() -> None:
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    ports = [port for one in services.values() for port in one.get("ports", [])]
    assert ports
    assert all(str(port).startswith("127.0.0.1:") for port in ports)
    assert ":?" in services["database"]["environment"]["POSTGRES_PASSWORD"], "there is no default password"


# Policies, as the stack gives them: what it refers to is put in, then `allows` weighs the statements. (moto
# weighs neither resources nor conditions.)

NAMES = {"CoursePrefix": "courses", "OutlinePrefix": "outlines", "BedrockModels": [MODEL]}
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}
ACCOUNT = "arn:aws:ecs:eu-west-1:123456789012"


def arn_of(logical: str) -> str:
    kind = load_stack()["Resources"][logical]["Type"]
    if kind == "AWS::S3::Bucket":
        return f"arn:aws:s3:::{logical}"
    if kind == "AWS::ECS::Cluster":
        return f"{ACCOUNT}:cluster/{logical}"
    return f"arn:aws:{kind.split('::')[1].lower()}:eu-west-1:123456789012:{logical}"


def resolve(value: Any) -> Any:
    """A part of the template with what it refers to put in."""
    if isinstance(value, list):
        resolved = [resolve(one) for one in value]
        return [one for one in resolved if one is not None]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": name}:
            resource = load_stack()["Resources"].get(name, {}).get("Type", "")
            known = NAMES.get(name, PSEUDO.get(name, name))
            return arn_of(name) if resource == "AWS::SecretsManager::Secret" else known
        case {"GetAtt": name}:
            return arn_of(name.partition(".")[0])
        case {"Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _insert(found[1]), text)
        case {"If": [_, given, _]}:
            return resolve(given)
    return {key: resolve(one) for key, one in value.items()}


def _insert(name: str) -> str:
    return arn_of(name.partition(".")[0]) if name.endswith(".Arn") else str(resolve({"Ref": name}))


@pytest.fixture(scope="module")
def policies() -> dict[str, list[dict[str, Any]]]:
    """The statements of each role, by the role's name in the template."""
    resources = load_stack()["Resources"]
    found = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            own = resolve(resource["Properties"].get("Policies", []))
            attached = [
                resolve(resources[one["Ref"]]["Properties"]["PolicyDocument"])
                for one in resource["Properties"].get("ManagedPolicyArns", [])
            ]
            documents = [*(one["PolicyDocument"] for one in own), *attached]
            found[name] = [statement for document in documents for statement in document["Statement"]]
    return found


def allows(statements: list[dict[str, Any]], action: str, resource: str, **context: str) -> bool:
    """Whether any statement allows this; conditions of StringLike, StringEquals and ArnEquals are weighed."""
    return any(
        statement["Effect"] == "Allow"
        and any(fnmatch.fnmatchcase(action, one) for one in _listed(statement["Action"]))
        and any(fnmatch.fnmatchcase(resource, one) for one in _listed(statement["Resource"]))
        and all(
            any(fnmatch.fnmatchcase(context.get(key.replace(":", "_"), ""), one) for one in _listed(wanted))
            for test in statement.get("Condition", {}).values()
            for key, wanted in test.items()
        )
        for statement in statements
    )


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def test_a_run_reaches_its_prefix_and_its_models_and_nothing_else(policies: dict[str, Any]) -> None:
    run, bucket = policies["RunRole"], arn_of("Bucket")
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert allows(run, action, f"{bucket}/courses/web-basics/project.json")
        assert not allows(run, action, f"{bucket}/other/project.json")
        assert not allows(run, action, "arn:aws:s3:::another-bucket/courses/x")
    assert allows(run, "s3:GetObject", f"{bucket}/outlines/web-basics.yaml")
    assert not allows(run, "s3:PutObject", f"{bucket}/outlines/web-basics.yaml")
    assert allows(run, "s3:ListBucket", bucket, s3_prefix="courses/web-basics/")
    assert not allows(run, "s3:ListBucket", bucket, s3_prefix="")
    assert allows(run, "bedrock:InvokeModel", MODEL)
    assert not allows(run, "bedrock:InvokeModel", MODEL.replace("claude-sonnet-4", "claude-opus-4"))
    for action in ("s3:DeleteBucket", "iam:PassRole", "ecs:RunTask", "secretsmanager:GetSecretValue",
                   "bedrock:CreateModelCustomizationJob"):  # fmt: skip
        assert not allows(run, action, f"{bucket}/courses/x")
        assert not allows(run, action, "*")


def test_a_worker_starts_only_runs(policies: dict[str, Any]) -> None:
    worker, cluster = policies["WorkerRole"], arn_of("Cluster")
    run = f"{ACCOUNT}:task-definition/coursewright-run:7"
    assert allows(worker, "ecs:RunTask", run, ecs_cluster=cluster)
    assert not allows(worker, "ecs:RunTask", run.replace("-run", "-server"), ecs_cluster=cluster)
    assert not allows(worker, "ecs:RunTask", run, ecs_cluster=f"{ACCOUNT}:cluster/another")
    tasks = "ecs-tasks.amazonaws.com"
    assert allows(worker, "iam:PassRole", arn_of("RunRole"), iam_PassedToService=tasks)
    assert not allows(worker, "iam:PassRole", arn_of("RunRole"), iam_PassedToService="ec2.amazonaws.com")
    assert not allows(worker, "iam:PassRole", arn_of("ServerRole"), iam_PassedToService=tasks)
    assert allows(worker, "ecs:StopTask", f"{ACCOUNT}:task/Cluster/0123")
    assert not allows(worker, "ecs:StopTask", f"{ACCOUNT}:task/another/0123")
    assert not allows(worker, "s3:GetObject", "arn:aws:s3:::any/thing")
    assert not allows(worker, "bedrock:InvokeModel", MODEL)


def test_only_who_needs_a_secret_may_read_it(policies: dict[str, Any]) -> None:
    def holders(secret: str) -> set[str]:
        read = ("secretsmanager:GetSecretValue", arn_of(secret))
        return {role for role, statements in policies.items() if allows(statements, *read)}

    assert holders("DatabaseSecret") == {"ServerExecutionRole"}
    assert holders("OpenAiSecret") == {"RunExecutionRole"}


def test_no_role_has_a_wildcard_where_a_resource_can_be_named(policies: dict[str, Any]) -> None:
    unnamed = {"ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"}
    for role, statements in policies.items():
        for statement in statements:
            actions = set(_listed(statement["Action"]))
            assert not any(action.endswith("*") for action in actions), role
            if "*" in _listed(statement["Resource"]):
                assert actions <= unnamed or all(one.startswith("ssmmessages:") for one in actions), role


def test_the_page_says_what_could_not_be_run() -> None:
    assert "has not been run" in (ROOT / "docs" / "aws.md").read_text("utf-8")
