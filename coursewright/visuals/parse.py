"""What a model answered, as JSON objects: code fences, chatter and a cut-off end are borne with."""

from __future__ import annotations

import json
from typing import Any


def read_objects(text: str) -> list[dict[str, Any]]:
    """Every whole figure in the reply, in order, wherever it stands.

    A reply is ``{"figures": [ … ]}``, a list, or objects one after the other. Where it was cut off, what was
    whole before the cut is given.
    """
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = 0
    while (start := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):  # Not JSON, or a number of thousands of digits.
            at = start + 1
            continue
        found += _figures_in(value)
    return found


def _figures_in(value: dict[str, Any]) -> list[dict[str, Any]]:
    inner = value.get("figures")
    if isinstance(inner, list):
        return [entry for entry in inner if isinstance(entry, dict)]
    if isinstance(inner, dict):
        # Keyed by the figures' ids rather than listed.
        return [{"id": name, **entry} for name, entry in inner.items() if isinstance(entry, dict)]
    return [value] if "kind" in value else []
