"""How wide a text is in the figures' font, and where its lines break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

FONT_FAMILY = "IBM Plex Sans"
LINE_HEIGHT = 1.28
"""Distance of two base lines, in font sizes."""
ASCENT = 0.78
"""Height of an accented capital above the base line, in font sizes, as this font draws it."""

_FILES = {False: "IBMPlexSans-Regular.ttf", True: "IBMPlexSans-SemiBold.ttf"}
_UNITS = 1000.0
_SEAM = re.compile(r"(?<=[\w)][-/_.:@])(?=\w)")
"""Where a long word may be broken without a hyphen of our own."""


def font_paths() -> tuple[Path, Path]:
    """The files of the regular and of the bold face."""
    folder = resources.files("coursewright.book").joinpath("fonts")
    regular, bold = (Path(str(folder.joinpath(_FILES[weight]))) for weight in (False, True))
    return regular, bold


@cache
def _advances(bold: bool) -> Mapping[int, float]:
    """Advance width of every character that the font has, in thousandths of the font size."""
    from fontTools.ttLib import TTFont

    with TTFont(font_paths()[bold], lazy=True) as font:
        scale = _UNITS / font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {code: metrics[name][0] * scale for code, name in font.getBestCmap().items()}


def lacks(text: str) -> str:
    """The characters of `text` that the font cannot draw, each once."""
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and ord(c) not in _advances(False)))


def measure(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels of one line at `size` pixels, without kerning."""
    advances = _advances(bold)
    return sum(advances.get(ord(c)) or _guess_advance(c) for c in text) * size / _UNITS


def _guess_advance(character: str) -> float:
    """The font lacks it, so another one draws it: a whole square is the most that it takes."""
    if unicodedata.combining(character):
        return 0.0
    return _UNITS if unicodedata.east_asian_width(character) in "WF" else 700.0


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """`text` in as few lines as `width` pixels allow, of lengths as even as that allows.

    A word that is wider than a line is broken where it has a hyphen or the like, else with one.
    """
    words = [part for word in text.split() for part in _break_word(word, width, size, bold)]
    lines = _fill(words, width, size, bold)
    if len(lines) < 2:
        return lines
    low, high = max(measure(word, size, bold) for word in words), width
    while high - low > 1:
        middle = (low + high) / 2
        if len(_fill(words, middle, size, bold)) <= len(lines):
            high = middle
        else:
            low = middle
    return _fill(words, high, size, bold)


def _fill(words: list[str], width: float, size: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and measure(longer, size, bold) > width + 1e-6:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _break_word(word: str, width: float, size: float, bold: bool) -> list[str]:
    parts: list[str] = []
    for piece in _SEAM.split(word) if measure(word, size, bold) > width else [word]:
        if parts and measure(parts[-1] + piece, size, bold) <= width:
            parts[-1] += piece
        else:
            parts += _break_piece(piece, width, size, bold)
    return parts


def _break_piece(piece: str, width: float, size: float, bold: bool) -> list[str]:
    parts = []
    while measure(piece, size, bold) > width and len(piece) > 1:
        count = 1
        while count < len(piece) - 1 and measure(piece[: count + 1] + "-", size, bold) <= width:
            count += 1
        # Fewer letters than three on a line of their own are hard to read.
        count = max(1, min(count, len(piece) - 3))
        parts.append(piece[:count] + "-")
        piece = piece[count:]
    return [*parts, piece]


def breaks(text: str, width: float, size: float, bold: bool = False) -> bool:
    """Whether a word of `text` has to be broken with a hyphen of our own in lines of this width."""
    return any(measure(piece, size, bold) > width for word in text.split() for piece in _SEAM.split(word))


def widest(lines: list[str], size: float, bold: bool = False) -> float:
    """Width in pixels of the widest of `lines`; 0 without lines."""
    return max((measure(line, size, bold) for line in lines), default=0.0)


def block_height(lines: list[str], size: float) -> float:
    """Height in pixels of `lines` set below each other."""
    return len(lines) * size * LINE_HEIGHT
