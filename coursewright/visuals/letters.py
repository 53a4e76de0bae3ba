"""Labels as the figures' font can letter them: signs by their nearest, pictographs left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from coursewright.visuals.drawing.text import lacks

_STAND_INS = str.maketrans(
    {
        **dict.fromkeys("✅✔☑", "✓"),
        **dict.fromkeys("❌✖❎✗✘", "×"),
        **dict.fromkeys("⇒⟹⟶➡➜➔", "→"),
        **dict.fromkeys("⇐⟸⟵⬅", "←"),
        **dict.fromkeys("⬆⇑", "↑"),
        **dict.fromkeys("⬇⇓", "↓"),
        **dict.fromkeys("⇔⟷", "↔"),
        **dict.fromkeys("▪▫◦‣⁃▸►▶", "•"),
        "∗": "*",
        "⋅": "·",
        # Letters and signs by their category, but nothing can be seen of them.
        **dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " "),
    }
)
_PLAINER = ("<font>", "<circle>", "<compat>")
"""How Unicode says that a character is a variant of others (its compatibility mappings)."""
_FIRST_PICTOGRAPH = 0x2600
_MOST_MARKS = 2
"""Beyond those that a composed letter has; more would rise into the line above."""
_RATINGS = "★☆"
"""Signs among the pictographs that say something by their number."""


def spell(text: str) -> str:
    """`text` on one line, as near to it as the font comes.

    Letters of a script that the font lacks stay: another font has to show them.
    """
    spelt = "".join(_spell(text.translate(_STAND_INS)))
    return " ".join(spelt.split())


def _spell(text: str) -> Iterator[str]:
    base, marks = " ", 0
    for character in text:
        if unicodedata.category(character)[0] == "M":
            marks += 1
            if _carries(base, character, marks):
                yield character
        elif character.isascii() or not _is_pictograph(character):
            base, marks = _plain(character), 0
            yield base


def _carries(base: str, mark: str, nth: int) -> bool:
    """Whether the letter can be set with the mark; one of a script that the font lacks may have any."""
    return not base.isspace() and (bool(lacks(base)) or (not lacks(mark) and nth <= _MOST_MARKS))


def _plain(character: str) -> str:
    """A letter of a mathematical alphabet, or one in a circle, as the letter that it is.

    Not one that is raised or lowered, which says something else than the same on the line.
    """
    if unicodedata.decomposition(character).startswith(_PLAINER) and lacks(character):
        return unicodedata.normalize("NFKC", character)
    return character


def _is_pictograph(character: str) -> bool:
    return (
        ord(character) >= _FIRST_PICTOGRAPH
        and unicodedata.category(character) in ("So", "Sk")
        and character not in _RATINGS
        and bool(lacks(character))
    )
