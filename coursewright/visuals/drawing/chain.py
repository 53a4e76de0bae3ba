"""Graphs that are one line without branches: laid in rows that turn back at the page's edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from coursewright.visuals.drawing.canvas import Box
from coursewright.visuals.drawing.layers import GRID
from coursewright.visuals.drawing.spacing import PAGE_WIDTH, Pair, Size, Spacing


def find_chain(names: Sequence[str], edges: Sequence[Pair]) -> list[str]:
    """The nodes in order, where the graph is one line without branches; else nothing."""
    after = dict(edges)
    if len(edges) != len(names) - 1 or len(after) != len(edges) or len({v for _, v in edges}) != len(edges):
        return []
    chain = [name for name in names if name not in after.values()]
    while len(chain) == 1 or (chain and chain[-1] in after):
        if chain[-1] not in after:
            break
        chain.append(after[chain[-1]])
    return chain if len(chain) == len(names) else []


def fold_chain(chain: Sequence[str], sizes: Mapping[str, Size], spacing: Spacing) -> dict[str, Box]:
    """A line of boxes that turns back at the page's edge, as an ox ploughs."""
    cell_width = max(sizes[name][0] for name in chain)
    for rows in range(1, len(chain) + 1):
        columns = -(-len(chain) // rows)
        gaps = _column_gaps(chain, columns, spacing)
        if columns * cell_width + sum(gaps) <= PAGE_WIDTH or columns == 1:
            break
    lefts = [column * cell_width + sum(gaps[:column]) for column in range(columns)]
    boxes: dict[str, Box] = {}
    y = 0.0
    down = max(spacing.gap(edge) for edge in pairwise(chain))
    for start in range(0, len(chain), columns):
        part = chain[start : start + columns]
        height = max(sizes[name][1] for name in part)
        for i, name in enumerate(part):
            column = i if (start // columns) % 2 == 0 else columns - 1 - i
            width, own = sizes[name]
            x = lefts[column] + (cell_width - width) / 2
            boxes[name] = Box(x, y + (height - own) // (2 * GRID) * GRID, width, own)
        y += height + down
    return boxes


def _column_gaps(chain: Sequence[str], columns: int, spacing: Spacing) -> list[float]:
    """The distances between the columns of a folded chain."""
    gaps = [spacing.across] * (columns - 1)
    for i, edge in enumerate(pairwise(chain)):
        row, column = divmod(i, columns)
        if column < columns - 1:
            at = column if row % 2 == 0 else columns - 2 - column
            gaps[at] = max(gaps[at], spacing.gap(edge, along_x=True))
    return gaps
