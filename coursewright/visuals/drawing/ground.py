"""The grid that arrows are led over, and what lies on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coursewright.visuals.drawing.canvas import Box, Point
from coursewright.visuals.drawing.layers import GRID

STUB = 20
"""Arrows keep so far from boxes, but for the straight piece at each end."""

_BORDER = 12.0
"""What running along a group's frame costs; crossing it squarely costs nothing."""
_MARGIN = 8 * GRID
"""Room around all boxes for arrows that go around them."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A box that arrows start and end at.

    Attributes:
        inset_x: how far from the upper and lower side's ends arrows may not be tied.
        inset_y: the same for the left and right side.
        aside: what an arrow pays that leads down or up and leaves by a side; more by the farther one.
    """

    box: Box
    inset_x: float = 10.0
    inset_y: float = 10.0
    aside: float = 7.0


@dataclass
class Ground:
    """The grid and what lies on it."""

    left: float
    top: float
    columns: int
    rows: int
    blocked: bytearray
    toll: list[float]
    across: list[int] = field(default_factory=list)
    upright: list[int] = field(default_factory=list)
    bend: list[int] = field(default_factory=list)
    ports: set[tuple[float, float]] = field(default_factory=set)

    def clear(self) -> None:
        size = self.columns * self.rows
        self.across, self.upright, self.bend = [-1] * size, [-1] * size, [-1] * size
        self.ports = set()

    def cell(self, x: float, y: float) -> int:
        return round((y - self.top) / GRID) * self.columns + round((x - self.left) / GRID)

    def point(self, cell: int) -> Point:
        return self.left + cell % self.columns * GRID, self.top + cell // self.columns * GRID


def lay_ground(
    terminals: Mapping[str, Terminal], titles: Sequence[Box], frames: Sequence[tuple[Box, frozenset[str]]]
) -> Ground:
    boxes = [t.box for t in terminals.values()] + [frame for frame, _ in frames]
    left = min(b.x for b in boxes) // GRID * GRID - _MARGIN
    top = min(b.y for b in boxes) // GRID * GRID - _MARGIN
    columns = round((max(b.right for b in boxes) + _MARGIN - left) // GRID) + 1
    rows = round((max(b.bottom for b in boxes) + _MARGIN - top) // GRID) + 1
    ground = Ground(left, top, columns, rows, bytearray(columns * rows), [1.0] * (columns * rows))
    for terminal in terminals.values():
        for cell in cells_inside(ground, terminal.box.grown(STUB - 1)):
            ground.blocked[cell] = 1
    for title in titles:
        for cell in cells_inside(ground, title.grown(3)):
            ground.blocked[cell] = 1
    for frame, _ in frames:
        for cell in _border(ground, frame):
            ground.toll[cell] += _BORDER
    return ground


def cells_inside(ground: Ground, box: Box) -> list[int]:
    first_column = max(0, -(-int(box.x - ground.left) // GRID))
    last_column = min(ground.columns - 1, int(box.right - ground.left) // GRID)
    first_row = max(0, -(-int(box.y - ground.top) // GRID))
    last_row = min(ground.rows - 1, int(box.bottom - ground.top) // GRID)
    return [
        row * ground.columns + column
        for row in range(first_row, last_row + 1)
        for column in range(first_column, last_column + 1)
    ]


def _border(ground: Ground, box: Box) -> list[int]:
    every = set(cells_inside(ground, box))
    return sorted(every - set(cells_inside(ground, box.grown(-1))))
