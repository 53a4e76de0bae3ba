"""Titles, texts and lists of texts of an outline."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from coursewright.outline.folding import fold
from coursewright.outline.keys import ALL_KEYS
from coursewright.outline.lines import quoted
from coursewright.outline.nodes import Entries, Items, Node, Text, is_null
from coursewright.outline.problems import shorten
from coursewright.outline.reading import Entry, Reading, describe, is_bare_text, meant_text, say_keys

MAX_TITLE = 300
"""Characters; a longer title is read, with a warning."""

_MISSING_COLON = re.compile(r"title(?:\s|\s*=|:\S)")
_BULLET = re.compile(r"\s*(?:[-*•]|[0-9]{1,2}[.)])\s+")


def read_title(reading: Reading, entry: Entry, what: str) -> str:
    """The value of `title` on one line; empty where it was refused.

    Args:
        what: the part's name at the start of a sentence, such as ``Lesson 1.2``.
    """
    node = entry.values.get("title")
    if node is not None:
        return read_line(reading, node, entry.at("title"), f"The title of {_lower(what)}")
    keys = say_keys(entry.values) or "no keys"
    reading.refuse_missing(
        entry.at("title"), entry.line, f"{what} has no title.", expected="a line `title: …`", found=keys
    )
    return ""


def read_bare_title(reading: Reading, node: Node, path: str, what: str) -> str:
    """A title that stands without the key `title`; empty where it was refused."""
    text = read_line(reading, node, path, what)
    if _MISSING_COLON.match(text):
        reading.warn(
            path, node.line, f"“{shorten(text, 40)}” is read as a title; `title: …` would need a colon."
        )
    elif isinstance(node, Entries) and _is_nearly_title(node):
        reading.warn(path, node.line, f"“{shorten(text, 40)}” is read as a title. Is the key title meant?")
    return text


def read_line(reading: Reading, node: Node, path: str, what: str) -> str:
    """A title or another text on one line; empty where it was refused."""
    if is_null(node) and not node.tag:
        _refuse_empty(reading, node, path, what)
        return ""
    if node.tag:
        reading.check_tag(node, path)
        return ""
    text = " ".join(read_text(reading, node, path, what).split())
    if not text and meant_text(node) is not None:
        _refuse_empty(reading, node, path, what)
    if len(text) > MAX_TITLE:
        reading.warn(
            path, node.line, f"{what} has {len(text)} characters; more than {MAX_TITLE} print badly."
        )
    return text


def read_text(reading: Reading, node: Node, path: str, what: str) -> str:
    """A text without control characters, which YAML's escapes can spell; empty where it was refused."""
    text = meant_text(node)
    if text is None:
        reading.check_tag(node, path)
        reading.refuse(path, node, f"{what} has to be a text.", expected="a text")
        return ""
    if isinstance(node, Text):
        reading.check_text(node, path)
    if text.isprintable():
        return text.strip()
    cleaned = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    if cleaned != text:
        reading.warn(path, node.line, f"{what} has control characters in it; they are left out.")
    return cleaned.strip()


def read_optional_text(reading: Reading, entry: Entry, key: str) -> str:
    """The value of `key`; empty where it is missing or null."""
    node = entry.given(key)
    return "" if node is None else read_text(reading, node, entry.at(key), f"The {key}")


def read_summary(reading: Reading, entry: Entry) -> str:
    """The `summary` and the `description`, whichever are given."""
    parts = [read_optional_text(reading, entry, key) for key in ("summary", "description")]
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


def read_texts(reading: Reading, entry: Entry, *keys: str) -> tuple[str, ...]:
    """The texts under all of `keys`: lists, or single texts."""
    items = [(key, *item) for key in keys for item in read_items(reading, entry, key)]
    texts = [read_line(reading, node, path, f"This part of {key}") for key, path, node in items]
    return tuple(text for text in texts if text)


def read_items(reading: Reading, entry: Entry, key: str) -> list[tuple[str, Node]]:
    """The items of the list under `key`, with their paths.

    A single text is a list of one; a text whose lines all begin with a bullet is a list of its lines.
    """
    node, path = entry.given(key), entry.at(key)
    if node is None:
        return []
    if isinstance(node, Items):
        reading.check_tag(node, path)
        return [(f"{path}[{index}]", item) for index, item in enumerate(node.items)]
    if isinstance(node, Text):
        return [(path, part) for part in _split_bullets(node)]
    if is_bare_text(node, tuple(ALL_KEYS)):
        return [(path, node)]
    reading.refuse(
        path, node, f"The value of {key} has to be a list.", expected="a list: lines that begin with `- `"
    )
    return []


def _is_nearly_title(node: Entries) -> bool:
    """Whether the only key of a mapping that is read as a text looks like ``title`` misspelt."""
    key = node.entries[0][0]
    return isinstance(key, Text) and bool(get_close_matches(fold(key.text[:60]), ["title"], cutoff=0.72))


def _refuse_empty(reading: Reading, node: Node, path: str, what: str) -> None:
    mend = None
    expected = "a text"
    if isinstance(node, Text) and is_null(node) and node.text:
        mend = reading.replace_on_line(node, quoted(node.text))
        expected = f"a text; the word {node.text} in quotes, if that is the text"
    reading.refuse(path, node, f"{what} is empty.", found=describe(node), expected=expected, mend=mend)


def _split_bullets(node: Text) -> list[Text]:
    lines = [line for line in node.text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(_BULLET.match(line) for line in lines):
        return [node]
    return [
        Text(_BULLET.sub("", line, count=1), node.line, end_line=node.end_line, quoted=True) for line in lines
    ]


def _lower(what: str) -> str:
    return what[0].lower() + what[1:]
