"""``.run/``: what `make up` started here, so that `make down` and runs from here can find it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coursewright.store.processes import ProcessIdentity, identify_process, is_gone

ROOT = Path(__file__).resolve().parents[1]
"""The clone; `prefect.yaml` is in it."""

RUN_FOLDER_VARIABLE = "COURSEWRIGHT_RUN_FOLDER"
"""Names another folder than ``.run``; also the mark by which a process that `make up` started is known."""


@dataclass(frozen=True)
class LocalServer:
    """A server that `make up` started, with what belongs to it.

    Attributes:
        api_url: for clients.
        database: which database it has, for people.
        processes: by what they do: ``database``, ``server``, ``worker``.
    """

    api_url: str
    database: str
    processes: Mapping[str, ProcessIdentity] = field(default_factory=dict)

    @property
    def ui_url(self) -> str:
        """Where its pages are."""
        return self.api_url.removesuffix("/api")

    @property
    def gone(self) -> list[str]:
        """Which of its processes have ended."""
        return [name for name, process in self.processes.items() if not is_running(process)]


def is_running(process: ProcessIdentity) -> bool:
    """Whether this very process runs here and now, so that it may be signalled.

    After a restart of the machine, or in another container, its number is another process's.
    """
    here = identify_process()
    if (process.boot, process.space) != (here.boot, here.space) or process.pid <= 0 or is_gone(process):
        return False
    return bool(process.started) or _runs_our_command(process.pid)


def _runs_our_command(pid: int) -> bool:
    """Where the system does not say when a process started: whether it does at least what ours do."""
    told = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "prefect" in told.stdout or "postgres" in told.stdout


def run_folder(given: str = "") -> Path:
    """The folder in which the state is kept."""
    return Path(given or os.environ.get(RUN_FOLDER_VARIABLE) or ROOT / ".run").absolute()


def read_state(folder: Path) -> LocalServer | None:
    """What was started last and not ended; None where there is nothing, or nothing that can be read."""
    try:
        data: dict[str, Any] = json.loads((folder / "server.json").read_text("utf-8"))
        processes = {name: ProcessIdentity.from_json(one) for name, one in data["processes"].items()}
        return LocalServer(data["api_url"], data["database"], processes)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def write_state(folder: Path, state: LocalServer) -> None:
    """Keep what was started; whole or not at all."""
    draft = folder / "server.json.draft"
    draft.write_text(json.dumps(asdict(state), indent=1) + "\n", "utf-8")
    draft.replace(folder / "server.json")


def forget_state(folder: Path) -> None:
    """Nothing is running any more."""
    (folder / "server.json").unlink(missing_ok=True)
