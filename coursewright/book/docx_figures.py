"""The figures of a book as PNG, which every word processor shows."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from coursewright.book.docx_ledger import Shot
from coursewright.book.docx_package import Package
from coursewright.book.model import BookFigure
from coursewright.book.nodes import Dropped
from coursewright.book.paged import PNG_SCALE, SVG_SCALE, drawing_height
from coursewright.book.safe_svg import UnsafeSvg, clean_svg
from coursewright.visuals.raster import rasterise

ZOOM = 1.6
"""Pixels of the picture for a pixel of the drawing: about 190 to an inch in print."""

_PNG = b"\x89PNG\r\n\x1a\n"


def add_figures(
    package: Package, figures: Mapping[str, BookFigure], width: float, height: float, share: float
) -> tuple[dict[str, Shot], tuple[Dropped, ...]]:
    """Put the figures into the package; gives those that it holds, and what is wrong with the others.

    Args:
        width, height: of a page's text, in points.
        share: of the height that figures usually take at the most.
    """
    ordered = sorted(figures.items())
    with ThreadPoolExecutor(max_workers=2) as pool:
        drawn = list(pool.map(lambda entry: _png_of(entry[1]), ordered))
    shots: dict[str, Shot] = {}
    dropped: list[Dropped] = []
    for number, ((figure_id, figure), content) in enumerate(zip(ordered, drawn, strict=True), start=1):
        if content is None:
            continue
        if isinstance(content, str):
            dropped.append(Dropped(figure_id[:5], f"figure {figure_id}", content))
            continue
        pixels: tuple[int, int] = struct.unpack(">II", content[16:24])
        scale, most = PNG_SCALE, share * height
        if figure.svg and not figure.png:
            scale, most = SVG_SCALE / ZOOM, drawing_height(pixels[1] / ZOOM, most, height)
        scale = min(scale, width / pixels[0], most / pixels[1])
        name = f"media/figure{number}.png"
        package.add(f"word/{name}", content=content)
        alt = " ".join(part for part in (figure.alt or figure.caption, figure.long_description) if part)
        shots[figure_id] = Shot(name, pixels[0] * scale, pixels[1] * scale, alt)
    return shots, tuple(dropped)


def _png_of(figure: BookFigure) -> bytes | str | None:
    """The figure's pixels, or why there are none; None where it was never drawn."""
    if figure.png:
        return figure.png if figure.png.startswith(_PNG) and len(figure.png) > 24 else "its PNG is not one"
    if not figure.svg:
        return None
    try:
        return render(clean_svg(figure.svg).decode("utf-8"))
    except (UnsafeSvg, ValueError) as error:
        return f"its SVG cannot be used: {error}"


def render(svg: str) -> bytes:
    """The drawing as PNG, lettered in the vendored font alone.

    Raises:
        ValueError: it cannot be drawn.
    """
    return rasterise(svg.encode(), scale=ZOOM)
