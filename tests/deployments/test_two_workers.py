"""Two courses at once on two workers: the limit holds over both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from servers.local_deployment import LocalDeployment

pytestmark = [pytest.mark.prefect, pytest.mark.long]

SECONDS = 15.0


def test_never_more_than_two_batches_are_asked_for(
    up: LocalDeployment, watched: Any, store: Path, record_property: Any
) -> None:
    up.start_another_worker("second")
    watched.begin(seconds=SECONDS)
    runs = [
        up.run(
            "generate-course/generate-course",
            outline=str(watched.outline), project=project, model="openai:good", visuals="none",
        )
        for project in ("left", "right")
    ]  # fmt: skip
    for run in runs:
        up.wait(run, "COMPLETED", seconds=240)
    assert watched.server.max_in_flight == 2
    entries = watched.server.entries[-12:]
    assert sorted(entry.item for entry in entries) == sorted(watched.asked)
    assert len(watched.asked) == 12
    for project in ("left", "right"):
        assert len(list((store / project / "lessons").glob("*.md"))) == 6
    took = max(entry.t_out for entry in entries) - min(entry.t_in for entry in entries)
    ideal = 12 * SECONDS / 2
    # Measured, not asserted: a busy machine may take any time.
    record_property("ratio", took / ideal)
    print(f"two courses on two workers: {took:.1f} s, {took / ideal:.2f} of the ideal {ideal:.0f} s")
