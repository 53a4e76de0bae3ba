"""Check commands: run only where they can be shut in, and their verdict printed in the guide."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from servers.lab_text import good_lab, make_lab_brief

from coursewright.labs import run_checks
from coursewright.labs.enclosure import CheckRun, RunLimits, find_enclosure, run_enclosed
from coursewright.labs.produce import produce_lab
from coursewright.labs.run_checks import files_in_place, run_lab_checks
from coursewright.models.scripted import ScriptedModel

ENCLOSURE = find_enclosure()
ENCLOSED = pytest.mark.skipif(ENCLOSURE is None, reason="this system cannot shut commands in")
FILES = {"starter/app.py": "print(1)\n", "solution/app.py": "print(2)\n", "starter/data/a.txt": "x\n"}


def run(*commands: str, **limits: float) -> CheckRun:
    assert ENCLOSURE is not None
    return run_enclosed(commands, files_in_place(FILES), ENCLOSURE, RunLimits(**{"seconds": 10, **limits}))  # type: ignore[arg-type]


@ENCLOSED
def test_the_solution_files_are_there_in_the_place_of_the_starters() -> None:
    assert run('grep -q "print(2)" app.py', "test -f data/a.txt").verdict == "verified"
    assert files_in_place({"starter/data": "1", "solution/data/a.txt": "2"}) == {"data/a.txt": "2"}


@ENCLOSED
@pytest.mark.parametrize(
    "command", ["false", "echo here; exit 3", "cat no-such-file", 'echo "$UNSET"', "false | true"]
)
def test_a_command_that_fails_fails_the_lab(command: str) -> None:
    found = run(command, "true")
    assert found.verdict == "failed"
    assert "exit code" in found.reason


@ENCLOSED
def test_no_script_ends_those_after_it() -> None:
    assert run("exit 0", "false").verdict == "failed"
    assert run("touch made; exit 0", "test -f made").verdict == "verified"
    assert run("cd /tmp; A=1", "test -f app.py; test -z ${A:-}").verdict == "verified"


@ENCLOSED
def test_what_is_told_of_the_output_moves_no_terminal() -> None:
    found = run(r"printf 'a\033[31mred\033]0;title\007\ttab\nsecond \000\377\n'; exit 1")
    assert found.output == "a[31mred]0;title\ttab\nsecond \ufffd"


@ENCLOSED
def test_there_is_no_network() -> None:
    """Not even this machine's own: the loopback device is another one."""
    assert run("test $(grep -c : /proc/net/dev) = 1").verdict == "verified"
    found = run("exec 3<>/dev/tcp/192.0.2.1/80")
    assert found.verdict == "failed" and "unreachable" in found.output.lower()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = run(f"exec 3<>/dev/tcp/127.0.0.1/{listener.getsockname()[1]}")
    assert found.verdict == "failed" and "refused" in found.output.lower()


@ENCLOSED
def test_a_server_that_a_lab_starts_can_be_asked_by_it() -> None:
    found = run(
        "python3 -m http.server --bind 127.0.0.1 8000 & server=$!; "
        "for _ in $(seq 100); do { exec 3<>/dev/tcp/127.0.0.1/8000; } 2>/dev/null && break; sleep 0.1; done; "
        "printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; grep -q '200 OK' <&3; kill $server"
    )
    assert found.verdict == "verified", found


@ENCLOSED
def test_addresses_that_are_only_reserved_are_no_memory() -> None:
    """As Java and Node.js reserve them."""
    reserve = "mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)"
    assert run(f"python3 -c 'import mmap; {reserve}'").verdict == "verified"


@ENCLOSED
def test_nothing_outside_the_folder_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / "written"
    found = run(f"touch '{target}' || echo refused; touch /usr/written || echo refused too; touch here")
    assert "refused too" in found.output
    assert not target.exists()
    assert run("mount -o remount,bind,rw / 2>/dev/null").verdict == "failed"


@ENCLOSED
def test_nothing_but_the_folder_and_places_for_passing_files_can_be_written() -> None:
    """Not the kernel's settings, not its devices: what is root's to write there reaches the whole machine."""
    found = run(
        "find / -xdev -writable -not -type l -not -path '/proc/[0-9]*' 2>/dev/null | sort || true; "
        "find /proc -maxdepth 3 -writable -type f -not -path '/proc/[0-9]*' "
        "-not -path '/proc/pressure/*' 2>/dev/null || true"
    )
    assert found.output.split("\n") == ["/tmp", "/var/tmp"], found.output
    for setting in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger"):
        assert run(f"read -r value < {setting} || value=h; printf %s h > {setting}").verdict == "failed"
    devices = run("find /dev /sys -not -type d -not -type l | sort").output.split()
    assert devices == [f"/dev/{name}" for name in ("full", "null", "random", "urandom", "zero")]
    assert run("echo x > /dev/null; head -c 4 /dev/urandom | wc -c | grep -q 4").verdict == "verified"


@ENCLOSED
def test_nothing_is_run_as_the_administrator() -> None:
    """Inside, they think that they are; the machine knows better."""
    found = run("id -u; cat /etc/shadow")
    assert found.verdict == "failed"
    assert found.output.startswith("0\n") and "Permission denied" in found.output


@ENCLOSED
def test_no_secret_of_the_environment_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-run")
    found = run("env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'; ls /proc | grep -c '^[0-9]' || true")
    assert found.verdict == "verified" and "HOME=/mnt/lab" in found.output
    assert "secret" not in found.output and "OPENAI" not in found.output
    assert run(f"test -e /proc/{os.getpid()}").verdict == "failed", "its processes are all that there are"


@ENCLOSED
def test_processes_that_multiply_end_with_the_commands() -> None:
    """They are few at once, so that the machine has room for others, and none outlives its lab."""
    sleep = f"sleep {100_000 + os.getpid()}"
    found = run(f"for n in $(seq 400); do {sleep} & done; wait", seconds=3, processes=40)
    assert found.verdict == "failed" and "fork" in found.output
    run(f":(){{ {sleep} | : & :|:& }};:", "sleep 1", seconds=2, processes=40)
    time.sleep(0.2)
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert sleep not in left


@ENCLOSED
def test_what_many_processes_have_together_is_bounded() -> None:
    hold = "python3 -c 'import time; held = bytearray(100 << 20); time.sleep(60)'"
    found = run(f"for n in 1 2 3 4 5 6; do {hold} & done; wait", memory=400 << 20)
    assert (found.verdict, found.reason) == ("failed", "they took more than 400 MiB of memory")


@ENCLOSED
def test_the_folder_does_not_fill_the_disk() -> None:
    found = run("for n in $(seq 40); do head -c 1000000 /dev/zero > f$n; done", folder_bytes=8 << 20)
    assert found.verdict == "failed" and "No space left" in found.output


@ENCLOSED
def test_a_persons_home_is_not_seen() -> None:
    assert run(f"test -z \"$(ls -A '{Path.home()}')\"").verdict == "verified"


@ENCLOSED
def test_a_command_without_end_is_ended() -> None:
    start = time.monotonic()
    found = run("sleep 30 & wait", seconds=0.8)
    assert (found.verdict, found.reason) == ("failed", "they took more than 0.8 s")
    assert time.monotonic() - start < 10


@ENCLOSED
def test_output_and_memory_are_bounded() -> None:
    found = run("yes lab", file_bytes=1 << 20, output_characters=200)
    assert found.verdict == "failed"
    assert 0 < len(found.output) <= 200
    assert run("printf -v big '%*s' 900000000 x", memory=1 << 27).verdict == "failed"


def test_a_guide_without_check_commands_is_not_run() -> None:
    found = run_lab_checks(good_lab(make_lab_brief()))
    assert (found.verdict, found.reason) == ("not_run", "the guide has no check commands")


def test_where_nothing_can_be_shut_in_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_checks, "find_enclosure", lambda: None)
    found = run_lab_checks(good_lab(make_lab_brief(), files=True))
    assert found.verdict == "not_run"
    assert "cannot run commands without a network" in found.reason


def test_commands_are_never_run_without_their_enclosure(tmp_path: Path) -> None:
    """An enclosure that fails, here one that is no program of the kind, runs nothing."""
    found = run_enclosed(
        [f"touch '{tmp_path / 'ran'}'"], {}, ("/bin/false", "/bin/false"), RunLimits(seconds=5)
    )
    assert (found.verdict, found.reason) == ("not_run", "the commands could not be shut in")
    assert not (tmp_path / "ran").exists()


@ENCLOSED
@pytest.mark.parametrize(
    ("language", "row"),
    [("en", "| Check commands | verified |"), ("es", "| Comandos de comprobación | comprobados |")],
)
def test_the_verdict_is_printed_in_the_guide(language: str, row: str) -> None:
    brief = make_lab_brief(language)
    text = good_lab(brief, files=True).replace("python3 app.py | grep -q 80", "grep -q 80 app.py")
    draft = produce_lab(brief, ScriptedModel([text]), run_checks=True)
    assert draft.accepted and row in draft.text


@ENCLOSED
def test_a_failed_verdict_is_printed_and_warned_of() -> None:
    text = good_lab(make_lab_brief(), files=True).replace("python3 app.py | grep -q 80", "echo wrong; exit 1")
    draft = produce_lab(make_lab_brief(), ScriptedModel([text]), run_checks=True)
    assert "| Check commands | failed |" in draft.text
    assert [f.message for f in draft.findings if f.check == "check-commands"] == [
        "The check commands failed: they ended with exit code 1; the last that they printed was “wrong”."
    ]


def test_nothing_is_run_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursewright.labs.produce.run_lab_checks", lambda text: pytest.fail("it was run"))
    draft = produce_lab(make_lab_brief(), ScriptedModel([good_lab(make_lab_brief(), files=True)]))
    assert "| Check commands | not run |" in draft.text
