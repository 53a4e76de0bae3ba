"""One line of a YAML file as a person sees it: indentation, dashes, key, value, comment."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coursewright.outline.keys import ALL_KEYS

_LINE = re.compile(
    r"(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)"
    r"(?:(?P<key>[^\s:#\"'\[\]{},&*!|>%@`-][^:#\"'\[\]{}]*?)(?P<colon>:(?:[ \t]+|$)))?"
    r"(?P<value>.*)"
)
_COMMENT = re.compile(r"[ \t]+#.*$")
_COLON = re.compile(r":(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, in parts that join to the whole.

    Attributes:
        start: the indentation and the dashes of list items.
        key: the key, or empty; for a text that has ": " in it, perhaps only its first words.
        colon: the colon behind the key with the spaces after it.
        value: what follows, without `comment`.
        comment: with the spaces before it.
    """

    start: str
    key: str
    colon: str
    value: str
    comment: str

    @property
    def is_item(self) -> bool:
        """Whether the line begins an item of a list."""
        return "-" in self.start

    @property
    def has_known_key(self) -> bool:
        """Whether the key is one that outlines have."""
        return self.key in ALL_KEYS

    @property
    def column(self) -> int:
        """Where the key or, without one, the text begins."""
        return len(self.start)

    @property
    def text(self) -> str:
        """The text that was probably meant: the value of a known key, else everything after the dashes."""
        if self.key and (self.has_known_key or not self.is_item):
            return self.value
        return f"{self.key}{self.colon}{self.value}".rstrip()

    @property
    def unquoted_colon(self) -> bool:
        """Whether the text has a ": " in it that YAML would take for that of a key."""
        if self.text[:1] in tuple("\"'[{|>&*!%@`#?"):
            return False
        colons = len(_COLON.findall(self.text))
        return colons > (0 if self.has_known_key or not self.is_item else 1)

    def quote(self, more: str = "") -> str:
        """The line with its text in double quotes.

        Args:
            more: the text's further lines, joined.
        """
        text = self.text
        key = f"{self.key}{self.colon.rstrip()} " if text == self.value and self.key else ""
        inside = _without_quotes(f"{text} {more}".strip())
        return f"{self.start}{key}{quoted(inside)}{self.comment}"


def split_line(line: str) -> Line:
    """The parts of a line."""
    found = _LINE.fullmatch(line)
    if found is None:
        return Line("", "", "", line, "")
    value = found["value"].rstrip()
    comment = ""
    if not value.startswith(("'", '"')) and (started := _COMMENT.search(value)):
        value, comment = value[: started.start()], started[0]
    return Line(found["indent"] + found["dashes"], found["key"] or "", found["colon"] or "", value, comment)


def quoted(text: str) -> str:
    """The text as a double-quoted YAML scalar."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ")
    return f'"{escaped}"'


def _without_quotes(text: str) -> str:
    """The text without the quotes around it, or without one that is not closed."""
    mark = text[:1]
    if mark not in ("'", '"') or len(text) == 1:
        return text
    if text.endswith(mark):
        text = text[1:-1]
    elif mark not in text[1:]:
        text = text[1:]
    return text.replace("\\" + mark, mark).replace("''", "'") if mark == '"' else text.replace("''", "'")


def closes_quote(value: str) -> bool:
    """Whether a value that begins with a quote also ends it on its line."""
    mark = value[0]
    inside = value[1:].replace("''", "") if mark == "'" else re.sub(r"\\.", "", value[1:])
    return mark in inside
