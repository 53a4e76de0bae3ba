"""The short form of ``make chaos``: one life with a fixed seed, judged by the auditor; and the long form."""

from __future__ import annotations

from pathlib import Path

import pytest
from chaos.__main__ import run_lives
from chaos.table import count_found, make_rows, write_table

pytestmark = pytest.mark.prefect

SEED = 20_261


def test_a_course_comes_through_everything_at_once(tmp_path: Path) -> None:
    lives = run_lives(tmp_path, SEED, minutes=0)
    print(write_table(lives))
    found = [str(fault) for phases in lives for phase in phases for fault in phase.faults]
    assert found == []
    assert not count_found(lives)
    rows = {row.fault: row for row in make_rows(lives)}
    assert all(row.survived == row.played for row in rows.values())
    kinds = {fault.partition(":")[0] for fault in rows}
    assert {"model", "store", "kill -9 of the flow", "kill -9 of the server"} <= kinds
    assert {"model: daily-quota", "model: throttle", "model: reset", "model: bad-key"} <= set(rows)
    assert {"store: lost", "store: expired"} <= set(rows)
    assert lives[0][-1].published == 49


@pytest.mark.long
def test_course_after_course_comes_through(tmp_path: Path) -> None:
    lives = run_lives(tmp_path, SEED + 1, minutes=20)
    print(write_table(lives))
    assert [str(fault) for phases in lives for phase in phases for fault in phase.faults] == []
