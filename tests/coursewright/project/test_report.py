"""What a run says of itself at its end."""

from __future__ import annotations

from datetime import UTC, datetime

from coursewright.project.outcome import ItemOutcome
from coursewright.project.report import judge_run

LESSON = ItemOutcome("lesson", "01-01", "One", "written")
PLAN = ItemOutcome("lab-plan", "all", "The labs' plan", "written")
LAB = ItemOutcome("lab", "01-01-01", "Two", "set aside", reason="It has two steps.")


def test_what_is_missing_is_told_with_its_reason_and_the_plan_of_labs_is_no_item() -> None:
    state, message = judge_run([LESSON, PLAN, LAB], stopped_by="", stop_message="", resume_at=None)
    assert state == "FinishedWithGaps"
    assert message.startswith("1 of 2 items are missing: lab 01-01-01. First reason: It has two steps. ")


def test_a_quotas_end_says_what_is_kept_and_when_to_resume() -> None:
    resume_at = datetime(2026, 3, 2, 0, 10, tzinfo=UTC)
    state, message = judge_run(
        [LESSON, PLAN, LAB], stopped_by="quota", stop_message="No tokens left today.", resume_at=resume_at
    )
    assert state == "StoppedByQuota"
    assert message == (
        "No tokens left today. 1 of 2 items are finished and kept. Resume at or after 2026-03-02 00:10 UTC "
        "with the same command."
    )


def test_a_quota_that_ended_with_the_last_item_is_no_stop() -> None:
    assert judge_run([LESSON, PLAN], stopped_by="quota", stop_message="No tokens left.", resume_at=None) == (
        "Complete",
        "1 lesson finished.",
    )


def test_a_run_for_nothing_says_so() -> None:
    assert (
        judge_run([PLAN], stopped_by="", stop_message="", resume_at=None)[1] == "There was nothing to make."
    )
