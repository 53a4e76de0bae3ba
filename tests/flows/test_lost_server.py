"""A Prefect server that is killed while a command runs: one sentence, and nothing lost or paid for twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from servers.course_answers import answer_from_outline
from servers.openai_server import OpenAIServer
from servers.prefect_server import running_prefect
from servers.small_course import as_yaml, many_lessons

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
LESSONS = 4


def generate(outline: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start the command in the outline's folder."""
    command = [sys.executable, "-m", "flows", "generate", outline.name, "--model", "openai:good"]
    return subprocess.Popen(
        [*command, "--visuals", "none", "--batch-size", "1"],
        cwd=outline.parent,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_run_whose_server_is_killed_says_so_and_the_next_one_goes_on(tmp_path: Path) -> None:
    outline, old_home, new_home = tmp_path / "outline.yaml", tmp_path / "old", tmp_path / "new"
    old_home.mkdir()
    new_home.mkdir()
    outline.write_bytes(as_yaml(many_lessons(1, LESSONS)))
    # A client asks again for a minute; here for some seconds, as a busy server on SQLite may call for.
    impatient = {"PREFECT_CLIENT_MAX_RETRIES": "2"}
    with OpenAIServer(answer_from_outline(outline), seconds=3.0) as model:
        with running_prefect(old_home) as server:
            run = generate(outline, {**model.environment, **server.environment, **impatient})
            while not model.calls and run.poll() is None:
                time.sleep(0.1)
            server.kill()
            _, said = run.communicate(timeout=240)
        assert run.returncode == 1
        assert f"The Prefect server {server.api_url} stopped answering" in said
        assert "Traceback" not in said
        kept = sorted(file.stem for file in tmp_path.glob("courses/*/lessons/*.md"))
        assert 0 < len(kept) < LESSONS, "those that were being written are finished and kept"

        # A new one: of the old one's slots nobody knows any more who holds them.
        with running_prefect(new_home) as server:
            run = generate(outline, {**model.environment, **server.environment})
            _, said = run.communicate(timeout=240)
        assert run.returncode == 0, said
        assert len(list(tmp_path.glob("courses/*/lessons/*.md"))) == LESSONS
        asked = model.asked("lesson")
    assert sorted(set(asked)) == sorted(asked), "nothing was paid for twice"
