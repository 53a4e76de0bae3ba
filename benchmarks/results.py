"""The results: what each part measured, kept beside each other and written as one page."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("prefect", "prefect-aws", "sqlalchemy", "asyncpg", "httpx", "openai", "pydantic")


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


def keep_section(section: Section, folder: Path) -> None:
    """Keep what a part measured, in the place of what it measured before."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{section.part}.json").write_text(
        json.dumps(asdict(section), ensure_ascii=False, indent=1), "utf-8"
    )


def kept_sections(parts: Sequence[str], folder: Path) -> list[Section]:
    """What the parts measured when each was last run, in this order."""
    sections = []
    for part in parts:
        path = folder / f"{part}.json"
        if path.exists():
            data = json.loads(path.read_text("utf-8"))
            tables = tuple(
                Table(tuple(table["header"]), tuple(map(tuple, table["rows"]))) for table in data["tables"]
            )
            sections.append(
                Section(
                    **{
                        **data,
                        "tables": tables,
                        "notes": tuple(data["notes"]),
                        "load": tuple(data["load"]),
                    }
                )
            )
    return sections


def write_page(sections: Sequence[Section], path: Path) -> None:
    """Write all sections as one page, with the machine and the versions."""
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
        f"- Machine: {machine}",
        f"- Versions: {versions}",
        "",
    ]
    path.write_text("\n".join(lines) + "\n" + "\n".join(one.as_markdown() for one in sections), "utf-8")


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
