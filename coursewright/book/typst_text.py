"""Text as Typst source: string literals, which hold anything and run nothing, and where they may break."""

from __future__ import annotations

import re

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'["\\\n\t\r]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')
_WORDS = re.compile(r"(\s+)")
_JOINT = re.compile(r"(?<=[/._\-:=&?,;@#+|])(?=[^\s/._\-:=&?,;@#+|])|(?<=[a-z])(?=[A-Z])")


def literal(text: str) -> str:
    """`text` as a Typst string."""
    return f'"{_TO_ESCAPE.sub(lambda match: _escape(match[0]), text)}"'


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{{{ord(character):x}}}"


def literals(texts: list[str]) -> str:
    """A Typst array of strings."""
    return f"({''.join(f'{literal(text)}, ' for text in texts)})"


def breakable_pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces between which a line may break, so that no piece of one word exceeds `limit`.

    Words up to `limit` characters stay whole, longer ones are parted after punctuation or before a capital
    where that suffices, and anywhere where it does not.
    """
    pieces: list[str] = []
    current = ""
    for segment in _WORDS.split(text):
        if len(segment) <= limit or segment.isspace():
            current += segment
            continue
        first, *rest = _part_word(segment, limit)
        pieces.append(current + first)
        if rest:
            pieces.extend(rest[:-1])
            current = rest[-1]
        else:
            current = ""
    return [*pieces, current] if current or not pieces else pieces


def _part_word(word: str, limit: int) -> list[str]:
    parts: list[str] = []
    for part in _JOINT.split(word):
        if parts and len(parts[-1]) + len(part) <= limit // 2:
            parts[-1] += part
        else:
            parts.extend(part[start : start + limit] for start in range(0, len(part), limit))
    return parts
