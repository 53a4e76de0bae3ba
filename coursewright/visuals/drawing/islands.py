"""Groups of a graph, each laid out by itself and then turned to face its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from coursewright.visuals.drawing.layers import GRID, STEP, place_in_rows
from coursewright.visuals.drawing.spacing import PAGE_WIDTH, Pair, Size, Spacing, to_grid
from coursewright.visuals.drawing.style import SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, widest, wrap

_PAD = 30.0
_HEAD = 30.0
"""Room for a group's title above the free margin of its nodes."""
_AGAINST_READING = 2000.0
"""So many pixels of arrows less must be won before a group is read from right to left."""
_DEEPEST = 380.0
"""How high the columns of a group may be that is read from left to right."""


@dataclass(frozen=True)
class Island:
    """A group laid out by itself: nodes' places in it, its size, and the height of its title's strip."""

    places: Mapping[str, tuple[float, float]]
    size: Size
    head: float
    lines: tuple[str, ...]
    back: frozenset[Pair]


def lay_island(
    title: str,
    nodes: Sequence[str],
    sizes: Mapping[str, Size],
    edges: Sequence[Pair],
    spacing: Spacing,
    *,
    upright: bool,
) -> Island:
    """Lay a group out: from left to right where its arrows allow and there is room, else (and where
    `upright`) from top to bottom.
    """
    inside = [edge for edge in edges if edge[0] in nodes and edge[1] in nodes]
    own = {node: sizes[node] for node in nodes}
    room = PAGE_WIDTH - 2 * _PAD
    turned = {node: (height, width) for node, (width, height) in own.items()}
    columns = place_in_rows(
        turned,
        inside,
        max_width=_DEEPEST,
        gap_x=spacing.down,
        gaps_y={edge: spacing.gap(edge, along_x=True) for edge in inside},
        gap_y=spacing.across,
        label_widths={edge: height for edge, (_, height) in spacing.label_sizes.items()},
    )
    if inside and not upright and columns.height <= room:
        places = {node: (y, x) for node, (x, y) in columns.place.items()}
        width, height, back = columns.height, columns.width, columns.turned
    else:
        rows = place_in_rows(
            own,
            inside,
            max_width=room,
            gap_x=spacing.across,
            gaps_y={edge: spacing.gap(edge) for edge in inside},
            gap_y=spacing.down,
            label_widths={edge: width for edge, (width, _) in spacing.label_sizes.items()},
        )
        places, width, height, back = dict(rows.place), rows.width, rows.height, rows.turned
    lines = wrap(title, max(width + 2 * _PAD - 20, 140.0), SMALL_SIZE, True)
    head = to_grid(block_height(lines, SMALL_SIZE) + 12)
    head = max(head, _HEAD)
    full = max(width, widest(lines, SMALL_SIZE, True) - 2 * _PAD + 20)
    full = -(-full // (2 * STEP)) * 2 * STEP
    indent = _PAD + (full - width) // (2 * STEP) * STEP
    top = head + 20
    return Island(
        {node: (x + indent, y + top) for node, (x, y) in places.items()},
        (full + 2 * _PAD, to_grid((top + height + _PAD) / 2) * 2),
        head,
        tuple(lines),
        frozenset(back),
    )


def face_neighbours(
    islands: Mapping[str, Island],
    place: Mapping[str, tuple[float, float]],
    sizes: Mapping[str, Size],
    edges: Sequence[Pair],
    member: Mapping[str, str],
) -> dict[str, Island]:
    """Turn each group round, or order its loose nodes anew, where that brings it nearer to its neighbours."""
    current = dict(islands)

    def centre(node: str) -> tuple[float, float]:
        if node in member:
            x, y = place[f"g:{member[node]}"]
            dx, dy = current[member[node]].places[node]
            x, y = x + dx, y + dy
        else:
            x, y = place[f"n:{node}"]
        return x + sizes[node][0] / 2, y + sizes[node][1] / 2

    def strain(group: str) -> float:
        lines = [
            (centre(u), centre(v)) for u, v in edges if (member.get(u) == group) != (member.get(v) == group)
        ]
        length = sum(abs(a[0] - b[0]) for a, b in lines)
        crossed = sum(
            (a[0] - c[0]) * (b[0] - d[0]) < 0
            for i, (a, b) in enumerate(lines)
            for c, d in lines[i + 1 :]
            if (a[1] - b[1]) * (c[1] - d[1]) > 0
        )
        return length + 120.0 * crossed

    for _ in range(2):
        for group, island in islands.items():
            best, least = current[group], None
            for option in _variants(island, sizes, edges):
                current[group] = option
                now = strain(group) + (_AGAINST_READING if _runs_left(option, edges) else 0.0)
                if least is None or now < least - 1:
                    best, least = option, now
            current[group] = best
    return current


def _runs_left(island: Island, edges: Sequence[Pair]) -> bool:
    """Whether more of the group's own arrows run from right to left than from left to right."""
    places = island.places
    ways = [places[v][0] - places[u][0] for u, v in edges if u in places and v in places]
    return sum(way < 0 for way in ways) > sum(way > 0 for way in ways)


def _variants(island: Island, sizes: Mapping[str, Size], edges: Sequence[Pair]) -> list[Island]:
    mirrored = {node: (island.size[0] - x - sizes[node][0], y) for node, (x, y) in island.places.items()}
    variants = [island, Island(mirrored, island.size, island.head, island.lines, island.back)]
    nodes = sorted(island.places, key=lambda node: island.places[node][0])
    loose = not any(u in island.places and v in island.places for u, v in edges)
    rows = {y + sizes[node][1] / 2 for node, (_, y) in island.places.items()}
    if loose and 2 < len(nodes) <= 4 and max(rows) - min(rows) < 2 * GRID:
        left = island.places[nodes[0]][0]
        gap = island.places[nodes[1]][0] - left - sizes[nodes[0]][0]
        for order in permutations(nodes):
            x, places = left, {}
            for node in order:
                places[node] = (x, island.places[node][1])
                x += sizes[node][0] + gap
            variants.append(Island(places, island.size, island.head, island.lines, island.back))
    return variants
