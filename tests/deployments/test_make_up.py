"""`make up` and `make down`: one command each, harmless to repeat, and nothing left behind or open."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from servers.local_deployment import LocalDeployment, make

from coursewright.store.processes import ProcessIdentity, identify_process
from deployments.processes import end_runs, start_process, stop_left_over, stop_process
from deployments.run_folder import LocalServer, is_running, read_state, write_state


@pytest.mark.prefect
def test_it_says_where_the_pages_are_and_which_database_it_has(up: LocalDeployment) -> None:
    assert f"Prefect is up: {up.state.ui_url}" in up.said
    assert up.state.database in up.said


@pytest.mark.prefect
@pytest.mark.postgresql
def test_its_database_is_postgresql_with_a_password_that_stands_in_no_log(up: LocalDeployment) -> None:
    if up.state.database.startswith("SQLite ("):
        pytest.skip(up.state.database)
    assert up.state.database.startswith("PostgreSQL ")
    kept = up.folder / "postgres-password"
    assert kept.stat().st_mode & 0o077 == 0
    password = kept.read_text("ascii")
    assert len(password) >= 32
    for log in (up.folder / "logs").iterdir():
        assert password not in log.read_text("utf-8", errors="replace"), log.name
    assert password not in (up.folder / "server.json").read_text("utf-8")


@pytest.mark.prefect
def test_a_second_time_changes_nothing(up: LocalDeployment) -> None:
    before = up.state
    assert f"Prefect is up already: {before.ui_url}" in make("up", up.folder, up.environment)
    assert up.state == before


@pytest.mark.prefect
def test_it_listens_on_loopback_alone(up: LocalDeployment) -> None:
    port = int(up.state.api_url.rsplit(":", 1)[1].partition("/")[0])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
    assert addresses == {"0100007F"}


def test_another_process_under_the_same_number_is_never_signalled(tmp_path: Path) -> None:
    process = start_process(tmp_path, "sleep", ["sleep", "30"], {"PATH": "/usr/bin:/bin"})
    here = identify_process()
    for other in (
        ProcessIdentity(here.host, "an earlier boot", here.space, process.pid, here.started),
        ProcessIdentity(here.host, here.boot, "another container", process.pid, here.started),
        ProcessIdentity(here.host, here.boot, here.space, process.pid, "1"),
    ):
        assert not is_running(other)
        stop_process(other, wait=0.1)
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_only_what_was_started_from_here_is_ended(tmp_path: Path) -> None:
    ours = ["sh", "-c", "sleep 30; : prefect"]
    environment = {"PATH": "/usr/bin:/bin"}
    first = start_process(tmp_path / "a", "run", ours, environment)
    second = start_process(tmp_path / "b", "run", ours, environment)
    plain = start_process(tmp_path / "a", "shell", ["sh", "-c", "sleep 30; : mine"], environment)
    assert first.pid in stop_left_over(tmp_path / "a")
    assert first.wait(5) == -signal.SIGKILL
    assert second.poll() is None
    assert plain.poll() is None, "a shell with the variable set is none of ours"
    for process in (second, plain):
        process.kill()
        process.wait()


def test_flow_runs_are_asked_to_end_before_their_server_does(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = (
        f"trap 'touch {told}; exit 0' TERM; : prefect.engine; touch {tmp_path}/ready; "
        "while :; do sleep 0.05; done"
    )
    run = start_process(tmp_path, "run", ["sh", "-c", script], {"PATH": "/usr/bin:/bin"})
    while not (tmp_path / "ready").exists():
        time.sleep(0.01)
    end_runs(tmp_path, wait=10)
    assert run.wait(5) == 0
    assert told.exists(), "what became of it"


def test_state_that_was_damaged_is_no_state(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    (tmp_path / "server.json").write_text("{", "utf-8")
    assert read_state(tmp_path) is None
    state = LocalServer("http://127.0.0.1:1/api", "SQLite", {"server": identify_process()})
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state
