"""A calendar clock that the driver can move under a running process."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("jumping_clock.c")


class JumpingClock:
    """The clock of all processes that are started with `environment`. Make it with `build`."""

    def __init__(self, library: Path, offset: Path) -> None:
        self._library = library
        self._offset = offset
        self.jump(0)

    @classmethod
    def build(cls, folder: Path) -> JumpingClock | None:
        """Compile the library; None where there is no C compiler."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            return None
        library = folder / "jumping_clock.so"
        command = [compiler, "-shared", "-fPIC", "-O1", str(_SOURCE), "-o", str(library), "-ldl"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        return cls(library, folder / "clock.offset")

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process see this clock."""
        return {"LD_PRELOAD": str(self._library), "CHAOS_CLOCK": str(self._offset)}

    def jump(self, seconds: int) -> None:
        """Show the time so many seconds from now, in all processes at once."""
        draft = self._offset.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.replace(self._offset)
