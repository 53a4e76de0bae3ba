"""An outline's bytes as lines of text, or the reason why they cannot be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from coursewright.outline.problems import OutlineError, Problem, say_other_lines

MAX_BYTES = 5_000_000
"""No outline is larger; the largest seen has 27 kB."""

_LINE_END = re.compile("\r\n|\r|\n")
_SPACES = str.maketrans("\x85\u2028\u2029", "   ")
"""Line ends to YAML 1.1 and to no editor; they come with text that was pasted, and would break a title."""

_NOT_IN_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters outside of YAML's printable ones, and marks of byte order inside of the text."""


@dataclass(frozen=True, slots=True)
class Source:
    """An outline's text.

    Attributes:
        name: the file, as the user named it.
        lines: without line ends.
    """

    name: str
    lines: tuple[str, ...]


def read_source(data: bytes, name: str) -> tuple[Source, list[Problem]]:
    """The lines of an outline, and what is wrong with single characters, which are left out of the lines.

    Raises:
        OutlineError: too large, not UTF-8, or empty.
    """
    if len(data) > MAX_BYTES:
        # How much more is not known: whoever reads the file stops behind the limit.
        message = "The file is too large for a course outline."
        raise OutlineError(name, [Problem("", None, "more than 5 MB", "at most 5 MB", None, message)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OutlineError(name, [_refuse_encoding(data, error.start)]) from None
    # One letter may be written in two ways, and an editor may change from one to the other: the same outline.
    text = unicodedata.normalize("NFC", text)
    lines = tuple(_LINE_END.split(text.translate(_SPACES)))
    problems = _refuse_characters(lines)
    if problems:
        lines = tuple(_NOT_IN_YAML.sub("", line) for line in lines)
    if not any(line.strip() and not line.lstrip().startswith(("#", "---", "...")) for line in lines):
        empty = Problem("", None, "", "a course outline in YAML", None, "The file is empty.")
        raise OutlineError(name, [empty, *problems])
    return Source(name, lines), problems


def _refuse_encoding(data: bytes, start: int) -> Problem:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "UTF-16, it seems"
    elif b"\x00" in data:
        encoding = "no text at all, it seems"
    else:
        encoding = "Windows-1252 or Latin-1, it seems"
    return Problem(
        path="",
        line=data.count(b"\n", 0, start) + 1,
        found=f"the byte 0x{data[start]:02X} ({encoding})",
        expected="UTF-8: save the file again with this encoding",
        mend=None,
        message="The file is not UTF-8.",
    )


def _refuse_characters(lines: tuple[str, ...]) -> list[Problem]:
    faulty = [at for at, line in enumerate(lines) if _NOT_IN_YAML.search(line)]
    if not faulty:
        return []
    first = lines[faulty[0]]
    names = dict.fromkeys(f"U+{ord(character):04X}" for character in _NOT_IN_YAML.findall(first))
    others = say_other_lines("has/have", faulty[1:])
    return [
        Problem(
            path="",
            line=faulty[0] + 1,
            found=", ".join(list(names)[:10]),
            expected="printable characters only",
            mend=_NOT_IN_YAML.sub("", first),
            message=f"The line has control characters in it, which cannot be seen.{others}",
        )
    ]
