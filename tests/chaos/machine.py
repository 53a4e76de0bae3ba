"""A calendar clock that the driver can move under a running process, and a disk that it can fill."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("machine.c")


class Machine:
    """The clock and the disk of all processes that are started with `environment`. Make it with `build`."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._library = library
        self._offset = folder / "clock.offset"
        self._full = folder / "disk.full"
        self.calm()

    @classmethod
    def build(cls, folder: Path) -> Machine | None:
        """Compile the library; None where there is no C compiler."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            return None
        library = folder / "machine.so"
        command = [compiler, "-shared", "-fPIC", "-O1", str(_SOURCE), "-o", str(library), "-ldl"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        return cls(library, folder)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process see this clock and this disk."""
        return {
            "LD_PRELOAD": str(self._library),
            "CHAOS_CLOCK": str(self._offset),
            "CHAOS_FULL": str(self._full),
        }

    def jump(self, seconds: int) -> None:
        """Show the time so many seconds from now, in all processes at once."""
        draft = self._offset.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.replace(self._offset)

    def fill_disk(self) -> None:
        """Let nothing more be written to any file; logs are on another disk."""
        self._full.touch()

    def calm(self) -> None:
        """Set the clock right and free the disk."""
        self.jump(0)
        self._full.unlink(missing_ok=True)
