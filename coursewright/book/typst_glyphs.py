"""Characters that the fonts of a PDF lack, and what is set in their place.

A PDF that follows PDF/UA may hold no character without a glyph: the compiler stops at the first. So each
character beyond ASCII is tried once by the compiler itself, which knows its fonts better than any table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from coursewright.book.typst_text import literal, literals

FALLBACK_FAMILIES = (
    "IBM Plex Serif", "IBM Plex Sans", "IBM Plex Mono", "DejaVu Sans Mono", "New Computer Modern Math",
    "Libertinus Serif",
)  # fmt: skip
"""Families that are always there: the first three beside this package, the others within the compiler."""

MAX_TRIED = 600
"""Different characters that are tried for one book; each takes about 2 ms."""

_STAND_INS = {
    "✅": "✓", "✔": "✓", "☑": "✓", "❌": "✗", "✖": "✗", "❎": "✗", "➡": "→", "⬅": "←", "⬆": "↑", "⬇": "↓",
    "⟶": "→", "⟵": "←", "➜": "→", "➔": "→", "⭐": "★", "🌟": "★", "🔴": "●", "🟢": "●", "🟡": "●", "🔵": "●",
    "⚫": "●", "⚪": "○", "🔶": "◆", "🔷": "◆", "🔹": "◆", "🔸": "◆", "❗": "!", "❓": "?", "‼": "!!",
    "➕": "+", "➖": "−", "✗": "×", "★": "*", "●": "•", "○": "o", "◆": "•", "⚠": "(!)", "‑": "-",
}  # fmt: skip
_UNKNOWN_WORD = "\ue000"
_UNKNOWN_WORDS = re.compile("\ue000+")
_NEVER = re.compile("[⺀-鿿가-힣豈-﫿\ue000-\uf8ff\U0001f000-\U000fffff]")
"""Scripts, private use and emoji that the fallback families have nothing of; trying each would take long."""


def font_folder() -> Path:
    """Where the families lie that the program brings."""
    return Path(str(resources.files("coursewright.book").joinpath("fonts")))


@cache
def _compiler(folders: tuple[Path, ...]) -> object:
    import typst

    return typst.Compiler(
        root=str(folders[0]), font_paths=[str(folder) for folder in folders], ignore_system_fonts=True
    )


@cache
def can_set(character: str, families: tuple[str, ...], folders: tuple[Path, ...]) -> bool:
    """Whether a PDF/UA document in these families may hold `character`."""
    import typst

    if len(folders) == 1 and _NEVER.match(character):
        return False
    source = (
        f'#set document(title: "T")\n#set text(font: {literals(list(families))}, fallback: false)\n'
        f"#{literal(f'a{character}a')}"
    )
    try:
        _compiler(folders).compile(source.encode(), format="pdf", pdf_standards="ua-1")  # type: ignore[attr-defined]
    except typst.TypstError:
        return False
    return True


@dataclass
class GlyphFitter:
    """Fits text to the fonts of one book.

    Attributes:
        families: all families that may serve, in order of preference.
        folders: where their files lie.
        lost: the characters replaced or left out since it was last emptied.
    """

    families: tuple[str, ...]
    folders: tuple[Path, ...]
    lost: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    _can: dict[str, bool] = field(default_factory=dict)

    def fit(self, text: str) -> str:
        """`text` with every character that the fonts lack replaced by its nearest, or left out.

        A word of a script that the fonts lack becomes one □.
        """
        if text.isascii():
            return text
        fitted = "".join(
            character if character < "\x7f" else self._fit_character(character) for character in text
        )
        if _UNKNOWN_WORD not in fitted:
            return fitted
        box = "□" if can_set("□", self.families, self.folders) else "?"
        return _UNKNOWN_WORDS.sub(box, fitted)

    def _fit_character(self, character: str) -> str:
        if character not in self._known:
            self._known[character] = character if self._can_set(character) else self._replace(character)
        fitted = self._known[character]
        if fitted != character and not _is_joiner(character):
            self.lost[character] = fitted
        return fitted

    def _can_set(self, character: str) -> bool:
        if character not in self._can:
            full = len(self._can) >= MAX_TRIED
            self._can[character] = not full and can_set(character, self.families, self.folders)
        return self._can[character]

    def _replace(self, character: str) -> str:
        if _is_joiner(character):
            return ""
        stand_in = _STAND_INS.get(character) or unicodedata.normalize("NFKC", character)
        if stand_in != character:
            return "".join(self._fit_character(part) for part in stand_in)
        return _UNKNOWN_WORD if unicodedata.category(character)[0] in "LN" else ""


def _is_joiner(character: str) -> bool:
    """Selectors and joiners, which say how the character beside them looks."""
    return (
        "\ufe00" <= character <= "\ufe0f"
        or character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def describe_lost(lost: Sequence[str]) -> str:
    """The characters' names, of many only the first."""
    named = [
        f"U+{ord(character):04X} ({unicodedata.name(character, 'unnamed').lower()})" for character in lost[:6]
    ]
    more = f" and {len(lost) - 6} more" if len(lost) > 6 else ""
    return ", ".join(named) + more
