import json
from typing import Any

import pytest
from servers.faults import Fault, play

from coursewright.errors import RequestRefused, SettingsError, UnknownModel
from coursewright.models.ollama import read_host

from .conftest import Start, ask_for

pytestmark = pytest.mark.wire

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


def test_the_request_sets_the_context_and_forbids_to_cut(start: Start) -> None:
    trial = start("ollama", temperature=0.3, num_ctx=8192)
    trial.model.ask(ask_for(seed=7, json_schema=SCHEMA))
    assert [call.body for call in trial.server.calls] == [
        {
            "model": "llama3.1:8b",
            "messages": [
                {"role": "system", "content": "You write courses."},
                {"role": "user", "content": "Write the lesson."},
            ],
            "stream": False,
            "options": {"num_ctx": 8192, "num_predict": 1000, "temperature": 0.3, "seed": 7},
            "truncate": False,
            "shift": False,
            "format": SCHEMA,
        }
    ]


def test_the_models_own_context_is_asked_for_once(start: Start) -> None:
    trial = start("ollama", {"context_length": 4096}, num_ctx=16_384)
    for _ in range(3):
        trial.model.ask(ask_for())
    assert trial.server.other_requests == ["/api/show"]
    assert trial.model.context_tokens == 4096
    assert trial.model.max_output_tokens == 2048
    assert trial.server.calls[-1].body["options"]["num_ctx"] == 4096


def test_a_request_that_cannot_fit_is_refused_before_it_is_asked(start: Start) -> None:
    trial = start("ollama", num_ctx=2048)
    with pytest.raises(RequestRefused, match=r"its context holds 2048\. Raise COURSEWRIGHT_OLLAMA_CONTEXT"):
        trial.model.ask(ask_for(text="x" * 9000))
    assert trial.server.calls == []


def test_a_prompt_that_was_cut_all_the_same_is_found_out(start: Start) -> None:
    trial = start("ollama", {"cuts_silently": 900})
    with pytest.raises(RequestRefused, match="cut the prompt and read only 900 tokens of it"):
        trial.model.ask(ask_for(text="x" * 9000))
    assert len(trial.server.calls) == 1


def test_a_prompt_that_fills_the_whole_context_was_cut(start: Start) -> None:
    trial = start("ollama", {"cuts_silently": True}, num_ctx=4000)
    trial.server.write_answer = lambda *_: json.dumps(  # type: ignore[method-assign]
        {"message": {"content": "text"}, "done_reason": "stop", "prompt_eval_count": 4000}
    ).encode()
    with pytest.raises(RequestRefused, match="read only 4000 tokens"):
        trial.model.ask(ask_for())


def test_a_server_that_refuses_to_cut_is_believed(start: Start) -> None:
    trial = start("ollama", {"faults": play(Fault("too-long"))})
    with pytest.raises(
        RequestRefused, match=r"cannot take a request so long.*Raise COURSEWRIGHT_OLLAMA_CONTEXT"
    ):
        trial.model.ask(ask_for())


def test_a_model_that_was_not_pulled_is_named_with_the_command(start: Start) -> None:
    trial = start("ollama", {"models": {"qwen3:8b"}})
    with pytest.raises(UnknownModel, match=r"Run: ollama pull llama3\.1:8b"):
        trial.model.ask(ask_for())
    assert trial.server.calls == []


def test_nobody_bills_it(start: Start) -> None:
    assert start("ollama").model.ask(ask_for()).cost == 0.0


def test_a_count_that_is_missing_is_estimated(start: Start) -> None:
    trial = start("ollama")
    answer: dict[str, Any] = {"message": {"content": "text"}, "done_reason": "stop"}
    trial.server.write_answer = lambda *_: json.dumps(answer).encode()  # type: ignore[method-assign]
    usage = trial.model.ask(ask_for()).usage
    assert usage.estimated
    assert usage.input > 0


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("box", "http://box:11434"),
        ("http://box", "http://box:80"),
        ("https://box.example/", "https://box.example:443"),
        ("https://box.example/ollama", "https://box.example:443/ollama"),
        ("[::1]:9", "http://[::1]:9"),
    ],
)
def test_the_host_is_read_as_ollama_reads_it(text: str, url: str) -> None:
    assert read_host(text).url == url


@pytest.mark.parametrize("text", ["box:port", "ftp://box", "box:99999"])
def test_what_is_no_host_is_a_wrong_setting(text: str) -> None:
    with pytest.raises(SettingsError, match="OLLAMA_HOST"):
        read_host(text)


def test_an_answer_is_kept_to_the_room_that_the_prompt_leaves(start: Start) -> None:
    trial = start("ollama", {"context_length": 4096})
    trial.model.ask(ask_for(text="x" * 9000, max_output_tokens=4000))
    assert 1400 < trial.server.calls[0].body["options"]["num_predict"] < 1600
