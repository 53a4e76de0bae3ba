"""Characters that must not reach a book: they hide, reorder or break text."""

from __future__ import annotations

import re
import unicodedata

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that reorder what is read against what is written (Unicode Standard Annex 9)."""

_INVISIBLE = "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_PLANE_ENDS = "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))

_UNSAFE = re.compile(f"[{BIDI}{_INVISIBLE}{_CONTROL}{_PLANE_ENDS}]")
_BIDI = re.compile(f"[{BIDI}]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")


def clean_text(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` without characters that hide, reorder or break it, and the names of those taken out.

    Line separators other than a line feed become line feeds; the rest is brought to its composed form (NFC).
    """
    text = _LINE_ENDS.sub("\n", text)
    found = _UNSAFE.findall(text)
    if found:
        text = _UNSAFE.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text, tuple(sorted({_name(character) for character in found}))


def holds_bidi(text: str) -> bool:
    """Whether `text` holds marks that reorder it."""
    return _BIDI.search(text) is not None


def _name(character: str) -> str:
    name = unicodedata.name(character, "control character").lower()
    return f"U+{ord(character):04X} ({name})"
