"""The short form of ``make chaos``: one life with a fixed seed, judged by the auditor; and the long form."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from chaos.__main__ import run_lives
from chaos.phases import STORE_KINDS, TEXT_KINDS, WIRE_FAULTS
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
    wanted = {f"model: {fault.kind}" for fault in WIRE_FAULTS} | {f"model: {kind}" for kind in TEXT_KINDS}
    wanted |= {"model: daily-quota", "model: bad-key", "model: bad-figure"}
    wanted |= {f"store: {kind}" for kind in (*STORE_KINDS, "late", "expired", "full")}
    wanted |= {f"kill -9 of {what}" for what in ("the flow", "the server", "the worker", "worker and flow")}
    if shutil.which("cc") or shutil.which("gcc"):
        wanted |= {"clock that jumps", "full disk"}
    assert wanted <= set(rows)
    assert lives[0][-1].published == 49


@pytest.mark.long
def test_course_after_course_comes_through(tmp_path: Path) -> None:
    lives = run_lives(tmp_path, SEED + 1, minutes=20)
    print(write_table(lives))
    assert [str(fault) for phases in lives for phase in phases for fault in phase.faults] == []
