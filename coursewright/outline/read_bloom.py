"""Bloom levels of an outline: a word in any of the languages, several with "/", or a list."""

from __future__ import annotations

import re

from coursewright.bloom import BloomLevel
from coursewright.outline.lines import quoted
from coursewright.outline.nodes import Text, is_null
from coursewright.outline.problems import shorten
from coursewright.outline.read_texts import read_items
from coursewright.outline.reading import Entry, Reading
from coursewright.outline.vocabulary import closest_bloom_name, find_bloom_level, known_bloom_levels

_SEPARATOR = re.compile(r"[/,;|+&·→-]|\b(?:y|e|and)\b", re.IGNORECASE)
_MAX_LENGTH = 200


def read_bloom_levels(reading: Reading, entry: Entry, key: str = "bloom_level") -> tuple[BloomLevel, ...]:
    """The levels under `key`, in the order written, each once; empty where it is missing or null."""
    levels: list[BloomLevel] = []
    for path, node in read_items(reading, entry, key):
        if is_null(node):
            continue
        if not isinstance(node, Text) or not node.text.strip(" /") or len(node.text) > _MAX_LENGTH:
            reading.refuse(
                path, node, f"The {key} has to be a word.", expected=known_bloom_levels(reading.language)
            )
            continue
        reading.check_text(node, path)
        for word in filter(None, map(str.strip, _SEPARATOR.split(node.text.rstrip(". ")))):
            level = find_bloom_level(word, reading.language)
            if level is None:
                _refuse_word(reading, node, path, word)
            else:
                levels.append(level)
    if len(set(levels)) > 3:
        reading.warn(
            entry.at(key), entry.keys[key].line, "More than three Bloom levels; the highest decides."
        )
    return tuple(dict.fromkeys(levels))


def _refuse_word(reading: Reading, node: Text, path: str, word: str) -> None:
    meant = closest_bloom_name(word)
    message = f"“{shorten(word, 40)}” is no Bloom level."
    mend = None
    if meant:
        text = node.text.replace(word, meant)
        message = f"{message} Is it {meant}?"
        mend = reading.replace_on_line(node, quoted(text) if node.quoted else text)
    reading.refuse(path, node, message, expected=known_bloom_levels(reading.language), mend=mend)
