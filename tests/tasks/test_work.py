"""Credentials of models come from blocks by their names, and reach the wire; none is a parameter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from servers.bedrock_server import BedrockServer
from servers.openai_server import OpenAIServer
from servers.prefect_server import PrefectServer

from coursewright.errors import SettingsError
from coursewright.models.base import Message, Request
from tasks.work import open_chains

pytestmark = pytest.mark.prefect

REQUEST = Request("lesson/01-01", (Message("user", "Write."),), 500)
KEY = "key-from-a-block-7d1f"


@pytest.fixture
def blocks(prefect_server: PrefectServer) -> Iterator[None]:
    """A Secret and an AwsCredentials block on the session's server."""
    from prefect.blocks.system import Secret
    from prefect.settings import PREFECT_API_URL, temporary_settings
    from prefect_aws import AwsCredentials

    with temporary_settings(updates={PREFECT_API_URL: prefect_server.api_url}):
        asyncio.run(Secret(value=KEY).asave("model-key", overwrite=True))
        aws = AwsCredentials(
            aws_access_key_id="AKIDFROMABLOCK", aws_secret_access_key="from-a-block", region_name="eu-west-1"
        )
        asyncio.run(aws.asave("model-aws", overwrite=True))
        yield


def test_a_secret_block_holds_the_key_of_an_openai_compatible_provider(
    blocks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIServer(lambda _: "text", api_key=KEY) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "another-key")
        with asyncio.run(open_chains({"openai_secret": "model-key"})) as chains:
            assert chains.open(("openai:gpt-4o",)).ask(REQUEST).text == "text"


def test_an_aws_credentials_block_signs_bedrocks_requests(
    blocks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BedrockServer(lambda _: "text") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        with asyncio.run(open_chains({"aws_credentials": "model-aws"})) as chains:
            assert chains.open(("bedrock",)).ask(REQUEST).text == "text"
        signature = server.calls[0].headers["authorization"]
    assert "Credential=AKIDFROMABLOCK/" in signature
    assert "/eu-west-1/bedrock/" in signature


@pytest.mark.parametrize("access", [{"openai_secret": "no-such"}, {"aws_credentials": "no-such"}])
def test_a_block_that_there_is_not_is_named_with_what_to_do(blocks: None, access: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"'no-such'.*[Mm]ake it"):
        asyncio.run(open_chains(access))


def test_what_the_environment_sets_about_models_reaches_a_run(
    prefect_server: PrefectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setenv("COURSEWRIGHT_OLLAMA_CONTEXT", "32768")
    with (
        temporary_settings(updates={PREFECT_API_URL: prefect_server.api_url}),
        asyncio.run(open_chains({})) as chains,
    ):
        assert chains.open(("ollama:any",)).context_tokens == 32_768
