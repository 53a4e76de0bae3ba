"""Addresses of providers: what is wrong with one is said, and no password in one ever is."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import example, given
from hypothesis import strategies as st
from servers.faults import Fault, Faults
from servers.ollama_server import OllamaServer
from servers.openai_server import OpenAIServer
from servers.s3_moto import quick_session

from coursewright.errors import BadCredentials, CourseError, ModelUnreachable, SettingsError
from coursewright.models.addresses import hide_logins, read_address, show_address
from coursewright.models.bedrock import BedrockWire
from coursewright.models.bedrock_errors import to_connection_error
from coursewright.models.ollama import OllamaWire
from coursewright.models.openai_compatible import OpenAIWire
from coursewright.models.refusals import Advice, quote
from coursewright.models.settings import Credentials, ModelSettings

from .conftest import ask_for

pytestmark = pytest.mark.wire

PASSWORD = "canary-5f1d0c9b7e"
BASIC = base64.b64encode(f"name:{PASSWORD}".encode()).decode()

WITH_PASSWORD = [
    f"http://name:{PASSWORD}@127.0.0.1:9",
    f"http://name:{PASSWORD}@127.0.0.1:port",
    f"http://name:{PASSWORD}@127.0.0.1:99999",
    f"ftp://name:{PASSWORD}@127.0.0.1:9",
    f"name:{PASSWORD}@127.0.0.1:port",
    f"http://name:{PASSWORD}@",
    f"http://name:{PASSWORD}",
    f"name:{PASSWORD}",
    f"http://name:{PASSWORD}/more@127.0.0.1:9",
    f"http://name:more#{PASSWORD}@127.0.0.1:9",
    f"http://name:{PASSWORD} more@127.0.0.1:port",
    f"http://na\u2100me:{PASSWORD}@127.0.0.1:9",
    f"http://name:{PASSWORD}@[::1",
    f"http://name:{PASSWORD}@300.1.1.1:9",
    f"http://name:{PASSWORD}@a b.example:port",
    f"http://name:{PASSWORD}\udcff@127.0.0.1:9",
]


def open_openai(address: str) -> OpenAIWire:
    return OpenAIWire("m", ModelSettings(environment={"OPENAI_BASE_URL": address}))


def open_ollama(address: str) -> OllamaWire:
    return OllamaWire("m", ModelSettings(environment={"OLLAMA_HOST": address}))


def open_bedrock(address: str, variable: str = "AWS_ENDPOINT_URL_BEDROCK_RUNTIME") -> BedrockWire:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setenv(variable, address)
        patch.setenv("AWS_ACCESS_KEY_ID", "key-for-loopback")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret-for-loopback")
        session = quick_session()
        return BedrockWire(
            "amazon.nova-pro-v1:0", ModelSettings(credentials=Credentials(aws_session=session))
        )


def told(open_wire: Callable[[str], Any], address: str) -> tuple[CourseError, str]:
    """What goes wrong with a wire of this address, and all that a log would have of it."""
    with pytest.raises((SettingsError, ModelUnreachable)) as raised:
        wire = open_wire(address)
        try:
            wire.ask_once(ask_for())
        finally:
            wire.close()
    return raised.value, "".join(traceback.format_exception(raised.value))


wires = pytest.mark.parametrize("open_wire", [open_openai, open_ollama, open_bedrock])


@wires
@pytest.mark.parametrize("address", WITH_PASSWORD)
def test_a_password_in_an_address_is_in_no_message_and_no_traceback(
    open_wire: Callable[[str], Any], address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "httpx")
    _, log = told(open_wire, address)
    assert PASSWORD not in log + caplog.text


@wires
@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://127.0.0.1:port", "its port has to be a number from 0 to 65535"),
        ("http://127.0.0.1:99999", "its port has to be a number from 0 to 65535"),
        ("http://[::1]:port", "its port has to be a number from 0 to 65535"),
        ("ftp://127.0.0.1:9", "it has to begin with http:// or https://"),
    ],
)
def test_an_address_that_is_none_is_a_setting_that_is_told_with_its_place_and_its_mend(
    open_wire: Callable[[str], Any], address: str, problem: str
) -> None:
    error, _ = told(open_wire, address)
    assert type(error) is SettingsError
    assert problem in str(error)
    assert "for example" in str(error)
    names = ("OPENAI_BASE_URL is", "OLLAMA_HOST is", "(AWS_ENDPOINT_URL_BEDROCK_RUNTIME) is")
    assert any(name in str(error) for name in names)


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"])
@pytest.mark.parametrize("address", ["http://name@127.0.0.1:9", f"http://na\u2100me:{PASSWORD}@box"])
def test_a_user_name_in_bedrocks_endpoint_is_refused_as_in_s3s(address: str, variable: str) -> None:
    with pytest.raises(SettingsError, match=rf"\({variable}\) has a user name in it.*credentials come from"):
        open_bedrock(address, variable)


def test_an_endpoint_of_awss_configuration_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "config").write_text(f"[default]\nendpoint_url = http://name:{PASSWORD}@127.0.0.1:9\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-for-loopback")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-for-loopback")
    with pytest.raises(SettingsError, match="endpoint_url in AWS's configuration") as raised:
        BedrockWire("amazon.nova-pro-v1:0", ModelSettings())
    assert PASSWORD not in str(raised.value)


def test_what_botocore_quotes_of_an_address_is_said_without_its_password() -> None:
    error = EndpointConnectionError(endpoint_url=f"http://name:{PASSWORD}@127.0.0.1:9/model/m")
    said = str(to_connection_error(error, "bedrock:m", Advice("", ""), 600))
    assert PASSWORD not in said
    assert "http://***@127.0.0.1:9/model/m" in said


def test_a_name_and_a_password_are_sent_to_an_openai_compatible_server_and_shown_nowhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with OpenAIServer(lambda _: "text") as server:
        wire = open_openai(server.url.replace("://", f"://name:{PASSWORD}@"))
        assert wire.ask_once(ask_for()).text == "text"
        wire.close()
        assert server.calls[0].headers["authorization"] == f"Basic {BASIC}"
    assert "127.0.0.1" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_name_and_a_password_are_sent_to_ollama_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with OllamaServer(lambda _: "text") as server:
        wire = open_ollama(f"na%6De:{PASSWORD}@127.0.0.1:{server.port}")
        assert wire.ask_once(ask_for()).text == "text"
        wire.close()
        assert server.calls[0].headers["authorization"] == f"Basic {BASIC}"
    assert "127.0.0.1" in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize("echoed", [PASSWORD, f"Basic {BASIC}"])
def test_a_password_that_a_server_echoes_is_not_repeated(echoed: str) -> None:
    address = read_address(f"http://name:{PASSWORD}@box", "X", "http://box")
    assert quote(f"wrong: {echoed}", address.secrets).endswith("***")
    assert PASSWORD not in repr(address)


def test_a_password_that_ollama_echoes_is_not_repeated() -> None:
    fault = Fault("bad-key", message=f"no such password: {PASSWORD}")
    with OllamaServer(lambda _: "text", faults=Faults(fault)) as server:
        wire = open_ollama(f"name:{PASSWORD}@127.0.0.1:{server.port}")
        with pytest.raises(BadCredentials) as raised:
            wire.ask_once(ask_for())
        wire.close()
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("box", "box"),
        ("http://box:99999/v1", "http://box:99999/v1"),
        ("http://[::1]:9", "http://[::1]:9"),
        ("http://name:word@box:9/v1?key=word", "http://***@box:9/v1…"),
        ("name:wo@rd@box", "***@box"),
        ("http://name:word", "http://name…"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(text: str, shown: str) -> None:
    assert show_address(text) == shown


def test_prose_without_an_address_is_left_as_it_is() -> None:
    said = "Write to help@box.example, or see https://box.example/help."
    assert hide_logins(said) == said


@given(st.text() | st.from_regex(r"(https?://)?([a-z:]*@)?[a-z0-9.:\[\]%/-]*", fullmatch=True))
@example("http://\u00fc..x")
@example("http://[v1.x]")
@example("//")
def test_any_text_is_an_address_or_a_wrong_setting(text: str) -> None:
    for open_wire in (open_openai, open_ollama):
        try:
            wire = open_wire(text)
        except SettingsError:
            continue
        wire._open()
        wire.close()
