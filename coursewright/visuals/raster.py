"""PNG: from a figure's SVG, and from other pictures."""

from __future__ import annotations

import base64
import struct

from coursewright.visuals.drawing.text import font_paths

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 40_000_000


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
    if not 0 < width * height <= _MOST_PIXELS:
        raise ValueError(f"it is {width} by {height} pixels, at most {_MOST_PIXELS:,} can be shown")
    return width, height


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

    Raises:
        ValueError: it is no SVG.
    """
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_string=svg.decode(),
        font_files=[str(path) for path in font_paths()],
        skip_system_fonts=True,
        zoom=scale,
    )
    return bytes(png)


def to_png(data: bytes) -> bytes:
    """A JPEG as PNG of the same size.

    Raises:
        ValueError: it is no JPEG.
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
            return width, height
        at += 2 + length
    raise ValueError("it is a JPEG without a size")
