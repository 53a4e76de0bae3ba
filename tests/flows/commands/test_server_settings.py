"""How the servers that runs start are set."""

from __future__ import annotations

import pytest
from prefect.settings import Settings

from flows.commands.server import SQLITE_SETTINGS, quieten_prefect


def test_prefect_knows_the_settings_for_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SQLITE_SETTINGS.items():
        monkeypatch.setenv(name, value)
    recorder = Settings().server.services.task_run_recorder
    assert recorder.batch_size == 50
    assert recorder.flush_interval == 1


def test_what_a_person_has_set_stands() -> None:
    name = next(iter(SQLITE_SETTINGS))
    environment = {name: "7"}
    quieten_prefect(environment=environment)
    assert environment[name] == "7"
    assert environment.keys() > SQLITE_SETTINGS.keys()
