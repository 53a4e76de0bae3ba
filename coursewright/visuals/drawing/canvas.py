"""What a figure is drawn on: elements in the order of painting, then one SVG.

The SVG has no ids, no references, no scripts and no foreign content, so that any number of figures can
stand in one page. Each line of text carries its measured length, so that it fills that and no more where a
reader shows it in another font.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal, TypeAlias

from coursewright.visuals.drawing.style import LIGHT, figure_style
from coursewright.visuals.drawing.text import ASCENT, FONT_FAMILY, LINE_HEIGHT, measure

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["start", "middle", "end"]

CORNER = 7.0
"""Radius of a line's bends, in pixels."""
ARROW_LENGTH = 10.0
ARROW_WIDTH = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, from its left upper corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def grown(self, by: float) -> Box:
        """The rectangle with `by` pixels more on every side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right - 1e-6
            and other.x < self.right - 1e-6
            and self.y < other.bottom - 1e-6
            and other.y < self.bottom - 1e-6
        )

    def holds(self, other: Box) -> bool:
        """Whether all of the other lies within."""
        return (
            self.x <= other.x
            and other.right <= self.right
            and self.y <= other.y
            and other.bottom <= self.bottom
        )

    def shared_with(self, other: Box) -> Box | None:
        """What lies in both, if anything does."""
        if not self.meets(other):
            return None
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, min(self.right, other.right) - x, min(self.bottom, other.bottom) - y)


@dataclass
class Canvas:
    """Elements so far, and the smallest box that holds them."""

    elements: list[str] = field(default_factory=list)
    left: float = float("inf")
    top: float = float("inf")
    right: float = float("-inf")
    bottom: float = float("-inf")

    def reach(self, x: float, y: float) -> None:
        """Make the figure large enough to show this point."""
        self.left, self.right = min(self.left, x), max(self.right, x)
        self.top, self.bottom = min(self.top, y), max(self.bottom, y)

    def reach_box(self, box: Box) -> None:
        """Make the figure large enough to show this box."""
        self.reach(box.x, box.y)
        self.reach(box.right, box.bottom)

    def open(self, name: str) -> None:
        """Start a group of elements that belong together, such as ``node``."""
        self.elements.append(f'<g class="{name}">')

    def close(self) -> None:
        """End the group that was opened last."""
        self.elements.append("</g>")

    def rectangle(
        self,
        box: Box,
        fill: str,
        stroke: str = "",
        *,
        radius: float = 0.0,
        width: float = 1.5,
        dashed: bool = False,
    ) -> None:
        """A rectangle in the colours of two roles of the palette."""
        self.reach_box(box)
        corner = f' rx="{number(radius)}"' if radius else ""
        self.elements.append(
            f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" '
            f'height="{number(box.height)}"{corner}{_paint(fill, stroke, width, dashed)}/>'
        )

    def circle(
        self, centre: Point, radius: float, fill: str, stroke: str = "", *, width: float = 1.5
    ) -> None:
        """A circle in the colours of two roles of the palette."""
        x, y = centre
        self.reach_box(Box(x - radius, y - radius, 2 * radius, 2 * radius))
        self.elements.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"{_paint(fill, stroke, width)}/>'
        )

    def path(
        self,
        data: str,
        fill: str = "",
        stroke: str = "",
        *,
        width: float = 1.5,
        dashed: bool = False,
        name: str = "",
    ) -> None:
        """A path whose extent the caller has made room for."""
        self.elements.append(f'<path{_paint(fill, stroke, width, dashed, name)} d="{data}"/>')

    def polygon(self, points: Sequence[Point], fill: str, stroke: str = "", *, width: float = 1.5) -> None:
        """A closed shape with straight sides."""
        for x, y in points:
            self.reach(x, y)
        listed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self.elements.append(f'<polygon points="{listed}"{_paint(fill, stroke, width)}/>')

    def line(
        self,
        points: Sequence[Point],
        stroke: str = "line",
        *,
        width: float = 1.6,
        dashed: bool = False,
        name: str = "edge",
    ) -> None:
        """A line through `points`, its bends rounded."""
        for x, y in points:
            self.reach(x, y)
        self.path(_rounded(points), "", stroke, width=width, dashed=dashed, name=name)

    def arrow(self, points: Sequence[Point], stroke: str = "line", *, dashed: bool = False) -> None:
        """A line through `points` with its head at the last of them."""
        (x0, y0), (x1, y1) = points[-2], points[-1]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        base = (x1 - ux * (ARROW_LENGTH - 1), y1 - uy * (ARROW_LENGTH - 1))
        self.line([*points[:-1], base], stroke, dashed=dashed)
        bx, by = x1 - ux * ARROW_LENGTH, y1 - uy * ARROW_LENGTH
        px, py = -uy * ARROW_WIDTH / 2, ux * ARROW_WIDTH / 2
        self.polygon([(x1, y1), (bx + px, by + py), (bx - px, by - py)], stroke)

    def text(
        self,
        lines: Sequence[str],
        x: float,
        top: float,
        size: float,
        *,
        bold: bool = False,
        anchor: Anchor = "middle",
        colour: str = "ink",
    ) -> Box:
        """Lines below each other, the first one's upper edge at `top`; gives the box that they fill."""
        step = size * LINE_HEIGHT
        first = top + (step - size) / 2 + ASCENT * size + (1 - ASCENT - 0.2) * size / 2
        weight = ' font-weight="600"' if bold else ""
        widths = [measure(line, size, bold) for line in lines]
        spans = "".join(
            f'<tspan x="{number(x)}" y="{number(first + index * step)}" textLength="{number(width)}">'
            f"{escape(line, quote=False)}</tspan>"
            for index, (line, width) in enumerate(zip(lines, widths, strict=True))
        )
        middle = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.elements.append(
            f'<text font-size="{number(size)}"{weight}{middle} class="f-{colour}" fill="{LIGHT[colour]}">'
            f"{spans}</text>"
        )
        full = max(widths, default=0.0)
        left = {"start": x, "middle": x - full / 2, "end": x - full}[anchor]
        box = Box(left, top, full, step * len(lines))
        self.reach_box(box)
        return box

    def svg(self, *, title: str, description: str, language: str, margin: float = 16.0) -> bytes:
        """The whole figure on its paper."""
        x, y = self.left - margin, self.top - margin
        width, height = self.right - self.left + 2 * margin, self.bottom - self.top + 2 * margin
        sheet = (
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" rx="6"'
            f"{_paint('paper')}/>"
        )
        text = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cw-figure" role="img" '
            f'xml:lang="{escape(language)}" lang="{escape(language)}" aria-label="{escape(title)}" '
            f'viewBox="{number(x)} {number(y)} {number(width)} {number(height)}" '
            f'width="{number(width)}" height="{number(height)}" font-family="{FONT_FAMILY}, sans-serif">'
            f"<desc>{escape(description, quote=False)}</desc><style>{figure_style()}</style>"
            f"{sheet}{''.join(self.elements)}</svg>\n"
        )
        return text.encode()


def number(value: float) -> str:
    """`value` to a tenth of a pixel, without idle zeros."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _paint(fill: str = "", stroke: str = "", width: float = 1.5, dashed: bool = False, name: str = "") -> str:
    names = [name] if name else []
    names += [f"f-{fill}"] if fill else []
    names += [f"s-{stroke}"] if stroke else []
    text = f' class="{" ".join(names)}"' if names else ""
    text += f' fill="{LIGHT[fill] if fill else "none"}"'
    if stroke:
        text += f' stroke="{LIGHT[stroke]}" stroke-width="{number(width)}"'
    return text + (' stroke-dasharray="5 4"' if dashed else "")


def _rounded(points: Sequence[Point]) -> str:
    data = f"M{number(points[0][0])} {number(points[0][1])}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _shorten(here, before), _shorten(here, after)
        data += f"L{number(into[0])} {number(into[1])}"
        data += f"Q{number(here[0])} {number(here[1])} {number(out[0])} {number(out[1])}"
    return data + f"L{number(points[-1][0])} {number(points[-1][1])}"


def _shorten(corner: Point, other: Point) -> Point:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    reach = min(CORNER, length / 2)
    return corner[0] + dx / length * reach, corner[1] + dy / length * reach
