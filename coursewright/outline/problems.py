"""What is wrong with an outline, said to the person who wrote it: everything at once, with the mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from coursewright.errors import InputError
from coursewright.outline.model import OutlineWarning


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps an outline from being used.

    Attributes:
        path: the key path in the file, such as ``modules[2].lessons[0].topics``; empty for the whole file
            and where the file cannot be read far enough to tell.
        line: the line in the file, from 1; None for the whole file.
        found: what stands there, shortened; empty where something is missing.
        expected: what should stand there.
        mend: the line as it should be, with its indentation, ready to paste; None where it cannot be known.
        message: what is wrong, in a sentence.
    """

    path: str
    line: int | None
    found: str
    expected: str
    mend: str | None
    message: str

    def as_json(self) -> dict[str, Any]:
        """The problem as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        """The problem as a few lines for the terminal; a line to paste stands alone, as it should be."""
        place = [f"line {self.line}"] if self.line else []
        lines = [" · ".join([*place, self.path or "the file"]), f"  {self.message}"]
        if self.found:
            lines.append(f"  found: {self.found}")
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.mend is not None:
            lines += [f"  write line {self.line} as:" if self.line else "  write:", self.mend]
        return "\n".join(lines)


class OutlineError(InputError):
    """The outline cannot be used. The text lists every problem found.

    Attributes:
        name: the outline's file, as the user named it.
        problems: all that was found, in the order of the file; never empty.
        warnings: what would have been a warning, had the outline been good.
    """

    def __init__(
        self, name: str, problems: Iterable[Problem], warnings: Iterable[OutlineWarning] = ()
    ) -> None:
        self.name = name
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        self.warnings = tuple(warnings)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        head = f"{name} has {count}; nothing is made from it until then."
        super().__init__("\n\n".join([head, *map(str, self.problems)]))


def shorten(text: str, width: int = 100) -> str:
    """The text on one line, cut to `width` characters, without characters that a terminal would obey."""
    line = " ".join(text.split())
    line = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
    )
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
