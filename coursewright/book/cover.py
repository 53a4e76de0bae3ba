"""A book's front cover as a picture, for formats that show one in a library or on a shelf."""

from __future__ import annotations

import hashlib
from xml.sax.saxutils import escape

from coursewright.book.bound import BoundBook
from coursewright.book.contrast import mix
from coursewright.book.style import HouseStyle

WIDTH, HEIGHT = 1200, 1800
"""Two to three, as shops and readers show covers."""

_MARGIN = 110
_MAX_LINES = 5


def cover_rings(identifier: str, style: HouseStyle, x: float, y: float, step: float) -> list[str]:
    """Rings around one point as SVG; which of them bear the accent follows from the book's identifier."""
    seed = hashlib.sha256(identifier.encode("ascii")).digest()
    strong = mix(style.cover, style.accent, 0.75)
    faint = mix(style.cover, style.cover_text, 0.10)
    return [
        f'<circle cx="{x:g}" cy="{y:g}" r="{step * (1.15 + index):g}" fill="none" '
        f'stroke="{strong if (seed[2] >> index) & 1 else faint}" '
        f'stroke-width="{step * 0.42 if index % 3 == 1 else step * 0.03:g}"/>'
        for index in range(8)
    ]


def draw_cover(book: BoundBook, style: HouseStyle) -> bytes:
    """The cover as SVG of `WIDTH` by `HEIGHT`, lettered in the figures' font."""
    from coursewright.visuals.drawing.text import FONT_FAMILY

    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{style.cover}"/>']
    parts += cover_rings(book.identifier, style, WIDTH * 0.82, HEIGHT * 0.2, 110)
    y = HEIGHT * 0.47
    parts.append(_text(book.kind.upper(), _MARGIN, y, 30, style.cover_text, bold=True, spacing=3))
    y += 60
    for words, largest, bold in zip(book.title_lines, (104.0, 58.0), (True, False), strict=True):
        size, lines = _fit(words, largest, bold)
        for line in lines:
            y += size * 1.14
            parts.append(_text(line, _MARGIN, y - size * 0.2, size, style.cover_text, bold=bold))
        y += 34
    rule = mix(style.cover, style.cover_text, 0.6)
    foot = HEIGHT - 210
    parts.append(f'<rect x="{_MARGIN}" y="{foot}" width="120" height="6" fill="{rule}"/>')
    if style.name:
        parts.append(_text(style.name, _MARGIN, foot + 70, 36, style.cover_text, bold=True))
    facts = " · ".join(value for _, value in book.cover_facts[:2])
    parts.append(_text(facts, _MARGIN, foot + 122, 30, style.cover_text))
    if book.banner:
        label = book.words["demonstration"].upper()
        parts.append(f'<rect x="{_MARGIN}" y="{_MARGIN}" width="420" height="64" fill="{style.cover_text}"/>')
        parts.append(_text(label, _MARGIN + 24, _MARGIN + 43, 30, style.cover, bold=True, spacing=3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{FONT_FAMILY}, sans-serif">{"".join(parts)}</svg>'
    ).encode()


def cover_png(book: BoundBook, style: HouseStyle) -> bytes:
    """The cover as PNG, the same bytes on every machine."""
    import resvg_py

    from coursewright.visuals.drawing.text import font_paths

    png = resvg_py.svg_to_bytes(
        svg_string=draw_cover(book, style).decode(),
        font_files=[str(path) for path in font_paths()],
        skip_system_fonts=True,
    )
    return bytes(png)


def _fit(words: str, size: float, bold: bool) -> tuple[float, list[str]]:
    """`words` in lines, in a smaller size where they would be more than five; cut off at the last."""
    from coursewright.visuals.drawing.text import wrap

    smallest = size * 0.6
    lines = wrap(words, WIDTH - 2 * _MARGIN, size, bold)
    while len(lines) > _MAX_LINES and size > smallest:
        size *= 0.92
        lines = wrap(words, WIDTH - 2 * _MARGIN, size, bold)
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], f"{lines[_MAX_LINES - 1]}…"]
    return size, lines


def _text(
    words: str, x: float, y: float, size: float, colour: str, *, bold: bool = False, spacing: float = 0
) -> str:
    weight = ' font-weight="600"' if bold else ""
    letters = f' letter-spacing="{spacing:g}"' if spacing else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"'
    return f"<text {place}{weight}{letters}>{escape(words)}</text>"
