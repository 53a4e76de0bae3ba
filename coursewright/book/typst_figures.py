"""The figures of a book as files for the compiler, and how large they are set."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from coursewright.book.model import BookFigure
from coursewright.book.nodes import Dropped
from coursewright.book.paged import PNG_SCALE, SVG_SCALE, drawing_height
from coursewright.book.safe_svg import UnsafeSvg, clean_svg
from coursewright.visuals.raster import rasterise

_ROOT = re.compile(rb"<svg\b[^>]*>")
_LENGTH = re.compile(r"\s*([\d.]+)")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """A figure as the compiler finds it.

    Attributes:
        path: relative to the build's folder.
        width: in points, as wide as it is to be set.
        alt: its alternative text, with the long description.
    """

    path: str
    width: float
    alt: str
    content: bytes


def make_pictures(
    figures: Mapping[str, BookFigure], width: float, height: float, share: float, fit: Callable[[str], str]
) -> tuple[dict[str, Picture], tuple[Dropped, ...]]:
    """The pictures of those figures that can be set, and what is wrong with the others.

    Args:
        width, height: of a page's text, in points.
        share: of the height that figures usually take at the most.
        fit: fits a text to the fonts.
    """
    pictures: dict[str, Picture] = {}
    dropped: list[Dropped] = []
    for number, (figure_id, figure) in enumerate(sorted(figures.items()), start=1):
        alt = " ".join(part for part in (figure.alt or figure.caption, figure.long_description) if part)
        path = f"figures/{number}"
        if figure.svg:
            try:
                svg = fit(clean_svg(figure.svg).decode()).encode()
            except UnsafeSvg as error:
                dropped.append(
                    Dropped(figure_id[:5], f"figure {figure_id}", f"its SVG cannot be used: {error}")
                )
                continue
            size = _svg_size(svg)
            most = drawing_height(size[1], share * height, height)
            pictures[figure_id] = Picture(f"{path}.svg", _set_width(size, SVG_SCALE, width, most), alt, svg)
        elif figure.png:
            if not figure.png.startswith(_PNG) or len(figure.png) < 24:
                dropped.append(Dropped(figure_id[:5], f"figure {figure_id}", "its PNG is not one"))
                continue
            pixels: tuple[int, int] = struct.unpack(">II", figure.png[16:24])
            pictures[figure_id] = Picture(
                f"{path}.png", _set_width(pixels, PNG_SCALE, width, share * height), alt, figure.png
            )
    return pictures, tuple(dropped)


def as_pixels(picture: Picture) -> Picture | None:
    """The same drawing as pixels, for a compiler that cannot set its letters; None where there are none."""
    if not picture.path.endswith(".svg"):
        return None
    try:
        png = rasterise(picture.content)
    except ValueError:
        return None
    return replace(picture, path=f"{picture.path.removesuffix('.svg')}.png", content=png)


def _set_width(size: tuple[float, float], scale: float, width: float, height: float) -> float:
    if min(size) <= 0:
        return width
    return min(size[0] * scale, width, height * size[0] / size[1])


def _svg_size(svg: bytes) -> tuple[float, float]:
    """Width and height in pixels; nothing where the drawing does not say."""
    root = _ROOT.search(svg)
    text = root[0].decode("utf-8", "replace") if root else ""
    box = re.search(r'viewBox="\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)', text)
    if box:
        return float(box[1]), float(box[2])
    sides = [re.search(rf'\b{side}="\s*([\d.]+)', text) for side in ("width", "height")]
    if all(sides):
        return float(sides[0][1]), float(sides[1][1])  # type: ignore[index]
    return 0.0, 0.0
