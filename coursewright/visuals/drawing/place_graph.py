"""Where the boxes and frames of a graph with groups go.

A group is laid out by itself and then placed as one box; that keeps frames apart and every node in its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from coursewright.visuals.drawing.canvas import Box
from coursewright.visuals.drawing.layers import GRID, STEP, place_in_rows
from coursewright.visuals.drawing.style import SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, widest, wrap

Size = tuple[float, float]
Pair = tuple[str, str]

PAGE_WIDTH = 760.0
"""As wide as a figure should be, so that its letters are legible in a column of text."""

_PAD = 30.0
_AGAINST_READING = 2000.0
"""So many pixels of arrows less must be won before a group is read from right to left."""
_HEAD = 30.0
"""Room for a group's title above the free margin of its nodes."""


@dataclass(frozen=True)
class Frame:
    """A group's frame in its place, with its title's lines and the box that they stand in."""

    id: str
    box: Box
    title: Box
    lines: tuple[str, ...]
    members: frozenset[str]


@dataclass(frozen=True)
class Placement:
    """Every node's box, every group's frame, and the edges that run against the reading order."""

    boxes: Mapping[str, Box]
    frames: tuple[Frame, ...]
    back: frozenset[Pair]


@dataclass(frozen=True)
class _Island:
    """A group laid out by itself: nodes' places in it, its size, and the height of its title's strip."""

    places: Mapping[str, tuple[float, float]]
    size: Size
    head: float
    lines: tuple[str, ...]
    back: frozenset[Pair]


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
        return _to_grid((width if along_x else height) + 36)


def place_graph(
    sizes: Mapping[str, Size],
    edges: Sequence[Pair],
    groups: Mapping[str, tuple[str, Sequence[str]]],
    spacing: Spacing,
) -> Placement:
    """Place nodes of the given sizes.

    Args:
        groups: each group's title and nodes.
    """
    if not groups:
        return _place_free(sizes, edges, spacing)
    member = {node: group for group, (_, nodes) in groups.items() for node in nodes}
    islands = {
        group: _lay_island(title, nodes, sizes, edges, spacing) for group, (title, nodes) in groups.items()
    }
    outer_sizes: dict[str, Size] = {}
    for node, size in sizes.items():
        name = member.get(node)
        outer_sizes.setdefault(f"g:{name}" if name else f"n:{node}", islands[name].size if name else size)

    def outer(node: str) -> str:
        return f"g:{member[node]}" if node in member else f"n:{node}"

    gaps: dict[Pair, float] = {}
    outer_edges: list[Pair] = []
    for edge in edges:
        u, v = outer(edge[0]), outer(edge[1])
        if u != v:
            outer_edges.append((u, v))
            for pair in ((u, v), (v, u)):
                gaps[pair] = max(gaps.get(pair, 0.0), spacing.gap(edge))
    outer_edges = list(dict.fromkeys(outer_edges))
    rows = place_in_rows(
        outer_sizes,
        outer_edges,
        max_width=PAGE_WIDTH,
        gap_x=spacing.across,
        gaps_y=gaps,
        gap_y=spacing.down,
    )
    stretched = _stretch_bands(rows.place, rows.row, outer_sizes)
    islands = _face_neighbours(islands, rows.place, sizes, edges, member)
    boxes: dict[str, Box] = {}
    frames = []
    for name, (x, y) in rows.place.items():
        if name.startswith("n:"):
            boxes[name[2:]] = Box(x, y, *sizes[name[2:]])
            continue
        island = islands[name[2:]]
        left, width = stretched.get(name, (x, island.size[0]))
        shift = x
        for node, (dx, dy) in island.places.items():
            boxes[node] = Box(shift + dx, y + dy, *sizes[node])
        title_width = widest(list(island.lines), SMALL_SIZE, True)
        frames.append(
            Frame(
                name[2:],
                Box(left, y, width, island.size[1]),
                Box(left + 10, y + 7, title_width, block_height(list(island.lines), SMALL_SIZE)),
                island.lines,
                frozenset(island.places),
            )
        )
    back = {
        edge
        for edge in edges
        if (outer(edge[0]), outer(edge[1])) in rows.turned
        or any(edge in island.back for island in islands.values())
    }
    return Placement(boxes, tuple(frames), frozenset(back))


def _place_free(sizes: Mapping[str, Size], edges: Sequence[Pair], spacing: Spacing) -> Placement:
    chain = _find_chain(list(sizes), edges)
    if chain and len(chain) >= 3:
        return Placement(_fold_chain(chain, sizes, spacing), (), frozenset())
    rows = place_in_rows(
        sizes,
        edges,
        max_width=PAGE_WIDTH,
        gap_x=spacing.across,
        gaps_y={edge: spacing.gap(edge) for edge in edges},
        gap_y=spacing.down,
    )
    boxes = {name: Box(x, y, *sizes[name]) for name, (x, y) in rows.place.items()}
    return Placement(boxes, (), rows.turned)


def _find_chain(names: Sequence[str], edges: Sequence[Pair]) -> list[str]:
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


def _fold_chain(chain: Sequence[str], sizes: Mapping[str, Size], spacing: Spacing) -> dict[str, Box]:
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


def _lay_island(
    title: str, nodes: Sequence[str], sizes: Mapping[str, Size], edges: Sequence[Pair], spacing: Spacing
) -> _Island:
    inside = [edge for edge in edges if edge[0] in nodes and edge[1] in nodes]
    own = {node: sizes[node] for node in nodes}
    room = PAGE_WIDTH - 2 * _PAD
    turned = {node: (height, width) for node, (width, height) in own.items()}
    columns = place_in_rows(
        turned,
        inside,
        max_width=380.0,
        gap_x=spacing.down,
        gaps_y={edge: spacing.gap(edge, along_x=True) for edge in inside},
        gap_y=spacing.across,
    )
    if inside and columns.height <= room:
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
        )
        places, width, height, back = dict(rows.place), rows.width, rows.height, rows.turned
    lines = wrap(title, max(width + 2 * _PAD - 20, 140.0), SMALL_SIZE, True)
    head = _to_grid(block_height(lines, SMALL_SIZE) + 12)
    head = max(head, _HEAD)
    full = max(width, widest(lines, SMALL_SIZE, True) - 2 * _PAD + 20)
    full = -(-full // (2 * STEP)) * 2 * STEP
    indent = _PAD + (full - width) // (2 * STEP) * STEP
    top = head + 20
    return _Island(
        {node: (x + indent, y + top) for node, (x, y) in places.items()},
        (full + 2 * _PAD, _to_grid((top + height + _PAD) / 2) * 2),
        head,
        tuple(lines),
        frozenset(back),
    )


def _to_grid(value: float) -> float:
    return -(-value // GRID) * GRID


def _stretch_bands(
    place: Mapping[str, tuple[float, float]], row: Mapping[str, int], sizes: Mapping[str, Size]
) -> dict[str, tuple[float, float]]:
    """Left edge and width of groups that have a row to themselves: all as wide as the widest."""
    alone = [
        name for name in place if name.startswith("g:") and sum(row[other] == row[name] for other in row) == 1
    ]
    if len(alone) < 2:
        return {}
    left = min(place[name][0] for name in alone)
    right = max(place[name][0] + sizes[name][0] for name in alone)
    if right - left > PAGE_WIDTH * 1.25:
        return {}
    return dict.fromkeys(alone, (left, right - left))


def _face_neighbours(
    islands: Mapping[str, _Island],
    place: Mapping[str, tuple[float, float]],
    sizes: Mapping[str, Size],
    edges: Sequence[Pair],
    member: Mapping[str, str],
) -> dict[str, _Island]:
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


def _runs_left(island: _Island, edges: Sequence[Pair]) -> bool:
    """Whether more of the group's own arrows run from right to left than from left to right."""
    places = island.places
    ways = [places[v][0] - places[u][0] for u, v in edges if u in places and v in places]
    return sum(way < 0 for way in ways) > sum(way > 0 for way in ways)


def _variants(island: _Island, sizes: Mapping[str, Size], edges: Sequence[Pair]) -> list[_Island]:
    mirrored = {node: (island.size[0] - x - sizes[node][0], y) for node, (x, y) in island.places.items()}
    variants = [island, _Island(mirrored, island.size, island.head, island.lines, island.back)]
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
            variants.append(_Island(places, island.size, island.head, island.lines, island.back))
    return variants
