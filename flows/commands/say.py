"""What commands write to the terminal: values as text, never as something that a terminal obeys.

Titles, names and reasons come from outlines, models and files that anybody may have changed. Nothing of a
command goes to standard output or standard error but through here and through `flows.commands.console`.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any, TextIO

# Single halves of a surrogate pair are no commands, but no stream can encode them.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with a mark in the place of every control character but line ends and tabs."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", text)


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a text, on standard output unless a stream is given."""
    print(printable(text), file=stream)


def say_json(found: Any) -> None:
    """Print a result for scripts: every value as it is, control characters as JSON's escapes."""
    told = json.dumps(found, ensure_ascii=False, indent=1)
    print(_OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", told))


def clean_log() -> None:
    """Have the log's warnings be as harmless; where nobody takes them up, they go to standard error."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_PlainFormatter())


class _PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))
