"""Whether a process has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from coursewright.store.processes import ProcessIdentity, identify_process, is_gone


def test_this_process_lives() -> None:
    here = identify_process()
    assert here.pid == os.getpid()
    assert not is_gone(here)


@pytest.mark.parametrize("lacking", ["boot", "space", "started"])
def test_of_a_process_that_says_too_little_nothing_is_known(lacking: str) -> None:
    assert not is_gone(replace(identify_process(), pid=2**22 - 1, **{lacking: ""}))


def test_of_another_machines_process_nothing_is_known() -> None:
    here = replace(identify_process(), pid=2**22 - 1)
    assert not is_gone(replace(here, boot="another start"))
    assert not is_gone(replace(here, space="pid:[1]"))


@pytest.mark.parametrize("pid", [0, -1, -(2**40), 2**80, True, "7", None, [1]])
def test_a_process_id_that_is_none_is_not_asked_for(pid: object) -> None:
    values = {"boot": identify_process().boot, "space": identify_process().space, "started": "1", "pid": pid}
    assert not is_gone(ProcessIdentity.from_json(values))


@pytest.mark.skipif(not identify_process().started, reason="this system has no /proc")
def test_a_process_that_took_over_a_number_is_another() -> None:
    assert is_gone(replace(identify_process(), started="1"))


@pytest.mark.skipif(not identify_process().started, reason="this system has no /proc")
def test_a_process_that_ended_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    assert is_gone(replace(identify_process(), pid=process.pid))


def test_the_first_process_of_the_machine_is_not_gone() -> None:
    first = identify_process()
    assert not is_gone(replace(first, pid=1, started=""))
