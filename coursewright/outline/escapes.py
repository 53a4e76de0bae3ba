"""Characters that JSON writes as two escapes, each for a half, which YAML takes for faults."""

from __future__ import annotations

import re

from coursewright.outline.guesses import MAX_MEND
from coursewright.outline.nodes import BAD_ESCAPE
from coursewright.outline.problems import Problem, say_other_lines

_START = r"(?<!\\)(?P<before>(?:\\\\)*)"
_FIRST, _SECOND = r"\\u(?P<first>[dD][89abAB][0-9a-fA-F]{2})", r"\\u(?P<second>[dD][c-fC-F][0-9a-fA-F]{2})"
_PAIR = re.compile(f"{_START}{_FIRST}{_SECOND}")
_HALF = re.compile(rf"{_START}(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{{2}})")


def is_about_escapes(reason: str) -> bool:
    """Whether the parser's words are about an escape that stands for no character."""
    return BAD_ESCAPE in reason


def join_halves(lines: list[str]) -> bool:
    """Put each character in the place of its two halves; False where there are none.

    Where one pair is in double quotes and so a fault, all pairs of the file are taken for such.
    """
    joined = [_PAIR.sub(_join, line) for line in lines]
    changed = joined != lines
    lines[:] = joined
    return changed


def drop_halves(lines: list[str]) -> Problem | None:
    """Leave out the halves that stand alone; the problem that tells of them, None where there are none."""
    faulty = [at for at, line in enumerate(lines) if _HALF.search(line)]
    if not faulty:
        return None
    first = lines[faulty[0]]
    halves = dict.fromkeys(match["half"] for match in _HALF.finditer(first))
    for at in faulty:
        lines[at] = _HALF.sub(r"\g<before>", lines[at])
    return Problem(
        path="",
        line=faulty[0] + 1,
        found=", ".join(list(halves)[:10]),
        expected=r"both halves, as in \ud83d\ude00, or the character itself",
        mend=lines[faulty[0]] if len(lines[faulty[0]]) <= MAX_MEND else None,
        message=f"The line has one half of a character that JSON writes as two escapes."
        f"{say_other_lines('has/have', faulty[1:])}",
    )


def _join(match: re.Match[str]) -> str:
    first, second = int(match["first"], 16), int(match["second"], 16)
    return match["before"] + chr(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
