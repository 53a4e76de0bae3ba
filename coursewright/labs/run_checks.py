"""Trying a lab out: its check commands, in a throw-away folder that holds its files, with no network.

What runs here was written by a model. So it runs only where this system can shut it in: in namespaces of its
own (Linux, ``unshare``), with no network, every file system read-only but the folder itself, nobody's home to
be seen, and bounds on time, memory and what it prints. Where that cannot be had, nothing is run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from coursewright.labs.files import check_commands, safe_files
from coursewright.markdown.parse import parse_document

RunVerdict = Literal["verified", "failed", "not_run"]

_ENCLOSE = r"""
set -e
ulimit -t "$2" -v "$3" -f "$4" -c 0
mount --make-rprivate /
shown() { printf '%b' "${1//\\040/\\x20}"; }
mkdir -p /tmp 2>/dev/null || true
mount -t tmpfs -o size=16m,mode=0755 tmpfs /mnt
mkdir /mnt/lab
mount --bind "$1" /mnt/lab
for private in /tmp /var/tmp /home /root /run /dev/shm /media /srv "$5"; do
  if [ -d "$private" ] && [ "$private" != / ]; then mount -t tmpfs -o size=16m tmpfs "$private"; fi
done
while read -r _ where kind options _; do
  where=$(shown "$where")
  case "$kind" in proc|sysfs|cgroup*|devpts|mqueue|devtmpfs) continue ;; esac
  case "$where" in /mnt/lab|/proc/*|/dev/*|/sys/*|/dev|/tmp|/var/tmp|/dev/shm) continue ;; esac
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
exec "$7" --user --map-root-user --mount "$6" --norc --noprofile -eu -o pipefail /mnt/lab/.check.sh
"""
"""Its arguments: the folder, seconds of processor time, KiB of memory, KiB of a file, the user's home, Bash,
unshare. The commands get one more namespace, in which nothing read-only can be made writable again."""


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What a lab's check commands may take.

    Attributes:
        seconds: of wall time; of processor time as well.
        memory: bytes that one process may have.
        file_bytes: that one file, and so what is printed, may have.
        output_characters: of what was printed that are kept, from its end.
    """

    seconds: float = 60.0
    memory: int = 1 << 30
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


def run_lab_checks(text: str, limits: RunLimits | None = None) -> CheckRun:
    """Run the check commands of a guide with its starter and solution files beside them.

    Args:
        text: the guide. A solution file takes the place of the starter file of the same name.
    """
    document = parse_document(text)
    commands = check_commands(document)
    if not commands:
        return CheckRun("not_run", "the guide has no check commands")
    enclosure = find_enclosure()
    if enclosure is None:
        return CheckRun("not_run", "this system cannot run commands without a network (unshare, Bash)")
    return run_enclosed(commands, safe_files(document), enclosure, limits or RunLimits())


def run_enclosed(
    commands: Sequence[str], files: Mapping[str, str], enclosure: tuple[str, str], limits: RunLimits
) -> CheckRun:
    """Run commands in a folder of their own.

    Args:
        files: by path, such as ``starter/app.py``; they are put into the folder under their names.
        enclosure: where ``unshare`` and Bash are.
    """
    with tempfile.TemporaryDirectory(prefix="lab-") as name:
        folder = Path(name).resolve() / "lab"
        folder.mkdir()
        for path in sorted(files, key=lambda one: one.startswith("solution/")):
            target = folder / path.partition("/")[2]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(files[path], encoding="utf-8")
        (folder / ".check.sh").write_text("\n".join(commands), encoding="utf-8")
        return _run(folder, enclosure, limits)


def _run(folder: Path, enclosure: tuple[str, str], limits: RunLimits) -> CheckRun:
    unshare, bash = enclosure
    marker, output = folder.parent / "enclosed", folder.parent / "output"
    bounds = [str(max(1, round(limits.seconds))), str(limits.memory // 1024), str(limits.file_bytes // 1024)]
    command = [
        *(unshare, "--user", "--map-root-user", "--net", "--mount", "--pid", "--ipc", "--uts"),
        *("--fork", "--kill-child", "--mount-proc"),
        *(bash, "--norc", "--noprofile", "-c", _ENCLOSE, "enclose"),
        *(str(folder), *bounds, str(Path.home()), bash, unshare),
    ]
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
        )
        try:
            code = process.wait(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
    text = _read_end(output, limits.output_characters)
    if not marker.read_bytes().startswith(b"enclosed"):
        return CheckRun("not_run", "the commands could not be shut in", text)
    if code is None:
        return CheckRun("failed", f"they took more than {limits.seconds:g} s", text)
    if code == 0:
        return CheckRun("verified", "", text)
    return CheckRun("failed", f"they ended with exit code {code}", text)


@cache
def find_enclosure() -> tuple[str, str] | None:
    """Where ``unshare`` and Bash are; None where one is missing, or this user may not make namespaces."""
    unshare, bash = shutil.which("unshare"), shutil.which("bash")
    if not unshare or not bash:
        return None
    probe = run_enclosed(["true"], {}, (unshare, bash), RunLimits(seconds=10))
    return (unshare, bash) if probe.verdict == "verified" else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the commands and all that they started; with the first process of a namespace all others end."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read_end(path: Path, characters: int) -> str:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 4 * characters))
        return file.read().decode("utf-8", errors="replace")[-characters:].strip()
