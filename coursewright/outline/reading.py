"""What one reading of an outline finds wrong and odd, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from coursewright.outline.lines import quoted
from coursewright.outline.model import OutlineWarning
from coursewright.outline.nodes import Entries, Items, Node, Text, is_null
from coursewright.outline.problems import Problem, shorten
from coursewright.outline.source import Source

MAX_KEYS = 5
"""Keys of a mapping that a message names."""


@dataclass(slots=True)
class Entry:
    """A mapping that is being read: its values and its keys by the keys' text.

    Attributes:
        path: its key path in the file.
        line: where it begins, from 0.
    """

    path: str
    line: int
    values: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Text] = field(default_factory=dict)

    def at(self, key: str) -> str:
        """The key path of one of its values."""
        return f"{self.path}.{key}" if self.path else key

    def given(self, key: str) -> Node | None:
        """The value of `key`; None where it is missing, null or an empty text."""
        node = self.values.get(key)
        empty = node is None or is_null(node) or (isinstance(node, Text) and not node.text.strip())
        return node if not empty or (node is not None and node.tag) else None


@dataclass(slots=True)
class Reading:
    """One reading of an outline, which collects as it goes.

    Attributes:
        language: the course's, once it was read; messages name words in it.
    """

    source: Source
    language: str | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[OutlineWarning] = field(default_factory=list)
    unknown_keys: dict[str, Any] = field(default_factory=dict)

    def refuse(
        self,
        path: str,
        node: Node,
        message: str,
        *,
        expected: str,
        found: str | None = None,
        mend: str | None = None,
    ) -> None:
        """Note that the value at `path` cannot be used."""
        found = describe(node) if found is None else found
        self.problems.append(Problem(path, self._number(node.line), found, expected, mend, message))

    def refuse_missing(self, path: str, line: int, message: str, *, expected: str, found: str = "") -> None:
        """Note that something is missing in what begins on `line` (from 0)."""
        self.problems.append(Problem(path, self._number(line), found, expected, None, message))

    def warn(self, path: str, line: int, message: str) -> None:
        """Note something on `line` (from 0) that does not stop the outline from being used."""
        self.warnings.append(OutlineWarning(path, self._number(line), message))

    def replace_on_line(self, node: Text, text: str) -> str | None:
        """The line of `node` with `text` in its place; None where it stands on several lines."""
        line = self._line_of(node)
        return None if line is None else line[: node.column] + text + line[node.end_column :]

    def quote_rest_of_line(self, node: Text) -> str | None:
        """The line of `node` in quotes to its end; None where it stands on several lines."""
        line = self._line_of(node)
        if line is None:
            return None
        return line[: node.column] + quoted(line[node.column :].rstrip())

    def check_tag(self, node: Node, path: str) -> None:
        """Refuse a tag: outlines have no use for one, and none is obeyed."""
        if node.tag is None:
            return
        tag = shorten(node.tag, 60)
        mend = (
            self.quote_rest_of_line(node)
            if isinstance(node, Text) and not node.tag.startswith("!!")
            else None
        )
        message = f"The tag {tag} has no place in an outline."
        self.refuse(
            path,
            node,
            message,
            found=tag,
            expected="a plain value; a text that begins with ! in quotes",
            mend=mend,
        )

    def check_text(self, node: Text, path: str) -> None:
        """Note aliases, anchors and comments that were perhaps meant as text."""
        self.check_tag(node, path)
        if node.dangling:
            name = shorten(node.text[1:], 60)
            message = f"*{name} is an alias in YAML, and there is no anchor &{name}."
            mend = self.quote_rest_of_line(node)
            self.refuse(path, node, message, expected="the text in quotes, if it is one", mend=mend)
        elif node.anchor:
            name = shorten(node.anchor, 60)
            message = f"&{name} is an anchor in YAML, no part of the text; if it should be, quote the text."
            self.warn(path, node.line, message)
        line = None if node.quoted else self._line_of(node)
        if line is not None and re.match(r"\s+#[^\s#]", line[node.end_column :]):
            comment = shorten(line[node.end_column :], 40)
            message = f"“{comment}” is a comment in YAML; if it is part of the text, quote the text."
            self.warn(path, node.line, message)

    def _number(self, line: int) -> int:
        """The line's number, from 1; never behind the last line, where libyaml puts what is missing there."""
        return min(line + 1, len(self.source.lines))

    def _line_of(self, node: Text) -> str | None:
        on_one = node.line == node.end_line and node.line < len(self.source.lines)
        return self.source.lines[node.line] if on_one else None


def describe(node: Node) -> str:
    """What stands there, for a message."""
    if isinstance(node, Text):
        return shorten(node.text) or ("an empty text" if node.quoted else "nothing")
    if isinstance(node, Items):
        return f"a list of {len(node.items)}" if node.items else "an empty list"
    return say_keys([key.text for key, _ in node.entries if isinstance(key, Text)]) or "an empty mapping"


def say_keys(names: Iterable[str]) -> str:
    """The first keys of a mapping, for a message; empty where it has none."""
    shown = [shorten(name, 30) for name in islice(names, MAX_KEYS)]
    return f"the keys {', '.join(shown)}" if shown else ""


def meant_text(node: Node) -> str | None:
    """The text of a scalar, or of a mapping of one key, which an unquoted ``Práctica: X`` parses as."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Entries) and len(node.entries) == 1:
        key, value = node.entries[0]
        if isinstance(key, Text) and isinstance(value, Text):
            return f"{key.text}: {value.text}" if not is_null(value) else f"{key.text}:"
    return None


def is_bare_text(node: Node, known: tuple[str, ...]) -> bool:
    """Whether an item is a text, also as a mapping of one key, if that is not one of the `known` keys."""
    if not isinstance(node, Entries):
        return isinstance(node, Text)
    return meant_text(node) is not None and not any(
        isinstance(k, Text) and k.text in known for k, _ in node.entries
    )
