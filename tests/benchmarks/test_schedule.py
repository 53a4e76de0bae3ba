"""The bounds that the benchmarks compare with, on cases small enough to do by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.schedule import Batch, earlier_rule, list_schedule, makespan, overlap_bound, shared_quota

TIMINGS = Path(__file__).parents[3] / "shared" / "timings" / "original_runs.json"


def test_jobs_start_in_order_on_the_slot_that_is_free_first() -> None:
    assert list_schedule([3, 1, 1, 4], 2) == [3, 1, 2, 6]
    assert makespan([10.0] * 14, 2) == 70
    assert makespan([], 2) == 0


def test_the_earlier_rule_holds_a_slot_through_plan_and_images() -> None:
    assert earlier_rule([Batch(10, 2, 3)] * 4, 2) == 30


def test_the_bound_makes_figures_beside_the_lessons() -> None:
    assert overlap_bound([Batch(10, 2, 3)] * 4, 2) == 25
    assert overlap_bound([Batch(10, 0, 90), Batch(10), Batch(10)], 1) == 100


def test_no_order_of_slots_beats_the_bound() -> None:
    batches = [Batch(5 + n % 3, n % 4, n % 5) for n in range(20)]
    bound = overlap_bound(batches, 2)
    assert sum(batch.content for batch in batches) / 2 <= bound
    assert bound <= shared_quota(batches, 2) <= earlier_rule(batches, 2)


def test_where_figures_share_the_quota_describing_them_takes_a_slot_and_images_none() -> None:
    # One slot: lesson 10, its description 2, lesson 10, its description 2; images beside.
    assert shared_quota([Batch(10, 2, 50), Batch(10, 2, 1)], 1) == 62
    assert shared_quota([Batch(10, 2, 0), Batch(10, 2, 0)], 1) == 24


@pytest.mark.shared
@pytest.mark.parametrize(("run", "share"), [(0, 0.81), (1, 0.79)])
def test_the_recorded_runs_have_the_room_that_was_found_in_them(run: int, share: float) -> None:
    if not TIMINGS.exists():
        pytest.skip("the recorded timings are not beside this clone")
    rows = json.loads(TIMINGS.read_text("utf-8"))["runs"][run]["batches"]
    batches = [
        Batch(row["content"], row.get("visual_plan", 0), row.get("images", 0))
        for row in rows
        if "content" in row
    ]
    assert overlap_bound(batches, 2) / earlier_rule(batches, 2) == pytest.approx(share, abs=0.005)


def test_fourteen_large_batches_take_little_more_than_half_as_long() -> None:
    batches = [Batch(450, 229, 234)] * 14
    assert overlap_bound(batches, 2) / earlier_rule(batches, 2) == pytest.approx(0.57, abs=0.006)
