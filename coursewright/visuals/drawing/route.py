"""The way of each arrow: along a grid, around every box and title, apart from other arrows.

Each arrow is the cheapest way by length, bends, crossings and nearness to others (A*). Boxes keep a free
margin, so a way between any two of them exists; two arrows may cross, but never run on the same line and
never bend where another passes.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coursewright.visuals.drawing.canvas import Box, Point
from coursewright.visuals.drawing.ground import STUB, Ground, Terminal, cells_inside, lay_ground
from coursewright.visuals.drawing.layers import GRID

_BEND, _CROSS, _CLOSE, _FOREIGN, _SHARED = 7.0, 14.0, 1.5, 1.0, 600.0
_NEVER = 1e18
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
_RIGHT, _DOWN, _LEFT, _UP = range(4)


@dataclass(frozen=True, slots=True)
class Wire:
    """An arrow to lead from one terminal to another; `back` where it runs against the reading order."""

    source: str
    target: str
    back: bool = False


def route_wires(
    terminals: Mapping[str, Terminal],
    wires: Sequence[Wire],
    *,
    titles: Sequence[Box] = (),
    frames: Sequence[tuple[Box, frozenset[str]]] = (),
) -> tuple[list[list[Point]], int]:
    """The corners of each wire from its source's side to its target's, and how many share a line.

    Args:
        titles: boxes of text that no wire may touch.
        frames: groups' frames with the terminals inside; a wire crosses their borders squarely.
    """
    ground = lay_ground(terminals, titles, frames)
    order = sorted(range(len(wires)), key=lambda i: _difficulty(terminals, wires[i]))
    best: tuple[int, list[list[Point]]] | None = None
    for _ in range(3):
        ground.clear()
        routes: dict[int, list[Point]] = {}
        bad = []
        for index in order:
            path, shared = _route(ground, terminals, wires[index], index, frames)
            routes[index] = path
            if shared:
                bad.append(index)
        if best is None or len(bad) < best[0]:
            best = len(bad), [routes[i] for i in range(len(wires))]
        if not bad:
            break
        order = bad + [i for i in order if i not in bad]
    assert best is not None
    return best[1], best[0]


def _difficulty(terminals: Mapping[str, Terminal], wire: Wire) -> tuple[bool, float, float]:
    (x0, y0), (x1, y1) = terminals[wire.source].box.centre, terminals[wire.target].box.centre
    return wire.back, min(abs(x0 - x1), abs(y0 - y1)), abs(x0 - x1) + abs(y0 - y1)


def _sides(terminal: Terminal) -> list[tuple[int, list[tuple[float, Point]]]]:
    """For each side, the places where an arrow can be tied, with their distance from the side's middle."""
    box = terminal.box
    cx, cy = box.centre
    sides = []
    for side, half, inset in (
        (_DOWN, box.width / 2, terminal.inset_x),
        (_UP, box.width / 2, terminal.inset_x),
        (_RIGHT, box.height / 2, terminal.inset_y),
        (_LEFT, box.height / 2, terminal.inset_y),
    ):
        reach = int(max(0.0, half - inset) // 20)
        places = []
        for k in sorted(range(-reach, reach + 1), key=abs):
            if side in (_DOWN, _UP):
                places.append((abs(k), (cx + 20 * k, box.bottom if side == _DOWN else box.y)))
            else:
                places.append((abs(k), (box.right if side == _RIGHT else box.x, cy + 20 * k)))
        sides.append((side, [(float(far), place) for far, place in places]))
    return sides


def _side_costs(terminal: Terminal, target: Box, back: bool) -> tuple[dict[int, float], dict[int, float]]:
    """What leaving by each side of the source, and arriving at each side of the target, costs."""
    source = terminal.box
    (x0, _y0), (x1, _y1) = source.centre, target.centre
    below, above = target.y >= source.bottom + 2 * GRID, source.y >= target.bottom + 2 * GRID
    if back and (below or above):
        away = {_RIGHT: 0.0, _LEFT: 0.0, _DOWN: 9.0, _UP: 9.0}
        return away, dict(away)
    if below or above:
        out, into = (_DOWN, _UP) if below else (_UP, _DOWN)
        aside = _RIGHT if x1 > x0 else _LEFT
        back_aside = _LEFT if x1 > x0 else _RIGHT
        return (
            {out: 0.0, aside: terminal.aside, (aside + 2) % 4: 1.7 * terminal.aside, (out + 2) % 4: 40.0},
            {into: 0.0, back_aside: 9.0, (back_aside + 2) % 4: 14.0, (into + 2) % 4: 40.0},
        )
    out, into = (_RIGHT, _LEFT) if x1 > x0 else (_LEFT, _RIGHT)
    return (
        {out: 0.0, _UP: 8.0, _DOWN: 8.0, (out + 2) % 4: 30.0},
        {into: 0.0, _UP: 8.0, _DOWN: 8.0, (into + 2) % 4: 30.0},
    )


def _route(
    ground: Ground,
    terminals: Mapping[str, Terminal],
    wire: Wire,
    index: int,
    frames: Sequence[tuple[Box, frozenset[str]]],
) -> tuple[list[Point], bool]:
    source, target = terminals[wire.source], terminals[wire.target]
    leave, arrive = _side_costs(source, target.box, wire.back)
    starts = _ties(ground, source, leave)
    goals = _ties(ground, target, arrive)
    foreign = {
        cell
        for frame, members in frames
        if wire.source not in members and wire.target not in members
        for cell in cells_inside(ground, frame)
    }
    cells, first, last, shared = _search(ground, starts, goals, foreign)
    _occupy(ground, cells, first, last, index)
    corners = [first, *(ground.point(c) for c in cells), last]
    return _straighten(corners), shared


_Tie = tuple[int, int, float, Point]
"""Cell at the end of the straight piece, the side that it leaves by, its cost, and the place on the box."""


def _ties(ground: Ground, terminal: Terminal, costs: Mapping[int, float]) -> list[_Tie]:
    ties = []
    for side, places in _sides(terminal):
        dx, dy = _STEPS[side]
        for far, (x, y) in places:
            if (x, y) not in ground.ports:
                cell = ground.cell(x + dx * STUB, y + dy * STUB)
                ties.append((cell, side, costs[side] + 1.2 * far, (x, y)))
    return ties or [
        (ground.cell(x + _STEPS[side][0] * STUB, y + _STEPS[side][1] * STUB), side, _SHARED, (x, y))
        for side, places in _sides(terminal)
        for _, (x, y) in places
    ]


def _search(
    ground: Ground, starts: Sequence[_Tie], goals: Sequence[_Tie], foreign: set[int]
) -> tuple[list[int], Point, Point, bool]:
    """The cheapest way from any start to any goal: its cells, its ends, and whether it shares a line.

    A state is a cell and the heading in which it was reached. The innermost loop runs some thousand times an
    arrow, so what it needs is at hand there instead of behind calls.
    """
    columns = ground.columns
    blocked, toll, across, upright, bend = (
        ground.blocked,
        ground.toll,
        ground.across,
        ground.upright,
        ground.bend,
    )
    moves = (1, columns, -1, -columns)
    last_column, last_row = columns - 1, ground.rows - 1
    at_goal: dict[int, list[_Tie]] = {}
    for tie in goals:
        at_goal.setdefault(tie[0], []).append(tie)
    goal_columns = [tie[0] % columns for tie in goals]
    goal_rows = [tie[0] // columns for tie in goals]
    left, right, top, bottom = min(goal_columns), max(goal_columns), min(goal_rows), max(goal_rows)
    cheapest_end = min(tie[2] for tie in goals)

    def still(x: int, y: int, heading: int) -> float:
        """The least that is left to pay: the distance, and a bend where the heading does not lead there."""
        dx = left - x if x < left else x - right if x > right else 0
        dy = top - y if y < top else y - bottom if y > bottom else 0
        bends = dx if heading % 2 else dy
        return dx + dy + (_BEND if bends else 0.0) + cheapest_end

    best: dict[int, float] = {}
    came: dict[int, int] = {}
    origin: dict[int, Point] = {}
    queue: list[tuple[float, int, float]] = []
    for cell, side, cost, place in starts:
        if blocked[cell]:
            continue
        state = cell * 4 + side
        cost += _stand(across, upright, bend, cell, side)
        if cost < best.get(state, _NEVER):
            best[state], origin[state], came[state] = cost, place, -1
            heapq.heappush(queue, (cost + still(cell % columns, cell // columns, side), state, cost))
    end_cost, end_state, end_place = _NEVER, -1, (0.0, 0.0)
    pop, push = heapq.heappop, heapq.heappush
    while queue:
        estimate, state, cost = pop(queue)
        if estimate >= end_cost:
            break
        if cost > best[state]:
            continue
        cell, heading = state >> 2, state & 3
        turn_cost = _BEND
        if across[cell] >= 0 or upright[cell] >= 0 or bend[cell] >= 0:
            turn_cost += _SHARED
        if cell in at_goal:
            for _, side, extra, place in at_goal[cell]:
                # Arriving means going on towards the box: against the side's own direction.
                if side == heading:
                    continue
                whole = cost + extra + (0.0 if (side + 2) & 3 == heading else turn_cost)
                if whole < end_cost:
                    end_cost, end_state, end_place = whole, state, place
        tolled = toll[cell] > 1.0
        for turn in (0, 1, 3):
            direction = (heading + turn) & 3
            here = cell + moves[direction]
            x, y = here % columns, here // columns
            if blocked[here] or x == 0 or y == 0 or x == last_column or y == last_row:
                continue
            reached = cost + (turn_cost + 1.0 if turn else 1.0)
            if direction & 1:
                along, athwart, aside = upright, across, 1
            else:
                along, athwart, aside = across, upright, columns
            if bend[here] >= 0 or along[here] >= 0:
                reached += _SHARED
            elif athwart[here] >= 0:
                reached += _CROSS
            if along[here - aside] >= 0 or along[here + aside] >= 0:
                reached += _CLOSE
            if here in foreign:
                reached += _FOREIGN
            if tolled and toll[here] > 1.0:
                reached += toll[here] - 1.0
            new = here << 2 | direction
            if reached < best.get(new, _NEVER):
                best[new], came[new] = reached, state
                push(queue, (reached + still(x, y, direction), new, reached))
    states = [end_state]
    while came[states[-1]] >= 0:
        states.append(came[states[-1]])
    states.reverse()
    return [s // 4 for s in states], origin[states[0]], end_place, end_cost >= _SHARED


def _stand(across: list[int], upright: list[int], bend: list[int], cell: int, direction: int) -> float:
    """What being at `cell` on the way in `direction` costs beside other arrows."""
    if bend[cell] >= 0:
        return _SHARED
    along, athwart = (across, upright) if direction in (_RIGHT, _LEFT) else (upright, across)
    if along[cell] >= 0:
        return _SHARED
    return _CROSS if athwart[cell] >= 0 else 0.0


def _occupy(ground: Ground, cells: Sequence[int], first: Point, last: Point, index: int) -> None:
    ground.ports.add(first)
    ground.ports.add(last)
    points = [first, *(ground.point(c) for c in cells), last]
    directions = []
    for (x0, y0), (x1, y1) in pairwise(points):
        directions.append("x" if abs(x1 - x0) > abs(y1 - y0) else "y")
    for position, cell in enumerate(cells):
        before, after = directions[position], directions[position + 1]
        if before != after:
            ground.bend[cell] = index
        elif before == "x":
            ground.across[cell] = index
        else:
            ground.upright[cell] = index


def _straighten(points: Sequence[Point]) -> list[Point]:
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        before = kept[-1]
        if (before[0] == here[0] == after[0]) or (before[1] == here[1] == after[1]):
            continue
        kept.append(here)
    return [*kept, points[-1]]
