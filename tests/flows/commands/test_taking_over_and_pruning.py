"""What `coursewright import` and `coursewright prune` tell a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.__main__ import main

EXAMPLE = str(Path(__file__).parents[3] / "examples" / "web-basics.yaml")


def test_one_of_a_kind_is_told_in_the_singular(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = SimpleNamespace(lessons=("01-01", "01-02"), figures=("01-01-0001",), labs=(), left_out={})
    monkeypatch.setattr("flows.commands.import_project.import_earlier_project", lambda *_, **__: taken)
    assert main(["import", str(tmp_path), EXAMPLE, "--store", str(tmp_path), "--project", "web"]) == 0
    assert capsys.readouterr().out == "Taken over into web: 2 lessons, 1 figure and 0 labs.\n"

    unused = SimpleNamespace(key="web/.finished/1", size=9, modified=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("flows.commands.prune.find_unused", lambda *_, **__: [unused])
    assert main(["prune", "--store", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said == "1 object, 9 bytes: unused; remove with --delete"
