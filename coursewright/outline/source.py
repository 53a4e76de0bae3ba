"""An outline's bytes as lines of text, or the reason why they cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coursewright.outline.problems import OutlineError, Problem

MAX_BYTES = 5_000_000
"""No outline is larger; the largest seen has 27 kB."""

_NOT_ALLOWED_IN_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters outside of YAML 1.1's c-printable."""


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
    """The lines of an outline, and what is wrong with single characters (put right in the lines).

    Raises:
        OutlineError: too large, not UTF-8, or empty.
    """
    if len(data) > MAX_BYTES:
        raise _whole_file(
            name,
            "The file is too large for an outline.",
            found=f"{len(data) / 1_000_000:.1f} MB",
            expected="at most 5 MB",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OutlineError(name, [_not_utf8(data, error)]) from None
    lines = re.split("\r\n|\r|\n", text)
    problems = [
        problem for number, line in enumerate(lines, 1) for problem in _check_characters(line, number)
    ]
    lines = [_NOT_ALLOWED_IN_YAML.sub("", line) for line in lines]
    if not any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        raise _whole_file(name, "The file is empty.", found="", expected="a course outline in YAML")
    return Source(name, tuple(lines)), problems


def _whole_file(name: str, message: str, *, found: str, expected: str) -> OutlineError:
    return OutlineError(name, [Problem("", None, found, expected, None, message)])


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "UTF-16"
    elif b"\x00" in data:
        encoding = "binary data"
    else:
        encoding = "perhaps Windows-1252 or Latin-1"
    return Problem(
        path="",
        line=line,
        found=f"the byte 0x{data[error.start]:02x} ({encoding})",
        expected="UTF-8: save the file again with this encoding",
        mend=None,
        message="The file is not UTF-8.",
    )


def _check_characters(line: str, number: int) -> list[Problem]:
    found = _NOT_ALLOWED_IN_YAML.findall(line)
    if not found:
        return []
    names = ", ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(found))
    return [
        Problem(
            path="",
            line=number,
            found=names,
            expected="printable characters only",
            mend=_NOT_ALLOWED_IN_YAML.sub("", line),
            message="The line has invisible control characters in it.",
        )
    ]
