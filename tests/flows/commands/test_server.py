"""Runs from a terminal find the server of `make up`, and only one that is there; their own is set up well."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from coursewright.store.processes import identify_process
from flows.commands.server import (
    hide_password,
    quieten_prefect,
    running_server,
    use_running_server,
)

ROOT = Path(__file__).parents[3]
NOBODY = "http://127.0.0.1:9/api"


@pytest.fixture
def listening() -> Iterator[str]:
    """The address of something that listens on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes what `make up` leaves behind."""
    monkeypatch.setenv("COURSEWRIGHT_RUN_FOLDER", str(tmp_path))
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))

    def write(address: str, **changes: Any) -> None:
        process = replace(identify_process(), **changes)
        text = json.dumps(
            {"api_url": address, "database": "SQLite", "processes": {"server": asdict(process)}}
        )
        (tmp_path / "server.json").write_text(text, "utf-8")

    return write


def test_a_server_that_runs_is_used(state: Any, listening: str) -> None:
    state(listening)
    environment: dict[str, str] = {}
    assert use_running_server(environment) == listening
    assert environment == {"PREFECT_API_URL": listening}


def test_a_server_that_was_killed_is_not(state: Any, listening: str) -> None:
    state(listening, started="1")
    assert running_server() == "", "the process id is another process's by now"


def test_a_server_from_before_the_machine_started_anew_is_not(state: Any, listening: str) -> None:
    state(listening, boot="an earlier one")
    assert running_server() == ""


def test_a_server_that_nobody_can_reach_is_not(state: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    state(f"http://127.0.0.1:{port}/api")
    assert running_server() == ""


def test_what_the_person_has_set_goes_first(
    state: Any, listening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state(listening)
    monkeypatch.setenv("PREFECT_API_URL", "http://10.0.0.1/api")
    environment: dict[str, str] = {}
    assert use_running_server(environment) == "http://10.0.0.1/api"
    assert environment == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"processes": {}}', '{"processes": {"server": 3}}'])
def test_damaged_state_is_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("COURSEWRIGHT_RUN_FOLDER", str(tmp_path))
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    (tmp_path / "server.json").write_text(text, "utf-8")
    assert running_server() == ""
    assert "PREFECT_API_URL" not in os.environ


@pytest.mark.parametrize(
    ("set_in", "mend"),
    [
        ("the environment", "Start it, or unset PREFECT_API_URL:"),
        ("a profile", "take its address out of Prefect's profile (prefect config unset PREFECT_API_URL):"),
    ],
)
def test_a_server_that_does_not_answer_is_told_in_a_sentence_and_nothing_is_run(
    set_in: str, mend: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path)}
    if set_in == "a profile":
        profiles = f'active = "away"\n[profiles.away]\nPREFECT_API_URL = "{NOBODY}"\n'
        (tmp_path / "profiles.toml").write_text(profiles, "utf-8")
    else:
        environment["PREFECT_API_URL"] = NOBODY
    store = tmp_path / "courses"
    ran = subprocess.run(
        [sys.executable, "-m", "flows", "generate", "examples/web-basics.yaml", "--store", str(store)],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert f"coursewright: The Prefect server {NOBODY} cannot be used: " in ran.stderr
    assert mend in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not store.exists()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://127.0.0.1:4200/api", "http://127.0.0.1:4200/api"),
        (
            "https://operator:secret@prefect.example:8443/api?x=1",
            "https://operator:***@prefect.example:8443/api?x=1",
        ),
        ("http://:secret@prefect.example/api", "http://:***@prefect.example/api"),
        ("no address", "no address"),
        ("http://[operator:secret", "(no address)"),
    ],
)
def test_a_password_in_the_address_is_not_shown(address: str, shown: str) -> None:
    assert hide_password(address) == shown


def test_what_a_person_has_set_stands() -> None:
    name = "PREFECT_SERVER_UI_ENABLED"
    environment = {name: "true"}
    quieten_prefect(environment=environment)
    assert environment[name] == "true"
    assert environment["DO_NOT_TRACK"] == "1"
