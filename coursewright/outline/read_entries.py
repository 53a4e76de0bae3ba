"""A mapping of the outline by its keys: keys that stand twice, merged ones and unknown ones."""

from __future__ import annotations

from coursewright.outline.folding import fold
from coursewright.outline.keys import COURSE_KEYS
from coursewright.outline.nodes import Entries, Items, Node, Text
from coursewright.outline.plain import as_plain
from coursewright.outline.problems import shorten
from coursewright.outline.reading import Entry, Reading, describe
from coursewright.outline.vocabulary import closest


def read_entries(reading: Reading, node: Node, path: str, known: tuple[str, ...], what: str) -> Entry | None:
    """The values of a mapping by key; what is not among `known` is kept, with a warning.

    Args:
        what: the part's name at the start of a sentence, such as ``Lesson 1.2``.
    """
    reading.check_tag(node, path)
    if not isinstance(node, Entries):
        reading.refuse(
            path, node, f"{what} has to have keys.", expected="lines `key: value`, such as `title: …`"
        )
        return None
    entry = Entry(path, node.line)
    for key, value in _all_entries(reading, node, path):
        if key.text in entry.values:
            _note_repeated(reading, entry, key, value)
        else:
            entry.values[key.text] = value
            entry.keys[key.text] = key
    for name in entry.values:
        if name not in known:
            _note_unknown(reading, entry, name, known)
    return entry


def _all_entries(reading: Reading, node: Entries, path: str) -> list[tuple[Text, Node]]:
    """The entries with their keys as texts; those that ``<<`` merges in come last and yield to others."""
    own: list[tuple[Text, Node]] = []
    merged: list[tuple[Text, Node]] = []
    for key, value in node.entries:
        if not isinstance(key, Text):
            reading.refuse(path, key, "A key has to be a word.", expected="`key: value`")
        elif key.text == "<<" and not key.quoted:
            for source in value.items if isinstance(value, Items) else [value]:
                if isinstance(source, Entries):
                    merged += _all_entries(reading, source, path)
                else:
                    reading.refuse(
                        path, source, "Only keys can be merged with <<.", expected="an alias to some keys"
                    )
        else:
            own.append((key, value))
    names = {key.text for key, _ in own}
    for key, value in merged:
        if key.text not in names:
            names.add(key.text)
            own.append((key, value))
    return own


def _note_repeated(reading: Reading, entry: Entry, key: Text, value: Node) -> None:
    path = entry.at(key.text)
    if as_plain(entry.values[key.text]) == as_plain(value):
        reading.warn(path, key.line, f"The key {shorten(key.text, 60)} stands twice, with the same value.")
        return
    reading.refuse(
        path,
        key,
        f"The key {shorten(key.text, 60)} stands twice; first on line {entry.keys[key.text].line + 1}.",
        found=describe(value),
        expected="each key once",
    )


def _note_unknown(reading: Reading, entry: Entry, name: str, known: tuple[str, ...]) -> None:
    path = entry.at(name)
    if not entry.path and "course" in known and name in COURSE_KEYS:
        hint = " It belongs under `course:`."
    else:
        meant = _meant_key(name, [key for key in known if key not in entry.values], known)
        hint = f" Is it {meant}?" if meant else ""
    reading.unknown_keys[path] = as_plain(entry.values[name])
    reading.warn(
        path, entry.keys[name].line, f"The key {shorten(name, 60)} is unknown and is not used.{hint}"
    )


def _meant_key(name: str, unused: list[str], known: tuple[str, ...]) -> str | None:
    """The key that `name` was probably meant to be."""
    meant = closest(name, unused)
    # "duracion" is nearer to the shorter of the two names, but only a course is said in hours.
    if meant == "duration_hours" and "modules" not in known and "h" not in fold(name):
        return "duration_minutes" if "duration_minutes" in unused else None
    return meant
