"""Whatever an image model's provider answers is a picture or a typed error, on both wires."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from servers.image_server import Answer, ImageServer, bedrock_picture, openai_picture, small_png

from coursewright.errors import ModelError, ModelServerFault
from coursewright.models.base import Message, Reply, Request
from coursewright.models.chat_completion import parse_body
from coursewright.models.settings import ModelSettings
from coursewright.visuals.image_bedrock import BedrockImageWire
from coursewright.visuals.image_openai import OpenAIImageWire
from coursewright.visuals.raster import png_size

PNG = small_png()
REQUEST = Request("visuals/01-02-0003", (Message("user", "A room."),), 100)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PICTURES = st.builds(
    lambda start, rest: base64.b64encode(start + rest).decode(),
    st.sampled_from(
        [b"", PNG, PNG[:33], PNG[:12], b"\xff\xd8\xff", b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10"]
    ),
    st.binary(max_size=40),
)
OPENAI_PLACES = [
    ["data"],
    ["data", 0],
    ["data", 0, "b64_json"],
    ["usage"],
    ["usage", "input_tokens"],
    ["usage", "output_tokens"],
]
BEDROCK_PLACES = [["images"], ["images", 0], ["error"], ["finish_reasons"], ["finish_reasons", 0]]


@pytest.fixture(scope="module")
def openai() -> Iterator[OpenAIImageWire]:
    environment = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "key-for-loopback"}
    wire = OpenAIImageWire("gpt-image-1", ModelSettings(environment=environment))
    yield wire
    wire.close()


@pytest.fixture(scope="module")
def bedrock() -> Iterator[BedrockImageWire]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "loopback")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "loopback")
        patch.delenv("AWS_PROFILE", raising=False)
        wire = BedrockImageWire("amazon.nova-canvas-v1:0", ModelSettings(region="us-east-1"))
    yield wire
    wire.close()


def read_openai(wire: OpenAIImageWire, answer: object) -> Reply:
    return wire._read_image(parse_body(json.dumps(answer).encode(), model=wire.name))


def read_bedrock(wire: BedrockImageWire, answer: object) -> Reply:
    return Reply(wire._read_image(json.dumps(answer).encode()), "end", wire.name)


def put(answer: Any, place: list[Any], value: object) -> Any:
    """The answer with this value at that place."""
    at = answer
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return answer


def good_openai() -> Any:
    return openai_picture(PNG, usage={"input_tokens": 50, "output_tokens": 4160}).body


def good_bedrock() -> Any:
    return bedrock_picture(PNG).body


def a_picture_or_a_typed_error(read: Callable[[], Reply]) -> Reply | None:
    try:
        reply = read()
    except ModelError as error:
        assert error.model
        return None
    png_size(base64.b64decode(reply.text))
    assert reply.usage.input >= 0 <= reply.usage.output
    return reply


@given(ANY_JSON)
@example([])
def test_any_json_is_no_picture_on_openais_wire(openai: OpenAIImageWire, answer: object) -> None:
    assert a_picture_or_a_typed_error(lambda: read_openai(openai, answer)) is None


@given(ANY_JSON)
@example([])
def test_any_json_is_no_picture_on_bedrocks_wire(bedrock: BedrockImageWire, answer: object) -> None:
    assert a_picture_or_a_typed_error(lambda: read_bedrock(bedrock, answer)) is None


@given(st.sampled_from(OPENAI_PLACES), ANY_JSON)
@example(["usage"], [1])
@example(["usage", "input_tokens"], "many")
@example(["usage", "input_tokens"], -1)
@example(["usage", "output_tokens"], [])
@example(["usage", "output_tokens"], {"text": 1})
@example(["usage", "output_tokens"], float("inf"))
@example(["usage", "output_tokens"], 10**400)
@example(["data"], {"b64_json": ""})
@example(["data", 0, "b64_json"], "a picture")
@example(["data", 0, "b64_json"], "é")
def test_any_value_at_any_place_of_openais_answer(
    openai: OpenAIImageWire, place: list[Any], value: object
) -> None:
    reply = a_picture_or_a_typed_error(lambda: read_openai(openai, put(good_openai(), place, value)))
    if place[0] == "usage":
        assert reply is not None, "a picture that was paid for is kept, whatever is said of its tokens"
        openai.price(reply.usage)


@given(st.sampled_from(BEDROCK_PLACES), ANY_JSON)
@example(["finish_reasons"], 1)
@example(["finish_reasons"], {"reason": "prompt"})
@example(["images"], {"0": "picture"})
@example(["images", 0], "a picture")
def test_any_value_at_any_place_of_bedrocks_answer(
    bedrock: BedrockImageWire, place: list[Any], value: object
) -> None:
    a_picture_or_a_typed_error(lambda: read_bedrock(bedrock, put(good_bedrock(), place, value)))


@given(PICTURES)
def test_any_bytes_are_a_picture_or_a_typed_error(
    openai: OpenAIImageWire, bedrock: BedrockImageWire, picture: str
) -> None:
    first = put(good_openai(), ["data", 0, "b64_json"], picture)
    second = put(good_bedrock(), ["images", 0], picture)
    a_picture_or_a_typed_error(lambda: read_openai(openai, first))
    a_picture_or_a_typed_error(lambda: read_bedrock(bedrock, second))


def test_an_answer_that_is_nested_without_end_is_a_fault(
    openai: OpenAIImageWire, bedrock: BedrockImageWire
) -> None:
    deep = b"[" * 200_000
    with pytest.raises(ModelServerFault):
        parse_body(deep, model=openai.name)
    with pytest.raises(ModelServerFault):
        bedrock._read_image(deep)


@pytest.mark.parametrize("told", ["many", [1], {"input_tokens": "many", "output_tokens": [1]}, None, -1])
def test_a_count_that_is_none_is_taken_as_not_told(told: object) -> None:
    with ImageServer([openai_picture(PNG, usage=told)]) as server:
        environment = {"OPENAI_BASE_URL": f"{server.url}/v1"}
        wire = OpenAIImageWire("gpt-image-1", ModelSettings(environment=environment))
        reply = wire.ask_once(REQUEST)
        wire.close()
    assert base64.b64decode(reply.text) == PNG
    assert (reply.usage.input, reply.usage.output, wire.price(reply.usage)) == (0, 0, None)


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(200, body) for body in ([], [{"images": []}], "no", None, 7)),
        *(Answer(400, body) for body in ([7], {"__type": 7}, {"message": [7], "code": {}}, 7)),
    ],
    ids=repr,
)
def test_an_answer_of_wrong_types_is_a_typed_error_on_bedrocks_wire(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "loopback")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "loopback")
    with ImageServer([answer]) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        wire = BedrockImageWire("amazon.nova-canvas-v1:0", ModelSettings(region="us-east-1"))
        with pytest.raises(ModelError):
            wire.ask_once(REQUEST)
        wire.close()
