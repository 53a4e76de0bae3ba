"""Where the boxes and frames of a graph with groups go.

A group is laid out by itself and then placed as one box; that keeps frames apart and every node in its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursewright.visuals.drawing.canvas import Box
from coursewright.visuals.drawing.chain import find_chain, fold_chain
from coursewright.visuals.drawing.islands import face_neighbours, lay_island
from coursewright.visuals.drawing.layers import place_in_rows
from coursewright.visuals.drawing.spacing import PAGE_WIDTH, Pair, Size, Spacing
from coursewright.visuals.drawing.style import SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, widest

_TOLERATED = 1.1
"""A figure may be so much wider than the page before another arrangement is tried."""


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

    @property
    def width(self) -> float:
        boxes = [*self.boxes.values(), *(frame.box for frame in self.frames)]
        return max(box.right for box in boxes) - min(box.x for box in boxes)


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
    best = _place_grouped(sizes, edges, groups, spacing, upright=False)
    if best.width > PAGE_WIDTH * _TOLERATED:
        other = _place_grouped(sizes, edges, groups, spacing, upright=True)
        best = min(best, other, key=lambda placement: placement.width)
    return best


def _place_grouped(
    sizes: Mapping[str, Size],
    edges: Sequence[Pair],
    groups: Mapping[str, tuple[str, Sequence[str]]],
    spacing: Spacing,
    *,
    upright: bool,
) -> Placement:
    """The same; `upright` where groups are read from top to bottom rather than from left to right."""
    member = {node: group for group, (_, nodes) in groups.items() for node in nodes}
    islands = {
        group: lay_island(title, nodes, sizes, edges, spacing, upright=upright)
        for group, (title, nodes) in groups.items()
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
    bands = _stretch_bands(rows.place, rows.row, outer_sizes)
    islands = face_neighbours(islands, rows.place, sizes, edges, member)
    boxes: dict[str, Box] = {}
    frames = []
    for name, (x, y) in rows.place.items():
        if name.startswith("n:"):
            boxes[name[2:]] = Box(x, y, *sizes[name[2:]])
            continue
        island = islands[name[2:]]
        box = bands[name]
        for node, (dx, dy) in island.places.items():
            boxes[node] = Box(x + dx, y + dy, *sizes[node])
        title_width = widest(list(island.lines), SMALL_SIZE, True)
        frames.append(
            Frame(
                name[2:],
                box,
                Box(box.x + 10, box.y + 7, title_width, block_height(list(island.lines), SMALL_SIZE)),
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
    chain = find_chain(list(sizes), edges)
    if chain and len(chain) >= 3:
        return Placement(fold_chain(chain, sizes, spacing), (), frozenset())
    rows = place_in_rows(
        sizes,
        edges,
        max_width=PAGE_WIDTH,
        gap_x=spacing.across,
        gaps_y={edge: spacing.gap(edge) for edge in edges},
        gap_y=spacing.down,
        label_widths={edge: width for edge, (width, _) in spacing.label_sizes.items()},
    )
    boxes = {name: Box(x, y, *sizes[name]) for name, (x, y) in rows.place.items()}
    return Placement(boxes, (), rows.turned)


def _stretch_bands(
    place: Mapping[str, tuple[float, float]], row: Mapping[str, int], sizes: Mapping[str, Size]
) -> dict[str, Box]:
    """The groups' frames: as high as their row's others, and at a row's ends as far as the widest row."""
    boxes = {name: Box(*place[name], *sizes[name]) for name in place if name.startswith("g:")}
    left, right = min(box.x for box in boxes.values()), max(box.right for box in boxes.values())
    frames: dict[str, Box] = {}
    for name, box in boxes.items():
        beside = sorted((place[other][0], other) for other in place if row[other] == row[name])
        groups = [boxes[other] for _, other in beside if other in boxes]
        top, bottom = min(other.y for other in groups), max(other.bottom for other in groups)
        first, last = box.x, box.right
        if right - left <= PAGE_WIDTH * 1.25:
            first = left if beside[0][1] == name else first
            last = right if beside[-1][1] == name else last
        frames[name] = Box(first, top, last - first, bottom - top)
    return frames
