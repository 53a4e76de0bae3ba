"""Runs that are killed in the middle, their temporary server with them, and the same command again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.openai_server import OpenAIServer
from servers.small_course import as_yaml, many_lessons

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
KILLS = 3


class KillableRun:
    """``coursewright generate`` as a process group of its own, with a Prefect home of its own."""

    def __init__(self, folder: Path, outline: bytes, server: OpenAIServer) -> None:
        self.folder = folder
        self.server = server
        self.outline = folder / "outline.yaml"
        self.outline.write_bytes(outline)
        self.home = folder / "courses" / "course"

    def start(self) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            **self.server.environment,
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
            "SOURCE_DATE_EPOCH": "1700000000",
        }
        command = [sys.executable, "-m", "flows", "generate", str(self.outline), "--project", "course"]
        command += ["--store", str(self.folder / "courses"), "--model", "openai:good"]
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, text=True, stderr=subprocess.PIPE, start_new_session=True
        )

    def finish(self) -> int:
        """Run to the end; gives the exit code."""
        process = self.start()
        _, said = process.communicate(timeout=300)
        assert process.returncode in (0, 3), said
        return process.returncode

    def kill_when(self, moment: Callable[[], bool]) -> None:
        """Run until `moment` is true, then kill the whole group with SIGKILL."""
        process = self.start()
        end = time.monotonic() + 120
        while not moment() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert process.poll() is None, f"the run ended before it was killed: {process.communicate()[1]}"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def files(self) -> dict[str, bytes]:
        """Everything that readers see: texts, figures and the book."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for folder in ("lessons", "visuals", "book")
            for path in sorted((self.home / folder).glob("*"))
        }


def test_a_killed_run_goes_on_and_pays_for_nothing_twice(tmp_path: Path) -> None:
    outline = as_yaml(many_lessons(4, 3))
    with OpenAIServer(answer_from_outline(outline), seconds=0.3) as server:
        (tmp_path / "killed").mkdir()
        run = KillableRun(tmp_path / "killed", outline, server)
        for kill in range(1, KILLS + 1):
            run.kill_when(lambda kill=kill: len(set(server.asked("lesson"))) >= 3 * kill)
            stored = {path.stem for path in (run.home / "lessons").glob("*.md")}
            before = len(server.asked("lesson"))
        assert run.finish() == 0
        asked_last = {item.partition("/")[2] for item in server.asked("lesson")[before:]}
        assert not asked_last & stored, "nothing that was stored is asked for again"
        answered = [entry.item for entry in server.entries if entry.item.startswith("lesson/")]
        # A kill loses what was being written in the two slots, and nothing else.
        assert len(answered) <= 12 + 2 * KILLS
        (tmp_path / "undisturbed").mkdir()
        calm = KillableRun(tmp_path / "undisturbed", outline, server)
        assert calm.finish() == 0
    assert run.files() == calm.files(), "byte for byte what an undisturbed run makes"
