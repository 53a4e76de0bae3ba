"""Whatever stands at any place of a provider's answer, it is read or it is a typed error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from servers.bedrock_server import BedrockServer
from servers.ollama_server import OllamaServer
from servers.openai_server import OpenAIServer
from servers.s3_moto import quick_session
from servers.wire_server import Response

from coursewright.errors import ModelError
from coursewright.models.bedrock import BedrockWire
from coursewright.models.ollama import OllamaWire
from coursewright.models.openai_compatible import OpenAIWire
from coursewright.models.retry import AskDifferently, Wire
from coursewright.models.settings import Credentials, ModelSettings
from coursewright.models.tokens import read_count

from .conftest import ask_for

pytestmark = pytest.mark.wire

OPENAI: Any = {
    "choices": [{"message": {"content": "text", "reasoning": "hm"}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 9,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 1},
    },
}
OLLAMA: Any = {
    "message": {"content": "text", "thinking": "hm"},
    "done_reason": "stop",
    "prompt_eval_count": 9,
    "eval_count": 5,
}
BEDROCK: Any = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [{"text": "text"}, {"reasoningContent": {"reasoningText": {"text": "hm"}}}],
        }
    },
    "stopReason": "end_turn",
    "usage": {"inputTokens": 9, "outputTokens": 5, "cacheReadInputTokens": 2, "cacheWriteInputTokens": 1},
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within an answer."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*at, step)
        yield from places(inner, (*at, step))


def put(answer: Any, place: tuple[Any, ...], value: object) -> Any:
    """The answer with this value at that place."""
    changed = at = copy.deepcopy(answer)
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return changed


ERRORS: Any = [
    {"error": {"message": "no", "code": "429", "type": "error", "param": "x"}},
    {"message": "no", "__type": "ThrottlingException", "code": "x"},
    {"error": "no"},
]


class Ask(Protocol):
    def __call__(self, body: Any, status: int = 200) -> None: ...


def asking(server: Any, wire: Wire) -> Ask:
    answer: list[Any] = [None]
    refusal: list[Response | None] = [None]
    server.write_answer = lambda *_: json.dumps(answer[0]).encode()
    server.check_call = lambda *_: refusal[0]

    def ask(body: Any, status: int = 200) -> None:
        answer[0] = body
        refusal[0] = None if status == 200 else Response(status, json.dumps(body).encode())
        try:
            reply = wire.ask_once(ask_for())
        except AskDifferently:
            pass
        except ModelError as error:
            assert error.model
        else:
            assert reply.text is not None
            usage = reply.usage
            assert min(usage.input, usage.output, usage.cached, usage.cache_written, reply.thinking) >= 0
            wire.price(usage)

    return ask


@pytest.fixture(scope="module")
def openai() -> Iterator[Ask]:
    with OpenAIServer(lambda _: "text") as server:
        wire = OpenAIWire("gpt-4o", ModelSettings(environment=server.environment))
        yield asking(server, wire)
        wire.close()


@pytest.fixture(scope="module")
def ollama() -> Iterator[Ask]:
    with OllamaServer(lambda _: "text") as server:
        wire = OllamaWire("llama3.1:8b", ModelSettings(environment=server.environment))
        yield asking(server, wire)
        wire.close()


@pytest.fixture(scope="module")
def bedrock() -> Iterator[Ask]:
    with BedrockServer(lambda _: "text") as server, pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        for name, value in server.environment.items():
            patch.setenv(name, value)
        credentials = Credentials(aws_session=quick_session())
        wire = BedrockWire("amazon.nova-pro-v1:0", ModelSettings(credentials=credentials))
        yield asking(server, wire)
        wire.close()


@given(st.sampled_from(sorted(places(OPENAI), key=str)), ANY_JSON)
@example(("usage", "prompt_tokens"), "many")
@example(("usage", "prompt_tokens"), 10**400)
@example(("usage", "completion_tokens"), [1])
@example(("usage", "completion_tokens"), -1)
@example(("usage", "prompt_tokens_details", "cached_tokens"), {"text": 1})
def test_any_value_at_any_place_on_openais_wire(openai: Ask, place: tuple[Any, ...], value: object) -> None:
    openai(put(OPENAI, place, value))


@given(st.sampled_from(sorted(places(OLLAMA), key=str)), ANY_JSON)
@example(("eval_count",), "many")
@example(("eval_count",), [1])
@example(("prompt_eval_count",), -1)
def test_any_value_at_any_place_on_ollamas_wire(ollama: Ask, place: tuple[Any, ...], value: object) -> None:
    ollama(put(OLLAMA, place, value))


@given(st.sampled_from(sorted(places(BEDROCK), key=str)), ANY_JSON)
@example(("usage", "inputTokens"), "many")
@example(("usage", "outputTokens"), [1])
@example(("usage",), [1])
@example(("output",), [1])
@example(("output", "message"), "text")
@example(("output", "message", "content"), {"text": "text"})
@example(("output", "message", "content", 0), "text")
@example(("output", "message", "content", 1, "reasoningContent"), [1])
def test_any_value_at_any_place_on_bedrocks_wire(bedrock: Ask, place: tuple[Any, ...], value: object) -> None:
    bedrock(put(BEDROCK, place, value))


STATUSES = st.sampled_from([200, 400, 401, 403, 404, 429, 500, 503])
WRONG = st.sampled_from([(error, place) for error in ERRORS for place in places(error)])


@given(WRONG, ANY_JSON, STATUSES)
@example((ERRORS[0], ("error", "code")), "\u00b2", 200)
@example((ERRORS[0], ("error", "code")), "9" * 5000, 200)
@example((ERRORS[1], ("__type",)), 7, 400)
def test_any_value_at_any_place_of_an_error(
    openai: Ask, ollama: Ask, bedrock: Ask, wrong: tuple[Any, tuple[Any, ...]], value: object, status: int
) -> None:
    for ask in (openai, ollama, bedrock):
        ask(put(*wrong, value), status)
        ask(value, status)


@pytest.mark.parametrize(
    ("told", "count"),
    [
        *((count, count) for count in (0, 7, 10**12)),
        *((told, 7) for told in ("7", 7.0)),
        *((told, 0) for told in (None, True, -1, 10**13, "", "-7", "many", "7" * 99, [7], {"n": 7})),
        *((float(told), 0) for told in ("nan", "inf", "-inf")),
    ],
)
def test_a_count_is_a_number_of_tokens_or_none_is_told(told: object, count: int) -> None:
    assert read_count(told) == count
