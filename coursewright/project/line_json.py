"""JSON that a person can read and compare, and that costs little to write: a line for each entry.

The standard library indents with its encoder in Python, ten times as slow as the one in C, and the record of
a course of a thousand lessons is written after each batch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def write_lines(data: Mapping[str, Any]) -> bytes:
    """An object's JSON: a line for each value, and for each entry of a list or mapping of objects."""
    lines = ",\n".join(f" {_dump(name)}: {_entries(value)}" for name, value in data.items())
    return f"{{\n{lines}\n}}\n".encode()


def _entries(value: Any) -> str:
    if isinstance(value, Mapping) and value and all(isinstance(entry, Mapping) for entry in value.values()):
        lines = ",\n".join(f"  {_dump(name)}: {_dump(entry)}" for name, entry in value.items())
        return f"{{\n{lines}\n }}"
    if isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
        lines = ",\n".join(f"  {_dump(entry)}" for entry in value)
        return f"[\n{lines}\n ]"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
