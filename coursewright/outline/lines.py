"""One line of a YAML file as its author sees it: indentation, dashes, key, text, comment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coursewright.outline.keys import ALL_KEYS

_LINE = re.compile(
    r"(?P<start>[ \t]*(?:-[ \t]+)*)"
    r"(?:(?P<key>[^\s:#\"'\[\]{},&*!|>%@`-][^:#\"'\[\]{}]*?)(?P<colon>:(?:[ \t]+|$)))?"
    r"(?P<value>.*)"
)
_COMMENT = re.compile(r"(?<=[ \t])#.*$")
_COLON = re.compile(r":(?:\s|$)")
_NOT_PLAIN = tuple("\"'[{|>&*!%@`#?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, in parts that join to the whole.

    Attributes:
        start: the indentation and the dashes of list items.
        key: the key with its colon and the spaces after it; empty where there is none, also where ``- A: b``
            was probably meant as the text "A: b".
        text: what follows, without comment.
        comment: with the spaces before it.
    """

    start: str
    key: str
    text: str
    comment: str

    @property
    def key_name(self) -> str:
        """The key alone, or empty."""
        return self.key.rstrip().removesuffix(":")

    @property
    def has_known_key(self) -> bool:
        """Whether the key is one that outlines have."""
        return self.key_name in ALL_KEYS

    @property
    def is_item(self) -> bool:
        """Whether the line begins an item of a list."""
        return "-" in self.start

    @property
    def has_unquoted_colon(self) -> bool:
        """Whether the text is not quoted and has a ": " in it that YAML refuses.

        In a list item without a key the first one is not refused: YAML takes what is before it for a key.
        """
        if self.text.startswith(_NOT_PLAIN):
            return False
        return len(_COLON.findall(self.text)) > (0 if self.key else 1)

    @property
    def opens_block(self) -> bool:
        """Whether a block of text follows, ``|`` or ``>``."""
        return self.text[:1] in ("|", ">") and len(self.text) <= 3

    @property
    def leaves_quote_open(self) -> bool:
        """Whether the text begins with a quote that does not end on this line."""
        return self.text[:1] in ("'", '"') and not closes_quote(self.text[0], self.text[1:])

    @property
    def is_quoted(self) -> bool:
        """Whether the text is in quotes as a whole."""
        mark, inside = self.text[:1], self.text[1:-1]
        ends = len(self.text) > 1 and mark in ("'", '"') and self.text.endswith(mark)
        return ends and not closes_quote(mark, inside) and closes_quote(mark, self.text[1:])

    def with_quotes(self, more: str = "") -> str:
        """The line with its text in double quotes, `more` appended to the text."""
        text = without_quotes(f"{self.text} {more}".strip())
        key = f"{self.key.rstrip()} " if self.key else ""
        return f"{self.start}{key}{quoted(text)}{self.comment}"


def split_line(lines: Sequence[str], at: int) -> Line:
    """The parts of the line at `at`."""
    found = _LINE.fullmatch(lines[at])
    if found is None:
        return Line("", "", lines[at], "")
    start, key = found["start"], (found["key"] or "") + (found["colon"] or "")
    value = found["value"].rstrip()
    comment = ""
    if not value.startswith(("'", '"')) and (hash_sign := _COMMENT.search(value)):
        text = value[: hash_sign.start()].rstrip()
        value, comment = text, value[len(text) :]
    known = (found["key"] or "") in ALL_KEYS
    if key and not known and "-" in start and not _has_sibling(lines, at, len(start)):
        key, value = "", key + value
    return Line(start, key, value, comment)


def quoted(text: str) -> str:
    """The text as a double-quoted YAML scalar."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ")
    return f'"{escaped}"'


def without_quotes(text: str) -> str:
    """The text that a quoted scalar stands for, also where one of its quotes is missing or misplaced."""
    mark = text[:1]
    if mark not in ("'", '"') or len(text) == 1:
        return text
    if text.endswith(mark):
        inside = text[1:-1]
    elif mark in text[1:]:
        return text
    else:
        inside = text[1:]
    return inside.replace("''", "'") if mark == "'" else inside.replace('\\"', '"')


def closes_quote(mark: str, rest: str) -> bool:
    """Whether a text that was opened with `mark` ends in `rest`."""
    return mark in (rest.replace("''", "") if mark == "'" else re.sub(r"\\.", "", rest))


def indent_of(line: str) -> int:
    """How many spaces the line begins with."""
    return len(line) - len(line.lstrip(" "))


def _has_sibling(lines: Sequence[str], at: int, column: int) -> bool:
    """Whether the next line is a further key of the mapping that begins at `column` of the line at `at`."""
    following = next((line for line in lines[at + 1 : at + 20] if line.strip()), "")
    return indent_of(following) == column and _COLON.search(following) is not None
