"""The one line of log that tells of an item."""

from __future__ import annotations

from typing import Any

import pytest

from coursewright.project.outcome import ItemOutcome
from tasks.work_items import say_outcome

NOTE = {"severity": "note", "check": "links", "message": "3 of 3 links were not checked."}
WARNING = {"severity": "warning", "check": "length", "message": "Short."}


@pytest.mark.parametrize(
    ("kind", "more", "line"),
    [
        ("lesson", {"words": 1171, "target": 1150}, "1171 of 1150 words, 0 findings, 1.3 s"),
        ("lesson", {"words": 900, "findings": (NOTE, WARNING)}, "900 words, 1 finding, 1.3 s"),
        ("figures", {"findings": (NOTE,)}, "0 findings, 1.3 s"),
    ],
)
def test_what_was_written_is_told_with_what_is_wrong_with_it(
    kind: str, more: dict[str, Any], line: str
) -> None:
    assert say_outcome(ItemOutcome(kind, "01-01", "Probes", "written", seconds=1.3, **more)) == line


def test_what_is_missing_is_told_with_its_reason() -> None:
    gap = ItemOutcome("lesson", "01-01", "Probes", "failed", reason="No text came. Ask again.", seconds=9.0)
    assert say_outcome(gap) == "No text came. Ask again."
