"""PNG: from a figure's SVG, and from other pictures."""

from __future__ import annotations

import base64
import math
import re
import struct

from coursewright.visuals.drawing.text import FONT_FAMILY, font_paths

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 40_000_000
_MOST_PAINTED = 16_000_000
_LONGEST_SIDE = 16_000
_ROOT = re.compile(r"<svg\b[^>]*>")
_UNITS = {"pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0, "ex": 8.0}
"""Pixels of a length's unit; pixels where it has none."""


def is_png(data: bytes) -> bool:
    """Whether `data` starts as a PNG does."""
    return data.startswith(_PNG)


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels.

    Raises:
        ValueError: it is no PNG, or one that is empty or too large to be shown.
    """
    if not is_png(data) or len(data) < 33 or data[12:16] != b"IHDR":
        raise ValueError("it is no PNG file")
    width, height = struct.unpack(">II", data[16:24])
    return _checked(width, height)


def _checked(width: int, height: int) -> tuple[int, int]:
    if not 0 < width * height <= _MOST_PIXELS:
        raise ValueError(f"it is {width} by {height} pixels, at most {_MOST_PIXELS:,} can be shown")
    return width, height


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or a JPEG.

    Raises:
        ValueError: it is neither, or one that is empty or too large to be shown.
    """
    return png_size(data) if is_png(data) else _jpeg_size(data)


def picture_as_png(encoded: str) -> str:
    """A picture in base64, PNG or JPEG, as a PNG in base64.

    Raises:
        ValueError: it is neither.
    """
    data = base64.b64decode(encoded, validate=True)
    if not is_png(data):
        data = to_png(data)
    png_size(data)
    return base64.b64encode(data).decode()


def rasterise(svg: bytes, *, scale: float = 2.0) -> bytes:
    """An SVG without remote parts as PNG, `scale` pixels for each of its own; letters in the figures' font.

    Of a very large drawing there are fewer: the painter takes memory for all of them, and ends the process
    where there is none.

    Raises:
        ValueError: it is no SVG.
    """
    import resvg_py

    text = svg.decode()
    png = resvg_py.svg_to_bytes(
        svg_string=text,
        zoom=min(scale, _largest_zoom(text)),
        dpi=96.0,
        skip_system_fonts=True,
        font_files=[str(path) for path in font_paths()],
        font_family=FONT_FAMILY,
        sans_serif_family=FONT_FAMILY,
    )
    return bytes(png)


def _largest_zoom(svg: str) -> float:
    """How many pixels each of a drawing's own may have, so that all together can be painted."""
    root = _ROOT.search(svg)
    head = root[0] if root else ""
    box = re.search(r"""\bviewBox\s*=\s*["']\s*\S+?[\s,]+\S+?[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)""", head)
    sides = []
    for name, of_the_box in (("width", 1), ("height", 2)):
        written = re.search(rf"""\s{name}\s*=\s*["']\s*([\d.eE+]+?)(px|pt|pc|mm|cm|in|em|ex)?\s*["']""", head)
        length = written[1] if written else box[of_the_box] if box else "100"
        sides.append(float(length) * _UNITS.get(written[2] or "" if written else "", 1.0))
    width, height = (max(1.0, side) for side in sides)
    return min(math.sqrt(_MOST_PAINTED / (width * height)), _LONGEST_SIDE / max(width, height))


def to_png(data: bytes) -> bytes:
    """A JPEG as PNG of the same size.

    Raises:
        ValueError: it is no JPEG, or one that is empty or too large to be shown.
    """
    width, height = _jpeg_size(data)
    encoded = base64.b64encode(data).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/jpeg;base64,{encoded}"/></svg>'
    )
    return rasterise(svg.encode(), scale=1.0)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    if not data.startswith(b"\xff\xd8\xff"):
        raise ValueError("it is neither PNG nor JPEG")
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return _checked(width, height)
        at += 2 + length
    raise ValueError("it is a JPEG without a size")
