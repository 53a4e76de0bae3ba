"""Running commands that nobody has read, shut in.

What runs here was written by a model. So it runs only where this system can shut it in: in namespaces of its
own (Linux, ``unshare``), with no network but a loopback device that reaches nothing else, every file system
read-only but a folder that is thrown away, no device but those that hold nothing, nobody's home to be seen,
never as the administrator, and with bounds on time, processes, memory and what is written. Where that cannot
be had, nothing is run.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

RunVerdict = Literal["verified", "failed", "not_run"]

_NOBODY = 65534
"""Whom the commands of an administrator's run belong to: the kernel's settings and devices are root's to
write, whatever namespace root is in."""

_ENCLOSE = r"""
set -e
folder=$1 home=$2 bash=$3 unshare=$4
ulimit -c 0 -t "$5" -d "$6" -f "$7" -u "$8"
"${10}" -I -S -c "${11}" 2>/dev/null || ip link set lo up 2>/dev/null || true
mount --make-rprivate /
shown() { printf '%b' "${1//\\040/\\x20}"; }
mkdir -p /tmp 2>/dev/null || true
mount -t tmpfs -o size=16m,mode=0755 tmpfs /mnt
mkdir /mnt/lab /mnt/dev
mount -t tmpfs -o "size=$9,nr_inodes=16k" tmpfs /mnt/lab
cp -R "$folder/." /mnt/lab
mount -t tmpfs -o size=64k,mode=0755 tmpfs /mnt/dev
for device in null zero full random urandom; do
  : > "/mnt/dev/$device"
  mount --bind "/dev/$device" "/mnt/dev/$device"
done
ln -s /proc/self/fd /mnt/dev/fd
ln -s /proc/self/fd/0 /mnt/dev/stdin
ln -s /proc/self/fd/1 /mnt/dev/stdout
ln -s /proc/self/fd/2 /mnt/dev/stderr
mkdir /mnt/dev/shm
mount -n --move /mnt/dev /dev
mount -o remount,bind,ro /dev
mount -t tmpfs -o size=64k,mode=0555 tmpfs /sys
for private in /tmp /var/tmp /home /root /run /dev/shm /media /srv "$home"; do
  if [ -d "$private" ] && [ "$private" != / ]; then mount -t tmpfs -o size=16m tmpfs "$private"; fi
done
for part in acpi bus driver fs irq mtrr scsi sys sysrq-trigger; do
  if [ -e "/proc/$part" ]; then
    mount --bind "/proc/$part" "/proc/$part"
    mount -o remount,bind,ro,nosuid,nodev,noexec "/proc/$part"
  fi
done
while read -r _ where kind options _; do
  where=$(shown "$where")
  case "$kind" in proc|cgroup*|devpts|mqueue|devtmpfs) continue ;; esac
  case "$where" in /mnt/lab|/proc/*|/dev/*|/dev|/tmp|/var/tmp) continue ;; esac
  case ",$options," in *,ro,*) continue ;; esac
  keep=ro
  for one in nosuid nodev noexec noatime nodiratime relatime; do
    case ",$options," in *,"$one",*) keep="$keep,$one" ;; esac
  done
  mount -o "remount,bind,$keep" "$where" 2>/dev/null || [ ! -w "$where" ]
done < /proc/self/mounts
cd /mnt/lab
echo enclosed >&3
exec 3>&-
set -- --norc --noprofile -eu -o pipefail "/mnt/lab/all checks.sh"
exec "$unshare" --user --map-root-user --mount "$bash" "$@"
"""
"""Its arguments: the folder, the user's home, Bash, unshare, seconds of processor time, KiB of a process's
memory, KiB of a file, processes, bytes of the folder, Python and what it runs. The commands get one more
namespace, in which nothing read-only can be made writable again. A process's memory is bounded by what it may
write to, not by the addresses that it reserves, of which Java and Node.js reserve gigabytes."""

_RAISE_LOOPBACK = """
import fcntl, socket, struct
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 1))
"""
"""SIOCSIFFLAGS with IFF_UP, netdevice(7): a lab may start a server and ask it. Where the user nobody cannot
read this Python, ``ip`` does it."""

_GLANCE = 0.2
"""Seconds between two looks at how much memory the commands have."""


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What commands that are shut in may take.

    Attributes:
        seconds: of wall time; of processor time as well.
        memory: bytes that one process may have, and all of them together.
        processes: how many there may be at once.
        folder_bytes: that the folder may have in all.
        file_bytes: that one file, and so what is printed, may have.
        output_characters: of what was printed that are kept, from its end.
    """

    seconds: float = 60.0
    memory: int = 1 << 30
    processes: int = 128
    folder_bytes: int = 64 << 20
    file_bytes: int = 16 << 20
    output_characters: int = 4_000


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What became of a guide's check commands.

    Attributes:
        reason: why they failed or were not run; empty where they are verified.
        output: the end of what they printed.
    """

    verdict: RunVerdict
    reason: str = ""
    output: str = ""


def run_enclosed(
    commands: Sequence[str], files: Mapping[str, str], enclosure: tuple[str, str], limits: RunLimits
) -> CheckRun:
    """Run commands in a folder of their own.

    Args:
        commands: scripts, each run by itself, in order, until one fails.
        files: by path within the folder.
        enclosure: where ``unshare`` and Bash are.
    """
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        outside = Path(name).resolve()
        folder = outside / "lab"
        folder.mkdir()
        for file, text in files.items():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        _write_scripts(folder, commands)
        if _is_administrator():
            for path in (outside, folder, *folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
        return _run(folder, enclosure, limits)


def _write_scripts(folder: Path, commands: Sequence[str]) -> None:
    """Each of the commands in a script of its own, so that none ends the others before their turn.

    With a space in their names, which no file of a lab has.
    """
    names = [f"check {number}.sh" for number in range(1, len(commands) + 1)]
    for name, text in zip(names, commands, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    calls = [f'"$BASH" --norc --noprofile -eu -o pipefail "/mnt/lab/{name}"' for name in names]
    (folder / "all checks.sh").write_text("\n".join(calls), encoding="utf-8")


def _run(folder: Path, enclosure: tuple[str, str], limits: RunLimits) -> CheckRun:
    unshare, bash = enclosure
    marker, output = folder.parent / "enclosed", folder.parent / "output"
    bounds = (
        max(1, round(limits.seconds)),
        limits.memory // 1024,
        limits.file_bytes // 1024,
        limits.processes,
        limits.folder_bytes,
        sys.executable,
        _RAISE_LOOPBACK,
    )
    command = [
        *(unshare, "--user", "--map-root-user", "--net", "--mount", "--pid", "--ipc", "--uts"),
        *("--fork", "--kill-child", "--mount-proc"),
        *(bash, "--norc", "--noprofile", "-c", _ENCLOSE, "enclose"),
        *(str(folder), str(Path.home()), bash, unshare, *map(str, bounds)),
    ]
    nobody = _NOBODY if _is_administrator() else None
    with output.open("wb") as printed, marker.open("wb") as enclosed:
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec 3>&1 1>&2; exec "$@"', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=enclosed,
            stderr=printed,
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                "HOME": "/mnt/lab",
                "LC_ALL": "C.UTF-8",
            },
            start_new_session=True,
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else (),
        )
        try:
            reason = _await_end(process, limits)
        finally:
            _end(process)
    text = _read_end(output, limits.output_characters)
    if not marker.read_bytes().startswith(b"enclosed"):
        return CheckRun("not_run", "the commands could not be shut in", text)
    return CheckRun("failed" if reason else "verified", reason, text)


@cache
def find_enclosure() -> tuple[str, str] | None:
    """Where ``unshare`` and Bash are; None where one is missing, or this user may not make namespaces."""
    unshare, bash = shutil.which("unshare"), shutil.which("bash")
    if not unshare or not bash:
        return None
    probe = run_enclosed(["true"], {}, (unshare, bash), RunLimits(seconds=10))
    return (unshare, bash) if probe.verdict == "verified" else None


def _await_end(process: subprocess.Popen[bytes], limits: RunLimits) -> str:
    """Wait until the commands end or have taken too much; gives why they failed, empty where they did not."""
    end = time.monotonic() + limits.seconds
    while (left := end - time.monotonic()) > 0:
        try:
            code = process.wait(timeout=min(_GLANCE, left))
        except subprocess.TimeoutExpired:
            if _memory_of(process.pid) > limits.memory:
                return f"they took more than {limits.memory >> 20} MiB of memory"
        else:
            return f"they ended with exit code {code}" if code else ""
    return f"they took more than {limits.seconds:g} s"


def _memory_of(process: int) -> int:
    """Bytes that a process and all that it started have to themselves, on a system that has ``/proc``.

    What one process may have is the kernel's to bound; many may have that at once.
    """
    parents: dict[int, int] = {}
    memory: dict[int, int] = {}
    for status in _read_statuses():
        facts = dict(re.findall(r"^(Pid|PPid|RssAnon|RssShmem):\s*(\d+)", status, re.MULTILINE))
        if "PPid" in facts:
            own = int(facts["Pid"])
            parents[own] = int(facts["PPid"])
            memory[own] = (int(facts.get("RssAnon", 0)) + int(facts.get("RssShmem", 0))) * 1024
    family = {process}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(memory.get(one, 0) for one in family)


def _read_statuses() -> Iterator[str]:
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end between the listing and the reading.
        with contextlib.suppress(OSError):
            yield (folder / "status").read_text("utf-8", errors="replace")


def _is_administrator() -> bool:
    return os.geteuid() == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the commands and all that they started; with the first process of a namespace all others end."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read_end(path: Path, characters: int) -> str:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 4 * characters))
        text = file.read().decode("utf-8", errors="replace")
    # What moves a terminal's cursor or sets its title is nothing to be shown.
    return "".join(one for one in text if one.isprintable() or one in "\n\t")[-characters:].strip()
