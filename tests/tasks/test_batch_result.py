"""What the state of a batch says that is not whole."""

from __future__ import annotations

from coursewright.project.outcome import ItemOutcome
from tasks.batch_result import BatchIncomplete

REFUSED = "openai:x refused the credentials. Check OPENAI_API_KEY."


def test_a_reason_that_several_lessons_share_is_told_once() -> None:
    outcomes = [
        ItemOutcome("lesson", "01-01", "Probes", "failed", reason=REFUSED),
        ItemOutcome("lesson", "01-02", "Alerts", "set aside", reason="The topic “Alerts” is missing."),
        ItemOutcome("lesson", "01-03", "Logs", "failed", reason=REFUSED),
        ItemOutcome("lesson", "01-04", "Traces", "written"),
    ]
    assert str(BatchIncomplete("Module 1 · batch 1/1", outcomes)) == (
        "Module 1 · batch 1/1: 3 of 4 missing. "
        f"lesson 01-01, lesson 01-03 failed: {REFUSED}; "
        "lesson 01-02 set aside: The topic “Alerts” is missing."
    )
