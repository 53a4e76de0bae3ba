"""Parts of an outline as plain JSON values, as they were written."""

from __future__ import annotations

import math
import re
from typing import Any

from coursewright.outline.nodes import Entries, Items, Node, Text, is_null

_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}\.[0-9]{0,15}")


def as_plain(node: Node) -> Any:
    """The value as JSON has it: null, true, false, numbers, text, lists, and mappings by their keys' text.

    YAML's other readings of a plain text (dates, "yes", 1:30, octal numbers) are not made: it stays text.
    """
    match node:
        case Text():
            return _plain_scalar(node)
        case Items():
            return [as_plain(item) for item in node.items]
        case Entries():
            return {_key_text(key): as_plain(value) for key, value in _merged_last(node)}


def _plain_scalar(node: Text) -> Any:
    if is_null(node):
        return None
    text = node.text
    if node.quoted:
        return text
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text[0] in "tT"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def _key_text(key: Node) -> str:
    return key.text if isinstance(key, Text) else str(as_plain(key))


def _merged_last(node: Entries) -> list[tuple[Node, Node]]:
    """The entries with those that ``<<`` merges in before the mapping's own, which win."""
    merged: list[tuple[Node, Node]] = []
    own: list[tuple[Node, Node]] = []
    for key, value in node.entries:
        if isinstance(key, Text) and key.text == "<<" and not key.quoted:
            for source in reversed(value.items if isinstance(value, Items) else [value]):
                merged += _merged_last(source) if isinstance(source, Entries) else [(key, source)]
        else:
            own.append((key, value))
    return merged + own
