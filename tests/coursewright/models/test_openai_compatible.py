import json
from typing import Any

import pytest
from servers.faults import Fault, Faults
from servers.openai_server import OpenAIServer

from coursewright.errors import (
    BadCredentials,
    ContentRefused,
    ModelError,
    ModelServerFault,
    ModelUnreachable,
    QuotaExhausted,
    RequestRefused,
    SettingsError,
    Throttled,
)
from coursewright.models.chat_completion import parse_body, read_completion
from coursewright.models.openai_compatible import OpenAIWire
from coursewright.models.settings import Credentials, ModelSettings

from .conftest import Start, ask_for

pytestmark = pytest.mark.wire

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


def bodies(trial: Any) -> list[dict[str, Any]]:
    return [call.body for call in trial.server.calls]


def test_the_request_is_what_servers_of_the_protocol_take(start: Start) -> None:
    trial = start("openai", model="openai:qwen3:32b", temperature=0.3)
    trial.model.ask(ask_for(seed=7))
    assert bodies(trial) == [
        {
            "model": "qwen3:32b",
            "messages": [
                {"role": "system", "content": "You write courses."},
                {"role": "user", "content": "Write the lesson."},
            ],
            "max_tokens": 1000,
            "temperature": 0.3,
            "seed": 7,
        }
    ]
    assert trial.server.calls[0].path == "/v1/chat/completions"


def test_openai_itself_is_asked_with_its_own_parameter_for_the_limit() -> None:
    wire = OpenAIWire("o4-mini", ModelSettings(environment={"OPENAI_API_KEY": "key"}))
    assert wire._write_parameters(ask_for(), frozenset())["max_completion_tokens"] == 1000


def test_what_the_request_says_goes_before_the_settings(start: Start) -> None:
    trial = start("openai", temperature=0.3, seed=1)
    trial.model.ask(ask_for(temperature=0.9, seed=2))
    assert (bodies(trial)[0]["temperature"], bodies(trial)[0]["seed"]) == (0.9, 2)


@pytest.mark.parametrize(
    "refused", [{"max_tokens"}, {"temperature"}, {"seed"}, {"max_tokens", "temperature", "seed"}]
)
def test_a_parameter_that_is_refused_is_learnt_once(start: Start, refused: set[str]) -> None:
    trial = start("openai", {"refuses": refused})
    replies = [trial.model.ask(ask_for(temperature=0.5, seed=1)) for _ in range(3)]
    assert [reply.requests for reply in replies] == [1 + len(refused), 1, 1]
    assert trial.waits == []
    last = bodies(trial)[-1]
    assert refused.isdisjoint(last)
    assert ("max_completion_tokens" in last) == ("max_tokens" in refused)


def test_a_lower_ceiling_is_learnt_once(start: Start) -> None:
    trial = start("openai", {"ceiling": 4096})
    assert [trial.model.ask(ask_for(max_output_tokens=9000)).requests for _ in range(2)] == [2, 1]
    assert trial.model.max_output_tokens == 4096


def test_a_smaller_context_is_learnt_and_the_output_kept_within_it(start: Start) -> None:
    trial = start("openai", {"context": 8192})
    replies = [trial.model.ask(ask_for(text="x" * 4000, max_output_tokens=16_000)) for _ in range(2)]
    assert [reply.requests for reply in replies] == [2, 1]
    assert trial.model.context_tokens == 8192
    assert 6000 < bodies(trial)[-1]["max_tokens"] < 7200


def test_a_prompt_that_leaves_no_room_is_refused(start: Start) -> None:
    trial = start("openai", {"context": 2000})
    with pytest.raises(RequestRefused, match="cannot take a request so long"):
        trial.model.ask(ask_for(text="x" * 9000))
    assert len(trial.server.calls) == 1


def test_a_known_context_is_kept_to_without_asking(start: Start) -> None:
    trial = start("openai", context_tokens=2000)
    with pytest.raises(RequestRefused, match="input and output together may have 2000"):
        trial.model.ask(ask_for(text="x" * 9000))
    assert trial.server.calls == []


@pytest.mark.parametrize(
    ("refuses", "formats"),
    [
        (set(), ["json_schema"]),
        ({"json_schema"}, ["json_schema", "json_object"]),
        ({"json_schema", "json_object"}, ["json_schema", "json_object", None]),
    ],
)
def test_json_is_asked_for_in_the_best_way_that_the_server_takes(
    start: Start, refuses: set[str], formats: list[str | None]
) -> None:
    trial = start("openai", {"refuses": refuses, "answer": lambda _: '{"title": "Git"}'})
    for _ in range(2):
        assert json.loads(trial.model.ask(ask_for(json_schema=SCHEMA)).text) == {"title": "Git"}
    asked = [body.get("response_format", {}).get("type") for body in bodies(trial)]
    assert asked == [*formats, formats[-1]]
    said_in_words = '"required": ["title"]' in bodies(trial)[-1]["messages"][-1]["content"]
    assert said_in_words == bool(refuses)


def test_cached_tokens_are_told(start: Start) -> None:
    trial = start("openai", {"cached_tokens": 5})
    assert trial.model.ask(ask_for()).usage.cached == 5


def test_where_the_server_counts_nothing_tokens_are_estimated_and_marked_so(start: Start) -> None:
    trial = start("openai", {"usage": False})
    usage = trial.model.ask(ask_for(text="x" * 700)).usage
    assert usage.estimated
    assert usage.input > 200 and usage.output > 0


def test_the_cost_goes_by_the_models_price(start: Start) -> None:
    known, unknown = start("openai"), start("openai", model="openai:my-own")
    assert (known.model.ask(ask_for()).cost or 0) > 0
    assert unknown.model.ask(ask_for()).cost is None


def test_openai_itself_needs_a_key_and_a_server_of_ones_own_does_not(start: Start) -> None:
    with pytest.raises(SettingsError, match="set OPENAI_API_KEY, or set OPENAI_BASE_URL"):
        OpenAIWire("gpt-4o", ModelSettings(environment={}))
    OpenAIWire("gpt-4o", ModelSettings(environment={"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}))


@pytest.mark.parametrize("key", ["sk-two words", "sk-…", "sk-a\x00b"])
def test_a_key_that_cannot_be_sent_is_refused_unseen(key: str) -> None:
    with pytest.raises(SettingsError, match="copy it again") as raised:
        OpenAIWire("gpt-4o", ModelSettings(environment={"OPENAI_API_KEY": key}))
    assert key not in str(raised.value)


def test_a_key_from_a_block_goes_before_the_environment_and_is_never_shown() -> None:
    with OpenAIServer(lambda _: "text", api_key="from-a-block") as server:
        settings = ModelSettings(
            environment={"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "from-the-environment"},
            credentials=Credentials(openai_api_key="from-a-block"),
        )
        assert "from-" not in repr(settings)
        wire = OpenAIWire("gpt-4o", settings)
        assert wire.ask_once(ask_for()).text == "text"
        wire.close()


def test_the_address_with_a_password_in_it_is_not_shown() -> None:
    environment = {"OPENAI_BASE_URL": "http://name:hidden-word@127.0.0.1:9/v1"}
    wire = OpenAIWire("gpt-4o", ModelSettings(environment=environment))
    with pytest.raises(ModelUnreachable) as raised:
        wire.ask_once(ask_for())
    assert "hidden-word" not in str(raised.value)
    wire.close()


def complete(message: dict[str, Any], finish: str | None = "stop", **more: Any) -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": finish}], **more}


@pytest.mark.parametrize(
    ("body", "text", "stop"),
    [
        (complete({"content": "hello"}), "hello", "end"),
        (complete({"content": None}), "", "end"),
        (complete({"content": "hel"}, "length"), "hel", "length"),
        (complete({"content": "hello"}, None), "hello", "end"),
        (
            complete({"content": [{"type": "text", "text": "he"}, {"type": "text", "text": "llo"}]}),
            "hello",
            "end",
        ),
        (complete({"content": "hello", "reasoning_content": "Let me think."}), "hello", "end"),
        (complete({"content": "hello", "refusal": ""}), "hello", "end"),
    ],
)
def test_answers_are_read_as_servers_write_them(body: dict[str, Any], text: str, stop: str) -> None:
    reply = read_completion(body, ask_for(), model="openai:m")
    assert (reply.text, reply.stop) == (text, stop)


@pytest.mark.parametrize(
    "body", [{}, {"choices": []}, {"choices": None}, {"choices": [{}]}, {"choices": ["x"]}]
)
def test_an_answer_without_a_choice_is_a_fault(body: dict[str, Any]) -> None:
    with pytest.raises(ModelServerFault, match="without a choice"):
        read_completion(body, ask_for(), model="openai:m")


@pytest.mark.parametrize(
    "body",
    [complete({"content": "par"}, "content_filter"), complete({"content": None, "refusal": "I can't."})],
)
def test_a_refusal_is_about_the_item(body: dict[str, Any]) -> None:
    with pytest.raises(ContentRefused, match="lesson/01-02"):
        read_completion(body, ask_for(), model="openai:m")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b"\xff\xfe", b'{"a":'])
def test_what_is_no_json_object_is_a_fault(body: bytes) -> None:
    with pytest.raises(ModelServerFault, match="that is no answer"):
        parse_body(body, model="openai:m")


@pytest.mark.parametrize(
    ("code", "error"), [(429, Throttled), (None, ModelServerFault), ("402", QuotaExhausted)]
)
def test_an_error_within_a_good_status_is_an_error(
    start: Start, code: object, error: type[ModelError]
) -> None:
    trial = start("openai")
    answer = json.dumps({"error": {"message": "upstream", "code": code}}).encode()
    trial.server.write_answer = lambda *_: answer  # type: ignore[method-assign]
    with pytest.raises(error):
        trial.model.ask(ask_for())


def test_gemini_words_a_wrong_key_as_a_bad_request(start: Start) -> None:
    fault = Fault("content-refused", message="API key not valid. Please pass a valid API key.")
    trial = start("openai", {"faults": Faults(fault)})
    with pytest.raises(BadCredentials):
        trial.model.ask(ask_for())
