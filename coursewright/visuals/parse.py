"""What a model answered, as JSON objects: code fences, chatter and a cut-off end are borne with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any


def read_objects(text: str) -> list[dict[str, Any]]:
    """Every whole figure in the reply, in order, wherever it stands.

    A reply is ``{"figures": [ … ]}``, a list, or objects one after the other. Where it was cut off, what was
    whole before the cut is given.
    """
    decoder = json.JSONDecoder()
    for start in _openings(text):
        try:
            value, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            continue
        if found := _figures_in(value):
            return found
        break
    return [value for value in _scan(text, decoder) if "kind" in value or "id" in value]


def _openings(text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(r"[{\[]", text))


def _figures_in(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        inner = value.get("figures")
        if isinstance(inner, list):
            return [entry for entry in inner if isinstance(entry, dict)]
        if isinstance(inner, dict):
            # Keyed by the figures' ids rather than listed.
            return [{"id": name, **entry} for name, entry in inner.items() if isinstance(entry, dict)]
        return [value] if "kind" in value else []
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, dict) and "kind" in entry]
    return []


def _scan(text: str, decoder: json.JSONDecoder) -> Iterator[dict[str, Any]]:
    at = 0
    while (start := text.find("{", at)) >= 0:
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            at = start + 1
            continue
        at = end
        if isinstance(value, dict) and not _figures_in(value):
            continue
        if isinstance(value, dict):
            yield from _figures_in(value)
