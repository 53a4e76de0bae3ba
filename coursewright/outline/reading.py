"""What is read from an outline's tree, value by value: each reader gives a value and notes what is wrong."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from coursewright.bloom import BloomLevel
from coursewright.outline.keys import ALL_KEYS
from coursewright.outline.lines import quoted
from coursewright.outline.model import OutlineWarning
from coursewright.outline.nodes import Entries, Items, Node, Text, is_null
from coursewright.outline.plain import as_plain
from coursewright.outline.problems import Problem, shorten
from coursewright.outline.source import Source
from coursewright.outline.vocabulary import bloom_level_names, closest, find_bloom_level

MAX_MINUTES = 100_000
"""About 1,700 hours; no course is longer."""

MAX_TITLE = 300
"""Characters; longer titles are read, with a warning."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_WITH_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")
_WITH_UNIT = re.compile(
    r"(?:(?P<hours>[0-9]+(?:[.,][0-9]+)?)\s*(?:h|hs|hrs?|hours?|horas?)\.?)?\s*(?:y|and)?\s*"
    r"(?:(?P<minutes>[0-9]+(?:[.,][0-9]+)?)\s*(?:m|min|mins|minutes?|minutos?)\.?)?",
    re.IGNORECASE,
)
_BLOOM_SEPARATOR = re.compile(r"\s*(?:[/,;|+&·→]|\s-\s|\by\b|\band\b|\be\b)\s*")
_BULLET = re.compile(r"\s*(?:[-*•]|[0-9]{1,2}[.)])\s+")


@dataclass
class Entry:
    """A mapping that is being read: its values by key, and where it stands."""

    path: str
    node: Entries
    values: dict[str, Node]
    keys: dict[str, Text]

    def at(self, key: str) -> str:
        """The key path of one of its values."""
        return f"{self.path}.{key}" if self.path else key


@dataclass
class Reading:
    """One reading of an outline: collects what is wrong with it, and what is odd."""

    source: Source
    problems: list[Problem] = field(default_factory=list)
    warnings: list[OutlineWarning] = field(default_factory=list)
    unknown_keys: dict[str, Any] = field(default_factory=dict)

    def refuse(
        self, path: str, node: Node | None, message: str, *, expected: str, found: str | None = None,
        mend: str | None = None, line: int | None = None,
    ) -> None:  # fmt: skip
        """Note a problem with the value at `path`."""
        if found is None:
            found = describe(node) if node is not None else ""
        if line is None:
            line = node.line if node is not None else None
        self.problems.append(
            Problem(path, None if line is None else line + 1, found, expected, mend, message)
        )

    def warn(self, path: str, node: Node | None, message: str) -> None:
        """Note something that does not stop the outline from being used."""
        self.warnings.append(OutlineWarning(path, node.line + 1 if node is not None else None, message))

    def mend_text(self, node: Text, text: str) -> str | None:
        """The line of `node` with `text` in its place; None where it stands on several lines."""
        if node.line != node.end_line or node.line >= len(self.source.lines) or node.dangling:
            return None
        line = self.source.lines[node.line]
        return line[: node.column] + text + line[node.end_column :]

    def read_entries(self, node: Node, path: str, known: tuple[str, ...], what: str) -> Entry | None:
        """The values of a mapping by key; what is not among `known` is noted and kept."""
        if not isinstance(node, Entries):
            self.refuse(
                path,
                node,
                f"{what} has to have keys of its own.",
                expected="`key: value` lines, such as `title: …`",
            )
            return None
        self._check_tag(node, path)
        entry = Entry(path, node, {}, {})
        for key, value in self._entries(node, path):
            earlier = entry.values.get(key.text)
            if earlier is not None and as_plain(earlier) == as_plain(value):
                self.warn(entry.at(key.text), key, f"The key {key.text} stands twice, with the same value.")
            elif earlier is not None:
                first = entry.keys[key.text].line + 1
                self.refuse(
                    entry.at(key.text), key, f"The key {key.text} stands twice; the first time on line {first}.",
                    found=describe(value), expected="one value a key",
                )  # fmt: skip
                continue
            entry.values[key.text] = value
            entry.keys[key.text] = key
        for name, value in entry.values.items():
            if name not in known:
                self._note_unknown(entry, name, value, known)
        return entry

    def read_title(self, entry: Entry, what: str) -> str:
        """The value of `title`, on one line."""
        node = entry.values.get("title")
        if node is None:
            keys = ", ".join(entry.values) or "none"
            self.refuse(
                entry.at("title"), None, f"{what} has no title.", found=f"the keys {keys}",
                expected="a line `title: …`", line=entry.node.line,
            )  # fmt: skip
            return ""
        if is_null(node):
            self.refuse(
                entry.at("title"),
                node,
                f"The title of {lower(what)} is empty.",
                expected="a text",
                found="nothing",
            )
            return ""
        return self.read_text(node, entry.at("title"), f"The title of {lower(what)}", is_title=True)

    def read_optional_text(self, entry: Entry, key: str) -> str:
        """The value of `key`; empty where it is missing or null."""
        node = entry.values.get(key)
        return "" if node is None or is_null(node) else self.read_text(node, entry.at(key), f"The {key}")

    def read_text(self, node: Node, path: str, what: str, *, is_title: bool = False) -> str:
        """A text. A mapping of one key is the text that it was meant to be: an unquoted ``Práctica: X``."""
        self._check_tag(node, path)
        text = meant_text(node)
        if text is None:
            self.refuse(path, node, f"{what} has to be a text.", expected="a text")
            return ""
        self._check_scalar(node, path)
        cleaned = clean(text)
        if cleaned != text.replace("\r", ""):
            self.warn(path, node, f"{what} has control characters in it; they are left out.")
        if not is_title:
            return cleaned.strip()
        title = " ".join(cleaned.split())
        if not title:
            self.refuse(path, node, f"{what} is empty.", expected="a text", found="nothing")
        if len(title) > MAX_TITLE:
            self.warn(path, node, f"{what} has {len(title)} characters; titles over {MAX_TITLE} print badly.")
        return title

    def read_items(self, entry: Entry, key: str) -> list[tuple[str, Node]]:
        """The items of the list under `key` with their paths; a single text is a list of one."""
        node = entry.values.get(key)
        path = entry.at(key)
        if node is None or is_null(node):
            return []
        if isinstance(node, Items):
            self._check_tag(node, path)
            return [(f"{path}[{index}]", item) for index, item in enumerate(node.items)]
        if isinstance(node, Text):
            return [(path, node)]
        if len(node.entries) == 1 and meant_text(node) is not None and first_key(node) not in ALL_KEYS:
            return [(path, node)]
        self.refuse(
            path, node, f"The {key} have to be a list.", expected=f"a list: `- ` before each of the {key}"
        )
        return []

    def read_texts(self, entry: Entry, *keys: str) -> tuple[str, ...]:
        """The texts under the first of `keys`, then the others: lists, or single texts."""
        texts: list[str] = []
        for key in keys:
            for path, node in self.read_items(entry, key):
                if is_null(node):
                    self.refuse(
                        path, node, f"An item of the {key} is empty.", expected="a text", found="nothing"
                    )
                    continue
                text = self.read_text(node, path, f"An item of the {key}")
                whole = isinstance(entry.values[key], Text)
                texts += _split_bullets(text) if whole else [" ".join(text.split())]
        return tuple(text for text in texts if text)

    def read_minutes(self, entry: Entry, *keys: str) -> float | None:
        """A duration in minutes from the first of `keys` that has one; a key in hours ends in ``_hours``."""
        given = [key for key in keys if key in entry.values and not is_null(entry.values[key])]
        values = [
            self._read_duration(entry.values[key], entry.at(key), 60 if "hours" in key else 1)
            for key in given
        ]
        known = [value for value in values if value is not None]
        if len(known) > 1 and len(set(known)) > 1:
            self.warn(
                entry.at(given[0]), entry.values[given[0]],
                f"The keys {' and '.join(given)} disagree; {given[0]} is used.",
            )  # fmt: skip
        return known[0] if known else None

    def read_percent(self, entry: Entry, key: str) -> float | None:
        """A number from 0 to 100, with or without a percent sign."""
        node = entry.values.get(key)
        if node is None or is_null(node):
            return None
        number = _to_number(node.text.strip().removesuffix("%").strip()) if isinstance(node, Text) else None
        if number is None or not 0 <= number <= 100:
            self.refuse(
                entry.at(key), node, f"The {key} has to be a percentage.", expected="a number from 0 to 100"
            )
            return None
        return number

    def read_bloom_levels(self, entry: Entry) -> tuple[BloomLevel, ...]:
        """The levels under `bloom_level`, in the order written: one word, several with "/", or a list."""
        levels: list[BloomLevel] = []
        items = self.read_items(entry, "bloom_level")
        for path, node in items:
            if is_null(node):
                continue
            if not isinstance(node, Text):
                self.refuse(path, node, "The bloom_level has to be a word.", expected=bloom_level_names())
                continue
            self._check_scalar(node, path)
            for word in _BLOOM_SEPARATOR.split(node.text.strip().strip(".")):
                level = find_bloom_level(word)
                if level is not None:
                    levels.append(level)
                elif word.strip():
                    self._refuse_bloom(node, path, word.strip())
        levels = list(dict.fromkeys(levels))
        if len(levels) > 3:
            self.warn(
                entry.at("bloom_level"), items[0][1], "More than three Bloom levels; the highest decides."
            )
        return tuple(levels)

    def _refuse_bloom(self, node: Text, path: str, word: str) -> None:
        meant = closest_bloom(word)
        mended = node.text.replace(word, meant) if meant else ""
        self.refuse(
            path, node, f"“{shorten(word, 40)}” is no Bloom level." + (f" Is it {meant}?" if meant else ""),
            expected=bloom_level_names(),
            mend=self.mend_text(node, quoted(mended) if node.quoted else mended) if meant else None,
        )  # fmt: skip

    def _read_duration(self, node: Node, path: str, factor: int) -> float | None:
        unit = "hours" if factor == 60 else "minutes"
        expected = f"a number of {unit}, such as {2 if factor == 60 else 45}"
        if not isinstance(node, Text):
            self.refuse(path, node, f"A duration has to be a number of {unit}.", expected=expected)
            return None
        self._check_scalar(node, path)
        text = node.text.strip()
        number = _to_number(text)
        minutes = number * factor if number is not None else None
        if minutes is None and (minutes := _minutes_with_unit(text)) is not None:
            self.warn(path, node, f"“{shorten(text, 40)}” is read as {_show(minutes)} minutes.")
        if minutes is None:
            mend = None
            message = f"A duration has to be a number of {unit}."
        elif minutes < 0:
            message, mend = "A duration cannot be negative.", self.mend_text(node, _show(-minutes / factor))
        elif minutes > MAX_MINUTES:
            message, mend = "The duration is longer than any course.", None
            expected += f", at most {MAX_MINUTES // factor:,}"
        else:
            if minutes == 0:
                self.warn(path, node, "A duration of 0 is read as none.")
            return minutes or None
        self.refuse(path, node, message, expected=expected, mend=mend)
        return None

    def _entries(self, node: Entries, path: str) -> Iterable[tuple[Text, Node]]:
        """The entries with their keys as texts; those that ``<<`` merges in come last and yield to others."""
        own: list[tuple[Text, Node]] = []
        merged: list[tuple[Text, Node]] = []
        for key, value in node.entries:
            if not isinstance(key, Text):
                self.refuse(path, key, "A key has to be a word.", expected="`key: value`")
            elif key.text == "<<" and not key.quoted:
                merged += self._merged(value, path)
            else:
                own.append((key, value))
        names = {key.text for key, _ in own}
        for key, value in merged:
            if key.text not in names:
                names.add(key.text)
                own.append((key, value))
        return own

    def _merged(self, value: Node, path: str) -> list[tuple[Text, Node]]:
        sources = value.items if isinstance(value, Items) else [value]
        found: list[tuple[Text, Node]] = []
        for source in sources:
            if isinstance(source, Entries):
                found += self._entries(source, path)
            else:
                self.refuse(
                    path, source, "Only keys can be merged with <<.", expected="an alias to a mapping"
                )
        return found

    def _note_unknown(self, entry: Entry, name: str, value: Node, known: tuple[str, ...]) -> None:
        path = entry.at(name)
        meant = closest(name, (key for key in known if key not in entry.values))
        hint = f" Is it {meant}?" if meant else ""
        self.unknown_keys[path] = as_plain(value)
        self.warn(path, entry.keys[name], f"The key {shorten(name, 60)} is unknown and is not used.{hint}")

    def _check_scalar(self, node: Node, path: str) -> None:
        if not isinstance(node, Text):
            return
        if node.dangling:
            self.refuse(
                path, node, f"{node.text} is an alias in YAML, and nothing has the anchor &{node.text[1:]}.",
                expected="the text in quotes, if it is one",
                mend=_quote_rest(self.source.lines, node),
            )  # fmt: skip
        elif node.anchor and f"*{node.anchor}" not in self._all_text:
            self.warn(
                path, node, f"&{node.anchor} is an anchor in YAML and no part of the text; quote it if it is."
            )
        if not node.quoted and node.line == node.end_line and node.line < len(self.source.lines):
            rest = self.source.lines[node.line][node.end_column :]
            if re.match(r"\s+#\S", rest):
                self.warn(
                    path,
                    node,
                    f"“{shorten(rest, 40)}” is a comment in YAML; quote the text if it is part of it.",
                )

    def _check_tag(self, node: Node, path: str) -> None:
        if node.tag is None:
            return
        mend = _quote_rest(self.source.lines, node) if isinstance(node, Text) else None
        self.refuse(
            path, node, f"The tag {shorten(node.tag, 60)} has no place in an outline; tags are never obeyed.",
            expected="a plain value; a text that begins with ! in quotes", found=shorten(node.tag, 60), mend=mend,
        )  # fmt: skip

    @property
    def _all_text(self) -> str:
        return "\n".join(self.source.lines)


def describe(node: Node) -> str:
    """What stands there, for a message."""
    match node:
        case Text():
            return "nothing" if is_null(node) else shorten(node.text) or "an empty text"
        case Items():
            return f"a list of {len(node.items)}" if node.items else "an empty list"
        case Entries():
            keys = ", ".join(shorten(key.text, 30) for key, _ in node.entries[:5] if isinstance(key, Text))
            return f"the keys {keys}" if keys else "an empty mapping"


def meant_text(node: Node) -> str | None:
    """The text of a scalar, or of a mapping of one key, which an unquoted ``Práctica: X`` parses as."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Entries) and len(node.entries) == 1:
        key, value = node.entries[0]
        if isinstance(key, Text) and isinstance(value, Text):
            return f"{key.text}: {value.text}" if not is_null(value) else f"{key.text}:"
    return None


def first_key(node: Entries) -> str:
    """The first key's text, or empty."""
    key = node.entries[0][0] if node.entries else None
    return key.text if isinstance(key, Text) else ""


def clean(text: str) -> str:
    """The text without control characters (YAML's escapes can spell them); line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def closest_bloom(word: str) -> str | None:
    """The name of a level that `word` was probably meant to be."""
    from coursewright.outline.vocabulary import bloom_names

    return closest(word, [name for name, _ in bloom_names().values()])


def lower(what: str) -> str:
    """The name of a part in the middle of a sentence."""
    return what[0].lower() + what[1:]


def _quote_rest(lines: tuple[str, ...], node: Text) -> str | None:
    if node.line != node.end_line or node.line >= len(lines):
        return None
    line = lines[node.line]
    return line[: node.column] + quoted(line[node.column :].rstrip())


def _split_bullets(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
        return [_BULLET.sub("", line, count=1).strip() for line in lines]
    return [" ".join(text.split())]


def _to_number(text: str) -> float | None:
    if len(text) > 20 or not (_NUMBER.fullmatch(text) or _WITH_COMMA.fullmatch(text)):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None


def _minutes_with_unit(text: str) -> float | None:
    found = _WITH_UNIT.fullmatch(text) if 0 < len(text) <= 40 else None
    if found is None or not (found["hours"] or found["minutes"]):
        return None
    return 60 * float((found["hours"] or "0").replace(",", ".")) + float(
        (found["minutes"] or "0").replace(",", ".")
    )


def _show(number: float) -> str:
    return f"{number:g}"
