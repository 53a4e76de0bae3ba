"""How far apart the boxes of a graph stand, and how wide a figure may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from coursewright.visuals.drawing.layers import GRID

Size: TypeAlias = tuple[float, float]
Pair: TypeAlias = tuple[str, str]

PAGE_WIDTH = 760.0
"""As wide as a figure should be, so that its letters are legible in a column of text."""


@dataclass(frozen=True)
class Spacing:
    """Distances of boxes, and how much more each edge needs for its label, by edge.

    Attributes:
        scale: what all free distances are multiplied by where arrows found no room.
    """

    label_sizes: Mapping[Pair, Size]
    scale: float = 1.0

    @property
    def across(self) -> float:
        return round(40 * self.scale / 20) * 20

    @property
    def down(self) -> float:
        return round(40 * self.scale / 20) * 20

    def gap(self, edge: Pair, *, along_x: bool = False) -> float:
        """The distance that an edge needs between its ends, in the direction in which it runs."""
        if edge not in self.label_sizes:
            return self.across if along_x else self.down
        width, height = self.label_sizes[edge]
        return to_grid((width if along_x else height) + 36)


def to_grid(value: float) -> float:
    """The next place on the grid that is not before `value`."""
    return -(-value // GRID) * GRID
