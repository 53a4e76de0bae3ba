"""Where the boxes of a graph go: in rows along the arrows, with few crossings and straight long edges.

Sugiyama, Tagawa and Toda's way (1981) for small graphs: turn arrows that close a circle, put every node one
row below those it follows, lead arrows over several rows through free corridors, order each row by its
neighbours, then set each node as near to its neighbours as the row allows. Arrows that were turned count
for the rows only: they run around the sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

GRID = 10
"""Boxes and arrows stand on a grid of so many pixels."""
STEP = 20
"""The middles of boxes and the places for arrows along their sides are so far apart, so that they line up."""

Size = tuple[float, float]

_SWEEPS = 10
_CORRIDOR = 20.0
"""Width of the free way that an arrow over several rows is given."""
_UPRIGHT = 8.0
"""How much more the pieces of a long arrow pull each other into one line than neighbours do."""
_STRAIGHT = 25.0
"""How much more those do that an arrow of the main line joins."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Nodes in rows.

    Attributes:
        place: left upper corner of each node.
        row: the row of each node, from 0.
        turned: the edges that run against the rows.
    """

    place: Mapping[str, tuple[float, float]]
    row: Mapping[str, int]
    turned: frozenset[tuple[str, str]]
    width: float
    height: float


def place_in_rows(
    sizes: Mapping[str, Size],
    edges: Sequence[tuple[str, str]],
    *,
    max_width: float,
    gap_x: float,
    gaps_y: Mapping[tuple[str, str], float],
    gap_y: float,
    label_widths: Mapping[tuple[str, str], float] | None = None,
) -> Rows:
    """Set every node of `sizes` (width, height) into a row.

    Args:
        max_width: a row that would be wider is split, as far as its nodes allow.
        gap_x, gap_y: the least distance of two nodes of a row, of two rows.
        gaps_y: the distance that an edge needs between neighbouring rows that it joins (for its label). One
            that passes other rows has room beside them.
        label_widths: how wide the way of such an edge has to be once, for its label.
    """
    turned = _find_turned(list(sizes), edges)
    down = [(v, u) if (u, v) in turned else (u, v) for u, v in edges]
    down = list(dict.fromkeys(down))
    row = _split_wide(_rank(list(sizes), down), sizes, max_width, gap_x)
    forward = [edge for edge in edges if edge not in turned]
    order, links, widths = _insert_corridors(row, forward, sizes, label_widths or {})
    order = _order(order, links)
    centres = _set_across(order, links, widths, gap_x)
    row_heights = [max((sizes[n][1] for n in names if n in sizes), default=0.0) for names in order]
    tops, y = [], 0.0
    for index, height in enumerate(row_heights):
        y = -(-(y + height / 2) // STEP) * STEP - height / 2
        tops.append(y)
        wanted = [
            gap
            for (u, v), gap in gaps_y.items()
            if u in row and v in row and abs(row[u] - row[v]) == 1 and min(row[u], row[v]) == index
        ]
        y += height + max([gap_y, *wanted])
    place = {}
    for index, names in enumerate(order):
        for name in names:
            if name in sizes:
                width, height = sizes[name]
                top = tops[index] + (row_heights[index] - height) / 2
                place[name] = (centres[name] - width / 2, top)
    left = min(x for x, _ in place.values()) // STEP * STEP
    place = {name: (x - left, y) for name, (x, y) in place.items()}
    return Rows(
        place,
        row,
        frozenset(turned),
        max(place[n][0] + sizes[n][0] for n in place),
        max(place[n][1] + sizes[n][1] for n in place),
    )


def _find_turned(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that close a circle when the graph is walked from its beginnings.

    They are what was written first, what nothing leads to, and then the others in the order written.
    """
    after: dict[str, list[str]] = {name: [] for name in names}
    for u, v in edges:
        after[u].append(v)
    entered = {v for _, v in edges}
    turned: set[tuple[str, str]] = set()
    state: dict[str, int] = {}

    def walk(name: str) -> None:
        state[name] = 1
        for other in after[name]:
            if state.get(other) == 1:
                turned.add((name, other))
            elif other not in state:
                walk(other)
        state[name] = 2

    for name in [*names[:1], *(n for n in names if n not in entered), *names]:
        if name not in state:
            walk(name)
    return turned


def _rank(names: Sequence[str], down: Sequence[tuple[str, str]]) -> dict[str, int]:
    row = dict.fromkeys(names, 0)
    for _ in names:
        for u, v in down:
            row[v] = max(row[v], row[u] + 1)
    # A node without anything before it goes just above the first that follows it.
    for name in names:
        following = [row[v] for u, v in down if u == name]
        if following and not any(v == name for _, v in down):
            row[name] = min(following) - 1
    return row


def _split_wide(
    row: Mapping[str, int], sizes: Mapping[str, Size], max_width: float, gap_x: float
) -> dict[str, int]:
    split: dict[str, int] = {}
    next_row = 0
    for rank in sorted(set(row.values())):
        names = [name for name in row if row[name] == rank]
        total = sum(sizes[name][0] for name in names) + gap_x * (len(names) - 1)
        parts = max(1, -(-int(total) // int(max_width)))
        parts = min(parts, len(names))
        share = -(-len(names) // parts)
        for index, name in enumerate(names):
            split[name] = next_row + index // share
        next_row += -(-len(names) // share)
    return split


def _insert_corridors(
    row: Mapping[str, int],
    down: Sequence[tuple[str, str]],
    sizes: Mapping[str, Size],
    label_widths: Mapping[tuple[str, str], float],
) -> tuple[list[list[str]], list[tuple[str, str, float]], dict[str, float]]:
    """Rows of names, links between neighbouring rows with their pull, and the width of each name."""
    order: list[list[str]] = [[] for _ in range(max(row.values()) + 1)]
    for name in row:
        order[row[name]].append(name)
    widths = {name: sizes[name][0] for name in row}
    links: list[tuple[str, str, float]] = []
    straight = _find_main(row, down)
    for number, (u, v) in enumerate(down):
        before = u
        for rank in range(row[u] + 1, row[v]):
            name = f"\0{number}/{rank}"
            order[rank].append(name)
            widths[name] = _CORRIDOR
            if rank == (row[u] + row[v]) // 2:
                widths[name] = max(_CORRIDOR, label_widths.get((u, v), 0.0))
            links.append((before, name, _UPRIGHT if before != u else 2.0))
            before = name
        links.append((before, v, 2.0 if before != u else _STRAIGHT if (u, v) in straight else 1.0))
    return order, links, widths


def _find_main(row: Mapping[str, int], down: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges of main lines: the most is behind their source, and the most follows their target.

    Branches that are alike in this have no main line, so that they are spread evenly.
    """
    above, below = dict.fromkeys(row, 0), dict.fromkeys(row, 0)
    for u, v in sorted(down, key=lambda edge: row[edge[0]]):
        above[v] = max(above[v], above[u] + 1)
    for u, v in sorted(down, key=lambda edge: -row[edge[1]]):
        below[u] = max(below[u], below[v] + 1)
    return {
        (u, v)
        for u, v in down
        if all(below[w] < below[v] for x, w in down if x == u and w != v)
        and all(above[x] < above[u] for x, w in down if w == v and x != u)
    }


def _order(order: list[list[str]], links: Sequence[tuple[str, str, float]]) -> list[list[str]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for u, v, _ in links:
        below.setdefault(u, []).append(v)
        above.setdefault(v, []).append(u)
    best, fewest = [list(names) for names in order], _count_crossings(order, below)
    current = [list(names) for names in order]
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        ranks = range(1, len(current)) if sweep % 2 == 0 else range(len(current) - 2, -1, -1)
        neighbours = above if sweep % 2 == 0 else below
        for rank in ranks:
            other = current[rank - 1] if sweep % 2 == 0 else current[rank + 1]
            position = {name: (i + 0.5) / len(other) for i, name in enumerate(other)}
            keyed = []
            for i, name in enumerate(current[rank]):
                near = [position[n] for n in neighbours.get(name, ())]
                own = (i + 0.5) / len(current[rank])
                keyed.append((sum(near) / len(near) if near else own, i, name))
            current[rank] = [name for _, _, name in sorted(keyed)]
        _swap_neighbours(current, below)
        crossings = _count_crossings(current, below)
        if crossings < fewest:
            best, fewest = [list(names) for names in current], crossings
    return best


def _swap_neighbours(order: list[list[str]], below: Mapping[str, list[str]]) -> None:
    for rank, names in enumerate(order):
        for i in range(len(names) - 1):
            before = _count_around(order, below, rank)
            names[i], names[i + 1] = names[i + 1], names[i]
            if _count_around(order, below, rank) >= before:
                names[i], names[i + 1] = names[i + 1], names[i]


def _count_around(order: list[list[str]], below: Mapping[str, list[str]], rank: int) -> int:
    return _count_crossings(order[max(0, rank - 1) : rank + 2], below)


def _count_crossings(order: Sequence[Sequence[str]], below: Mapping[str, list[str]]) -> int:
    count = 0
    for names, others in pairwise(order):
        position = {name: i for i, name in enumerate(others)}
        ends = [
            (i, position[n]) for i, name in enumerate(names) for n in below.get(name, ()) if n in position
        ]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))
    return count


def _set_across(
    order: Sequence[Sequence[str]],
    links: Sequence[tuple[str, str, float]],
    widths: Mapping[str, float],
    gap_x: float,
) -> dict[str, float]:
    """The centre of each name, on the grid."""
    pull: dict[str, list[tuple[str, float]]] = {}
    for u, v, weight in links:
        pull.setdefault(u, []).append((v, weight))
        pull.setdefault(v, []).append((u, weight))
    steps = [[0.0, *(_least_step(a, b, widths, gap_x) for a, b in pairwise(names))] for names in order]
    centres: dict[str, float] = {}
    for names, step in zip(order, steps, strict=True):
        at = -sum(step) / 2
        for name, more in zip(names, step, strict=True):
            at += more
            centres[name] = at
    rank_of = {name: rank for rank, names in enumerate(order) for name in names}
    for sweep in range(_SWEEPS):
        side = (-1, 1, 0)[min(sweep % 2, 1) if sweep < _SWEEPS - 3 else 2]
        ranks = range(len(order)) if sweep % 2 == 0 else range(len(order) - 1, -1, -1)
        for rank in ranks:
            names = order[rank]
            wanted, weights = [], []
            for name in names:
                near = [(n, w) for n, w in pull.get(name, ()) if side == 0 or rank_of[n] == rank + side]
                weight = sum(w for _, w in near)
                wanted.append(sum(centres[n] * w for n, w in near) / weight if near else centres[name])
                weights.append(weight or 0.1)
            for name, centre in zip(names, _spread(wanted, weights, steps[rank]), strict=True):
                centres[name] = centre
    _align(order, links, steps, centres)
    rounded: dict[str, float] = {}
    for names, step in zip(order, steps, strict=True):
        for name, more in zip(names, step, strict=True):
            at = round(centres[name] / STEP) * STEP
            previous = names[names.index(name) - 1] if names.index(name) else None
            if previous is not None and at - rounded[previous] < more:
                at = -(-(rounded[previous] + more) // STEP) * STEP
            rounded[name] = at
    return rounded


def _align(
    order: Sequence[Sequence[str]],
    links: Sequence[tuple[str, str, float]],
    steps: Sequence[Sequence[float]],
    centres: dict[str, float],
) -> None:
    """Set what a main line or a long arrow joins exactly below each other, as far as each row allows."""
    line: dict[str, list[str]] = {}
    for u, v, weight in links:
        if weight >= _UPRIGHT:
            joined = [*line.get(u, [u]), *line.get(v, [v])]
            line.update(dict.fromkeys(joined, joined))
    for _ in range(3 * _SWEEPS):
        middle = {name: sum(centres[other] for other in names) / len(names) for name, names in line.items()}
        for names, step in zip(order, steps, strict=True):
            wanted = [middle.get(name, centres[name]) for name in names]
            # The longer line hardly gives way: a short one that moves as a whole is straight as well.
            weights = [float(len(line.get(name, ""))) ** 4 or 0.5 for name in names]
            for name, centre in zip(names, _spread(wanted, weights, step), strict=True):
                centres[name] = centre


def _least_step(a: str, b: str, widths: Mapping[str, float], gap_x: float) -> float:
    corridors = a.startswith("\0") + b.startswith("\0")
    gap = (gap_x, max(20.0, gap_x / 2), 0.0)[corridors]
    return (widths[a] + widths[b]) / 2 + gap


def _spread(wanted: Sequence[float], weights: Sequence[float], steps: Sequence[float]) -> list[float]:
    """The positions nearest to those wanted (least squares) that keep their order and their steps."""
    offsets, total = [], 0.0
    for step in steps:
        total += step
        offsets.append(total)
    blocks: list[tuple[float, float, int]] = []
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        mean, mass, count = want - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, more, size = blocks.pop()
            mean = (mean * mass + other * more) / (mass + more)
            mass, count = mass + more, count + size
        blocks.append((mean, mass, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
