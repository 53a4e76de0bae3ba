import json
from typing import Any

import pytest
from botocore import exceptions
from servers.bedrock_server import BedrockServer
from servers.faults import Fault, Faults

from coursewright.errors import (
    BadCredentials,
    ContentRefused,
    ModelServerFault,
    QuotaExhausted,
    SettingsError,
)
from coursewright.models.base import Message, Request
from coursewright.models.bedrock import BedrockWire, model_id
from coursewright.models.bedrock_errors import to_connection_error
from coursewright.models.refusals import Advice
from coursewright.models.settings import ModelSettings

from .conftest import Start, ask_for

pytestmark = pytest.mark.wire

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
CLAUDE = "bedrock:us.anthropic.claude-sonnet-4-20250514-v1:0"
LLAMA = "bedrock:meta.llama3-1-70b-instruct-v1:0"


def bodies(trial: Any) -> list[dict[str, Any]]:
    return [call.body for call in trial.server.calls]


def test_the_request_is_converses(start: Start) -> None:
    trial = start("bedrock", model=LLAMA, temperature=0.3, guardrail_id="gr-1", guardrail_version="2")
    trial.model.ask(ask_for(project="git-basics"))
    assert trial.server.calls[0].model == "meta.llama3-1-70b-instruct-v1:0"
    assert bodies(trial) == [
        {
            "system": [{"text": "You write courses."}],
            "messages": [{"role": "user", "content": [{"text": "Write the lesson."}]}],
            "inferenceConfig": {"maxTokens": 1000, "temperature": 0.3},
            "requestMetadata": {"item": "lesson/01-02", "project": "git-basics"},
            "guardrailConfig": {"guardrailIdentifier": "gr-1", "guardrailVersion": "2"},
        }
    ]
    assert trial.server.entries[0].project == "git-basics"


@pytest.mark.parametrize(
    ("model", "profile", "asked"),
    [
        ("amazon.nova-pro-v1:0", None, "amazon.nova-pro-v1:0"),
        ("amazon.nova-pro-v1:0", "eu", "eu.amazon.nova-pro-v1:0"),
        ("eu.amazon.nova-pro-v1:0", "eu", "eu.amazon.nova-pro-v1:0"),
        ("amazon.nova-pro-v1:0", "us-gov", "us-gov.amazon.nova-pro-v1:0"),
        ("amazon.nova-pro-v1:0", "global", "global.amazon.nova-pro-v1:0"),
        ("amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0"),
        (
            "x",
            "arn:aws:bedrock:us-east-1:1:inference-profile/p",
            "arn:aws:bedrock:us-east-1:1:inference-profile/p",
        ),
    ],
)
def test_an_inference_profile_is_a_setting_and_not_the_models_name(
    model: str, profile: str | None, asked: str
) -> None:
    assert model_id(model, profile) == asked


def test_a_profile_is_asked_and_the_model_signs(start: Start) -> None:
    trial = start(
        "bedrock", inference_profile="arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.p"
    )
    reply = trial.model.ask(ask_for())
    assert trial.server.calls[0].model.endswith("inference-profile/eu.p")
    assert reply.model == "bedrock:amazon.nova-pro-v1:0"
    assert (reply.cost or 0) > 0


def test_neighbouring_turns_of_one_role_are_put_together(start: Start) -> None:
    turns = (Message("user", "a"), Message("user", "b"), Message("assistant", "c"), Message("user", "d"))
    trial = start("bedrock", model=LLAMA)
    trial.model.ask(Request("lesson/01-02", turns, 100))
    messages = bodies(trial)[0]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert messages[0]["content"] == [{"text": "a"}, {"text": "b"}]


@pytest.mark.parametrize(
    ("model", "caches"), [(CLAUDE, True), ("bedrock:amazon.nova-pro-v1:0", True), (LLAMA, False)]
)
def test_a_cache_point_stands_after_what_many_requests_share(start: Start, model: str, caches: bool) -> None:
    turns = (Message("system", "rules", cacheable=True), Message("user", "course", cacheable=True))
    trial = start("bedrock", model=model)
    trial.model.ask(Request("lesson/01-02", (*turns, Message("user", "lesson")), 100))
    body = bodies(trial)[0]
    point = [{"cachePoint": {"type": "default"}}] if caches else []
    assert body["system"] == [{"text": "rules"}, *point]
    assert body["messages"][0]["content"] == [{"text": "course"}, *point, {"text": "lesson"}]


def test_no_more_cache_points_are_set_than_are_allowed(start: Start) -> None:
    turns = tuple(Message("user", str(index), cacheable=True) for index in range(9))
    trial = start("bedrock", model=CLAUDE)
    trial.model.ask(Request("lesson/01-02", turns, 100))
    assert json.dumps(bodies(trial)[0]).count("cachePoint") == 4


def test_cached_tokens_count_as_input(start: Start) -> None:
    trial = start("bedrock", {"cached_tokens": 500, "cache_written_tokens": 200})
    usage = trial.model.ask(ask_for(text="x" * 8000)).usage
    assert usage.input == trial.server.calls[0].input_tokens
    assert (usage.cached, usage.cache_written) == (500, 200)


def test_json_is_asked_for_as_a_tools_input(start: Start) -> None:
    trial = start("bedrock", {"answer": lambda _: '{"title": "Git"}'}, model=CLAUDE)
    reply = trial.model.ask(ask_for(json_schema=SCHEMA))
    assert json.loads(reply.text) == {"title": "Git"}
    assert reply.stop == "end"
    assert bodies(trial)[0]["toolConfig"]["toolChoice"] == {"tool": {"name": "reply"}}


@pytest.mark.parametrize(
    ("refuses", "requests"),
    [({"toolChoice"}, 2), ({"toolChoice", "tools"}, 3), ({"cachePoint"}, 2), ({"temperature"}, 2)],
)
def test_what_a_model_does_not_take_is_learnt_once(start: Start, refuses: set[str], requests: int) -> None:
    trial = start("bedrock", {"refuses": refuses, "answer": lambda _: '{"title": "Git"}'}, model=CLAUDE)
    turns = (Message("system", "rules", cacheable=True), Message("user", "lesson"))
    request = Request("lesson/01-02", turns, 100, temperature=0.5, json_schema=SCHEMA)
    replies = [trial.model.ask(request) for _ in range(2)]
    assert [reply.requests for reply in replies] == [requests, 1]
    assert json.loads(replies[1].text) == {"title": "Git"}
    assert trial.waits == []
    said_in_words = '"required": ["title"]' in trial.server.calls[-1].prompt
    assert said_in_words == ("tools" in refuses)


def test_a_model_that_answers_in_text_instead_of_the_tool_is_read_all_the_same(start: Start) -> None:
    trial = start("bedrock", {"answer": lambda _: "Sure: {}"}, model=CLAUDE)
    assert trial.model.ask(ask_for(json_schema=SCHEMA)).text == "Sure: {}"


def test_a_lower_ceiling_is_learnt_once(start: Start) -> None:
    trial = start("bedrock", {"ceiling": 4096})
    assert [trial.model.ask(ask_for(max_output_tokens=9000)).requests for _ in range(2)] == [2, 1]
    assert trial.model.max_output_tokens == 4096


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, ModelServerFault),
        ({"output": {}}, ModelServerFault),
        (
            {"output": {"message": {"content": [{"text": "x"}]}}, "stopReason": "guardrail_intervened"},
            ContentRefused,
        ),
        ({"output": {"message": {"content": []}}, "stopReason": "content_filtered"}, ContentRefused),
        ({"output": {"message": {"content": []}}, "stopReason": "malformed_tool_use"}, ModelServerFault),
    ],
)
def test_answers_that_are_none(start: Start, answer: dict[str, Any], error: type[Exception]) -> None:
    trial = start("bedrock")
    trial.server.write_answer = lambda *_: json.dumps(answer).encode()  # type: ignore[method-assign]
    with pytest.raises(error):
        trial.model.ask(ask_for())


@pytest.mark.parametrize(
    ("content", "reason", "text", "stop"),
    [
        ([{"text": "a"}, {"text": "b"}], "end_turn", "ab", "end"),
        ([{"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "a"}], "end_turn", "a", "end"),
        ([{"text": "a"}], "max_tokens", "a", "length"),
        ([{"text": "a"}], "model_context_window_exceeded", "a", "length"),
        ([], "end_turn", "", "end"),
    ],
)
def test_answers_are_read_block_by_block(
    start: Start, content: list[Any], reason: str, text: str, stop: str
) -> None:
    trial = start("bedrock")
    answer = {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": reason}
    trial.server.write_answer = lambda *_: json.dumps(answer).encode()  # type: ignore[method-assign]
    reply = trial.model.ask(ask_for())
    assert (reply.text, reply.stop) == (text, stop)


@pytest.mark.parametrize("status", [408, 424, 429, 500, 503])
def test_boto_asks_no_second_time_whatever_the_status(start: Start, status: int) -> None:
    trial = start("bedrock", {"faults": Faults(Fault("server-error", status=status))})
    with pytest.raises(Exception, match="Asked 6 times"):
        trial.model.ask(ask_for())
    assert len(trial.server.calls) == 6


def test_a_bare_status_is_told_by_the_status(start: Start) -> None:
    trial = start("bedrock", {"faults": Faults(Fault("server-error", status=529))})
    with pytest.raises(ModelServerFault, match="status 529"):
        trial.model.ask(ask_for())


def test_too_many_tokens_per_day_is_final_and_says_what_to_do(start: Start) -> None:
    trial = start("bedrock", {"faults": Faults(Fault("daily-quota"))})
    with pytest.raises(QuotaExhausted, match=r"Too many tokens per day.*name a second model") as raised:
        trial.model.ask(ask_for())
    assert raised.value.resets_at is None


def test_expired_credentials_are_told_as_such(start: Start) -> None:
    trial = start("bedrock", {"faults": Faults(Fault("bad-key"))})
    with pytest.raises(BadCredentials, match="aws sts get-caller-identity"):
        trial.model.ask(ask_for())


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))


@pytest.mark.usefixtures("no_credentials")
def test_missing_credentials_are_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match=r"bedrock:amazon\.nova-pro-v1:0 needs AWS credentials"):
        BedrockWire("amazon.nova-pro-v1:0", ModelSettings())


@pytest.mark.usefixtures("no_credentials")
def test_a_key_of_bedrocks_own_is_as_good_as_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    with BedrockServer(lambda _: "A lesson.") as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "key-for-loopback")
        wire = BedrockWire("amazon.nova-pro-v1:0", ModelSettings())
        assert wire.ask_once(ask_for()).text == "A lesson."
        wire.close()
        assert server.calls[0].headers["authorization"] == "Bearer key-for-loopback"


def test_credentials_that_cannot_be_renewed_are_told_as_such() -> None:
    error = exceptions.CredentialRetrievalError(provider="sso", error_msg="the token has expired")
    told = to_connection_error(error, "bedrock:nova", Advice("Log in again.", "Check the id."), 600)
    assert isinstance(told, BadCredentials)
    assert "the token has expired" in str(told)
    assert "Log in again." in str(told)


def test_a_profile_that_there_is_none_of_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with pytest.raises(SettingsError, match="no-such-profile"):
        BedrockWire("amazon.nova-pro-v1:0", ModelSettings())


def test_the_region_is_the_settings_then_awss_then_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-for-loopback")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-for-loopback")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    def region(settings: ModelSettings) -> str:
        wire = BedrockWire("amazon.nova-pro-v1:0", settings)
        try:
            return str(wire._client.meta.region_name)
        finally:
            wire.close()

    assert region(ModelSettings(region="eu-central-1")) == "eu-central-1"
    assert region(ModelSettings()) == "eu-west-1"
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert region(ModelSettings(bedrock_region="us-west-2")) == "us-west-2"
