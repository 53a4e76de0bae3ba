"""What the terminal says of the labs' plan."""

from __future__ import annotations

import pytest

from coursewright.project.outcome import ItemOutcome
from flows.commands.terminal import RunDisplay


def test_labs_that_no_model_planned_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    findings = (
        {"severity": "note", "check": "lab-plan", "message": "The plan came back cut off."},
        {"severity": "warning", "check": "lab-plan", "message": "Lab 01-01-01 was filled from the outline."},
    )
    with RunDisplay(None, quiet=False) as display:
        display.item(ItemOutcome("lab-plan", "all", "The labs' plan", "written", findings=findings))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("✓ The labs' plan  1 warning")
    assert lines[1:] == ["  Lab 01-01-01 was filled from the outline."]
