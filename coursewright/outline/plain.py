"""Parts of an outline as plain JSON values, as they were written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from coursewright.outline.keys import LAB_LIST_KEYS, OBJECTIVE_KEYS
from coursewright.outline.labels import strip_number
from coursewright.outline.nodes import Entries, Items, Node, Text, is_null
from coursewright.outline.reading import is_bare_text, meant_text

_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}\.[0-9]{0,15}")


def as_plain(node: Node) -> Any:
    """The value as JSON has it: null, true, false, numbers, text, lists, and mappings by their keys' text.

    YAML's other readings of a plain text (dates, "yes", 1:30, octal numbers) are not made: it stays text.
    """
    if isinstance(node, Text):
        return _plain_scalar(node)
    if isinstance(node, Items):
        return [as_plain(item) for item in node.items]
    return {_key_text(key): as_plain(value) for key, value in _merged_first(node)}


def lesson_as_written(node: Node, title: str) -> dict[str, Any]:
    """A lesson's part of the outline, without its number and the number in its title.

    Its labs count, since their titles set its length.
    """
    written = _part_as_written(node)
    for key, value in _merged_first(node) if isinstance(node, Entries) else []:
        name = _key_text(key)
        if name in LAB_LIST_KEYS and isinstance(value, Items):
            written[name] = [lab_as_written(item) for item in value.items]
        elif name == "topics" and isinstance(value, Items):
            written[name] = [_item_as_written(item) for item in value.items]
    return {**written, "title": title}


def lab_as_written(node: Node) -> Any:
    """A lab's part of the outline, without its number and a bare number in its title."""
    return _item_as_written(node, strip_number)


def _item_as_written(node: Node, clean_title: Callable[[str], str] = str) -> Any:
    if not isinstance(node, Entries):
        plain = as_plain(node)
        return clean_title(plain) if isinstance(plain, str) else plain
    if is_bare_text(node, ("title",)):
        return clean_title(meant_text(node) or "")
    written = _part_as_written(node)
    if isinstance(written.get("title"), str):
        written["title"] = clean_title(written["title"])
    return written


def _part_as_written(node: Node) -> dict[str, Any]:
    """A part without its number, and with the texts that were meant where YAML reads mappings of one key."""
    written: dict[str, Any] = {}
    for key, value in _merged_first(node) if isinstance(node, Entries) else []:
        name = _key_text(key)
        if name in (*OBJECTIVE_KEYS, "activities") and isinstance(value, Items):
            written[name] = [_text_or_plain(item) for item in value.items]
        elif name != "number":
            written[name] = as_plain(value)
    return written


def _text_or_plain(node: Node) -> Any:
    meant = meant_text(node) if isinstance(node, Entries) else None
    return as_plain(node) if meant is None else meant


def _plain_scalar(node: Text) -> Any:
    text = node.text
    if node.quoted:
        return text
    if is_null(node):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text[0] in "tT"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _key_text(key: Node) -> str:
    return key.text if isinstance(key, Text) else str(as_plain(key))


def _merged_first(node: Entries) -> list[tuple[Node, Node]]:
    """The entries, with those that ``<<`` merges in before the mapping's own, which win."""
    merged: list[tuple[Node, Node]] = []
    own: list[tuple[Node, Node]] = []
    for key, value in node.entries:
        if isinstance(key, Text) and key.text == "<<" and not key.quoted:
            for source in reversed(value.items if isinstance(value, Items) else [value]):
                merged += _merged_first(source) if isinstance(source, Entries) else []
        else:
            own.append((key, value))
    return merged + own
