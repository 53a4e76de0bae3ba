"""What is wrong with an outline, said to the person who wrote it: everything at once, with the mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from coursewright.errors import InputError
from coursewright.outline.model import OutlineWarning

MAX_SHOWN = 500
"""How many problems the text of the error lists; `OutlineError.problems` has them all."""

MAX_PATH = 200
"""Characters of a key path that a person is shown; a key may be as long as the file."""


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
        message: what is wrong, in a sentence or two.
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
        place = [f"line {self.line}"] if self.line else ["the whole file"]
        if self.path:
            place.append(shorten(self.path, MAX_PATH))
        lines = [" · ".join(place), f"  {self.message}"]
        if self.found:
            lines.append(f"  found: {self.found}")
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.mend is not None:
            lines += [f"  write line {self.line} as:", self.mend]
        return "\n".join(lines)


class OutlineError(InputError):
    """The outline cannot be used. The text lists every problem found.

    Attributes:
        name: the outline's file, as the user named it.
        problems: all that was found, in the order of the file; never empty.
        warnings: what else was odd, as far as the file was read.
    """

    def __init__(
        self, name: str, problems: Iterable[Problem], warnings: Iterable[OutlineWarning] = ()
    ) -> None:
        self.name = name
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        self.warnings = tuple(sorted(warnings, key=lambda warning: warning.line or 0))
        count = len(self.problems)
        several = f"{count} problems. Mend them all" if count > 1 else "1 problem. Mend it"
        parts = [f"{name} has {several}; until then nothing is generated."]
        parts += map(str, self.problems[:MAX_SHOWN])
        if count > MAX_SHOWN:
            parts.append(f"and {count - MAX_SHOWN} more")
        super().__init__("\n\n".join(parts))

    def __reduce__(self) -> tuple[type[OutlineError], tuple[Any, ...]]:
        return OutlineError, (self.name, self.problems, self.warnings)


def shorten(text: str, width: int = 100) -> str:
    """The text on one line, cut to `width` characters, without characters that a terminal would obey."""
    line = " ".join(text[: 10 * width].split())
    line = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
    )
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def say_other_lines(verb: str, indexes: list[int], most: int = 20) -> str:
    """A sentence about further lines with the same problem, such as ``So are lines 7, 9.``; empty for none.

    Args:
        verb: in the singular and the plural, such as ``is/are``.
        indexes: of the lines, from 0.
    """
    if not indexes:
        return ""
    shown = ", ".join(str(index + 1) for index in indexes[:most])
    more = f" and {len(indexes) - most} more" if len(indexes) > most else ""
    one, several = verb.split("/")
    return f" So {one} line {shown}." if len(indexes) == 1 else f" So {several} lines {shown}{more}."
