"""The boxes of a graph: how large each must be, where arrows may be tied to it, and how it is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from coursewright.visuals.drawing.canvas import Box, Canvas, number
from coursewright.visuals.drawing.ground import Terminal
from coursewright.visuals.drawing.layers import GRID
from coursewright.visuals.drawing.style import LABEL_SIZE
from coursewright.visuals.drawing.text import block_height, widest, wrap

Shape: TypeAlias = Literal["step", "decision", "start", "end", "store", "actor", "emphasis"]

_COLOUR: dict[str, str] = {"start": "end"}
_WIDEST = 168.0
_LEAST_WIDTH = 100.0
_HEXAGON = 16.0
_LID = 7.0
_ICON = 26.0
_FROM_CORNER = 0.0
"""What an arrow pays that leaves a decision by a corner: no more than one that leaves downwards."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A box that was measured and not yet placed."""

    shape: Shape
    lines: tuple[str, ...]
    width: float
    height: float

    def at(self, x: float, y: float) -> Terminal:
        """The box in its place, for the arrows."""
        box = Box(x, y, self.width, self.height)
        match self.shape:
            case "start" | "end":
                inset_x, inset_y = min(self.height / 2, self.width / 2 - 1), self.height / 2
            case "decision":
                return Terminal(box, _HEXAGON + 4, self.height / 2, aside=_FROM_CORNER)
            case "store":
                inset_x, inset_y = self.width / 5, 2 * _LID + 4
            case _:
                inset_x, inset_y = 10.0, 10.0
        return Terminal(box, inset_x, inset_y)


def measure_figure(shape: Shape, label: str, arrows: int, *, widest_line: float = _WIDEST) -> Figure:
    """The box for `label`, large enough for its text and for so many arrows."""
    lines = wrap(label, widest_line - (_ICON if shape == "actor" else 0.0), LABEL_SIZE)
    beside = {"decision": 2 * _HEXAGON + 12, "start": 36.0, "end": 36.0, "actor": 24.0 + _ICON}.get(
        shape, 28.0
    )
    above = {"store": 18.0 + 2 * _LID}.get(shape, 20.0)
    width = max(_LEAST_WIDTH, widest(lines, LABEL_SIZE) + beside)
    height = max(40.0, block_height(lines, LABEL_SIZE) + above)
    if shape in ("start", "end"):
        width = max(width, widest(lines, LABEL_SIZE) + 24 + _pill_bulge(len(lines), height))
    width, height = _up_to_grid(width), _up_to_grid(height)
    figure = Figure(shape, tuple(lines), width, height)
    while _places(figure) < 1.4 * arrows + 1:
        figure = Figure(shape, tuple(lines), figure.width + 40, figure.height + 20)
    return figure


def _pill_bulge(lines: int, height: float) -> float:
    """How much wider a pill must be so that its first line's ends stay inside the round."""
    radius = height / 2
    half_text = lines * LABEL_SIZE * 0.64
    return 2 * (radius - math.sqrt(max(0.0, radius**2 - half_text**2)))


def _places(figure: Figure) -> int:
    terminal = figure.at(0, 0)
    across = 2 * int((figure.width / 2 - terminal.inset_x) // 20) + 1
    upright = 2 * int((figure.height / 2 - terminal.inset_y) // 20) + 1
    return 2 * across + 2 * upright


def _up_to_grid(value: float) -> float:
    """So that the middle of each side is on the grid as well."""
    return math.ceil(value / (2 * GRID)) * 2 * GRID


def draw_figure(canvas: Canvas, figure: Figure, box: Box) -> None:
    """Draw the box with its label."""
    colour = _COLOUR.get(figure.shape, figure.shape)
    line = f"{colour}-line"
    canvas.open(f"node {figure.shape}")
    x, y, width, height = box.x, box.y, box.width, box.height
    text_x, text_top = x + width / 2, y + (height - block_height(list(figure.lines), LABEL_SIZE)) / 2
    match figure.shape:
        case "decision":
            middle = y + height / 2
            canvas.polygon(
                [
                    (x, middle),
                    (x + _HEXAGON, y),
                    (box.right - _HEXAGON, y),
                    (box.right, middle),
                    (box.right - _HEXAGON, box.bottom),
                    (x + _HEXAGON, box.bottom),
                ],
                colour,
                line,
            )
        case "start" | "end":
            canvas.rectangle(box, colour, line, radius=height / 2)
        case "store":
            _draw_store(canvas, box)
            text_top += _LID
        case "actor":
            canvas.rectangle(box, colour, line, radius=8)
            _draw_person(canvas, x + 12, y + height / 2, line)
            text_x += _ICON / 2
        case _:
            canvas.rectangle(box, colour, line, radius=8)
    canvas.text(figure.lines, text_x, text_top, LABEL_SIZE)
    canvas.close()


def _draw_store(canvas: Canvas, box: Box) -> None:
    radius = f"{number(box.width / 2)} {number(_LID)}"
    x, right, top, bottom = (number(v) for v in (box.x, box.right, box.y + _LID, box.bottom - _LID))
    canvas.reach_box(box)
    canvas.path(
        f"M{x} {top}A{radius} 0 0 1 {right} {top}L{right} {bottom}A{radius} 0 0 1 {x} {bottom}Z",
        "store",
        "store-line",
    )
    canvas.path(f"M{x} {top}A{radius} 0 0 0 {right} {top}", "", "store-line")


def _draw_person(canvas: Canvas, x: float, middle: float, colour: str) -> None:
    canvas.circle((x + 8, middle - 6), 4.5, colour)
    left, right = number(x), number(x + 16)
    base = number(middle + 10)
    canvas.path(f"M{left} {base}A8 9 0 0 1 {right} {base}Z", colour)
