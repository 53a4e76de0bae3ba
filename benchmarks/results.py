"""The results: what each part measured, as a section of one page."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("prefect", "prefect-aws", "sqlalchemy", "asyncpg", "httpx", "openai", "pydantic")
_MARKER = re.compile(r"^<!-- part: (\w+) -->\n", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    """Rows of text under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_markdown(self) -> str:
        """The table, with its numbers to the right."""
        cells = [[_cell(value) for value in row] for row in (self.header, *self.rows)]
        marks = [
            "---:" if self.rows and all(_is_number(row[column]) for row in self.rows) else "---"
            for column in range(len(self.header))
        ]
        lines = [cells[0], marks, *cells[1:]]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Section:
    """What one part measured.

    Attributes:
        part: the part's name, as the command takes it.
        says: how it was measured, for a reader who has only this page.
        notes: what the figures mean, what was left out, and why.
        quick: whether it is the short form.
        seconds: what measuring took.
        load: the machine's load average of a minute, before and after.
    """

    part: str
    title: str
    says: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    quick: bool = False
    seconds: float = 0.0
    load: tuple[float, float] = (0.0, 0.0)
    measured: str = ""

    def as_markdown(self) -> str:
        """The section of the page."""
        form = "short form" if self.quick else "full form"
        lines = [f"## {self.title}", "", self.says, ""]
        for table in self.tables:
            lines += [table.as_markdown(), ""]
        lines += [f"- {note}" for note in self.notes]
        lines += [""] * bool(self.notes)
        before, after = self.load
        lines.append(
            f"*{form}, measured {self.measured} in {self.seconds:.0f} s; load average {before:.1f} before, "
            f"{after:.1f} after.*"
        )
        return "\n".join(lines) + "\n"


@dataclass
class Stopwatch:
    """When a part began, and the machine's load then."""

    started: float = field(default_factory=time.monotonic)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


def verdict(value: float, most: float, *, unit: str = "") -> str:
    """Whether a target is met, said by the figures."""
    word = "met" if value <= most else "missed"
    return f"≤ {most:g}{unit}: {word}"


def write_section(section: Section, page: Path, parts: Sequence[str]) -> None:
    """Write a section into the page in place of what its part measured before; the others stay as they are.

    Args:
        parts: all parts, in the page's order.
    """
    sections = {**_read_sections(page), section.part: section.as_markdown()}
    machine = f"{os.cpu_count()} cores, {_processor()}, {_memory_gb():.0f} GB of memory, {platform.system()}"
    versions = ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    )
    lines = [
        "# What the pipeline adds to the models' time",
        "",
        "Written by `make bench`. Models are simulated on loopback and take as long as they are told, so the "
        "figures are ratios to what no scheduler can beat, or work of the program itself; they promise no "
        "absolute time. What each target is, and where its floor lies, stands in `docs/speed.md`.",
        "",
        "The machine and the versions of the latest measurement:",
        "",
        f"- Machine: {machine}",
        f"- Versions: {versions}",
        "",
    ]
    texts = [f"{_marker(part)}\n{sections[part]}" for part in parts if part in sections]
    page.write_text("\n".join(lines) + "\n" + "\n".join(texts), "utf-8")


def _read_sections(page: Path) -> dict[str, str]:
    """The sections of the page by part; none, if there is no page yet."""
    if not page.exists():
        return {}
    _, *rest = _MARKER.split(page.read_text("utf-8"))
    return {part: text.strip("\n") + "\n" for part, text in zip(rest[::2], rest[1::2], strict=True)}


def _marker(part: str) -> str:
    return f"<!-- part: {part} -->"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace("-", "").isdecimal() or text in ("", "–")


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
