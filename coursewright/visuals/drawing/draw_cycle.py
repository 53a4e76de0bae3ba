"""Cycles: up to eight steps in a ring, more of them around a rectangle."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

from coursewright.visuals.describe import Cycle
from coursewright.visuals.drawing.canvas import Box, Canvas, Point
from coursewright.visuals.drawing.cards import CARD_RADIUS, Card, draw_card, measure_card
from coursewright.visuals.drawing.spacing import PAGE_WIDTH

_RING = 8
_ROOM = 34.0
"""The least free way between two neighbours, for the arrow."""
_FLATTEST = 0.55
"""How high a ring is at the least, for its width."""
_PIECE = 14.0
"""Length of the pieces that an arrow along the ring is made of; rounded into each other they are a curve."""
_SHORTEST = 40.0
"""The least distance of an arrow's ends."""
_CORNER_COST = 0.05
"""How much larger a ring may be for each end of an arrow that is then not tied to a corner."""
_GRAIN = 10


def draw_cycle(canvas: Canvas, cycle: Cycle) -> None:
    """Draw the steps clockwise, the first at the top."""
    count = len(cycle.steps)
    cards = [measure_card(step.label, step.detail, 140.0 if count > 4 else 170.0) for step in cycle.steps]
    width, height = max(card.width for card in cards), max(card.height for card in cards)
    if count <= _RING and (radii := _find_radii(count, width, height)):
        _draw_ring(canvas, cards, radii, width, height)
    else:
        _draw_track(canvas, cards, width, height)


def _find_radii(count: int, width: float, height: float) -> tuple[float, float] | None:
    """Half axes of the smallest ellipse on which steps and arrows have their room, if one fits the page."""

    def area(radii: tuple[float, float]) -> float:
        return (2 * radii[0] + width) * (2 * radii[1] + height)

    most = int((PAGE_WIDTH - width) / 2)
    options = [
        (rx, ry)
        for rx in range(100, most + 1, _GRAIN)
        for ry in range(80, rx + 1, _GRAIN)
        if ry >= _FLATTEST * rx
    ]
    options.sort(key=area)
    best: tuple[int, int] | None = None
    least = math.inf
    for radii in options:
        if area(radii) >= least:
            break
        if (corners := _count_corners(count, radii, width, height)) is not None:
            cost = area(radii) * (1 + _CORNER_COST * corners)
            if cost < least:
                best, least = radii, cost
    return best


def _count_corners(count: int, radii: tuple[float, float], width: float, height: float) -> int | None:
    """How many ends of arrows are tied to a card's corner; None where cards or arrows lack their room."""
    angles, boxes = _set_around(count, radii, width, height)
    grown = [box.grown(_ROOM / 2) for box in boxes[:-1]]
    if any(a.meets(b) for a, b in combinations(grown, 2)):
        return None
    corners = 0
    for (start, end), (here, after) in zip(pairwise(angles), pairwise(boxes), strict=True):
        points = _arc(start, end, radii, here, after)
        if math.dist(points[0], points[-1]) < _SHORTEST:
            return None
        corners += _at_corner(points[0], here) + _at_corner(points[-1], after)
    return corners


def _at_corner(point: Point, box: Box) -> bool:
    (cx, cy), (x, y) = box.centre, point
    inner = 1.5 * CARD_RADIUS
    return abs(x - cx) > box.width / 2 - inner and abs(y - cy) > box.height / 2 - inner


def _set_around(
    count: int, radii: tuple[float, float], width: float, height: float
) -> tuple[list[float], list[Box]]:
    """The steps' angles and boxes, the first again at the end."""
    angles = [math.tau * i / count - math.pi / 2 for i in range(count + 1)]
    middles = [_at(angle, radii) for angle in angles]
    return angles, [Box(x - width / 2, y - height / 2, width, height) for x, y in middles]


def _at(angle: float, radii: tuple[float, float]) -> Point:
    return radii[0] * math.cos(angle), radii[1] * math.sin(angle)


def _draw_ring(
    canvas: Canvas, cards: list[Card], radii: tuple[float, float], width: float, height: float
) -> None:
    angles, boxes = _set_around(len(cards), radii, width, height)
    for (start, end), (here, after) in zip(pairwise(angles), pairwise(boxes), strict=True):
        canvas.arrow(_arc(start, end, radii, here, after))
    for card, box in zip(cards, boxes, strict=False):
        draw_card(canvas, card, box, "step")


def _arc(start: float, end: float, radii: tuple[float, float], here: Box, after: Box) -> list[Point]:
    """Points along the ellipse from the edge of one box to the edge of the next."""
    leave, arrive = _edge(start, end, radii, here), _edge(end, start, radii, after)
    pieces = max(2, round(math.dist(_at(leave, radii), _at(arrive, radii)) / _PIECE))
    return [_at(leave + (arrive - leave) * i / pieces, radii) for i in range(pieces + 1)]


def _edge(inside: float, outside: float, radii: tuple[float, float], box: Box) -> float:
    """The angle at which the way from the middle of `box` leaves it."""
    for _ in range(16):
        middle = (inside + outside) / 2
        if _covers_point(box, _at(middle, radii)):
            inside = middle
        else:
            outside = middle
    return outside


def _covers_point(box: Box, point: Point) -> bool:
    """Whether the point is inside the card that fills the box, round corners considered."""
    (cx, cy), (x, y) = box.centre, point
    dx, dy = abs(x - cx) - box.width / 2 + CARD_RADIUS, abs(y - cy) - box.height / 2 + CARD_RADIUS
    return math.hypot(max(dx, 0.0), max(dy, 0.0)) < CARD_RADIUS


def _between(a: Box, b: Box) -> list[Point]:
    """From box to box: straight where they face each other, else with one bend on the outside."""
    (ax, ay), (bx, by) = a.centre, b.centre
    candidates: list[list[Point]] = []
    if abs(ay - by) < 1:
        candidates.append([(a.right, ay), (b.x, by)] if bx > ax else [(a.x, ay), (b.right, by)])
    if abs(ax - bx) < 1:
        candidates.append([(ax, a.bottom), (bx, b.y)] if by > ay else [(ax, a.y), (bx, b.bottom)])
    side_a = (a.right, ay) if bx > ax else (a.x, ay)
    end_a = (ax, a.bottom) if by > ay else (ax, a.y)
    side_b = (b.x, by) if bx > ax else (b.right, by)
    end_b = (bx, b.y) if by > ay else (bx, b.bottom)
    flat = [side_a, (bx, ay), end_b]
    upright = [end_a, (ax, by), side_b]
    candidates += sorted((flat, upright), key=lambda points: -math.hypot(*points[1]))
    for points in candidates:
        if all(_long_enough(p, q) for p, q in pairwise(points)) and not any(
            _covers(points, box) for box in (a.grown(-1), b.grown(-1))
        ):
            return points
    return [_leave(a, b), _leave(b, a)]


def _long_enough(p: Point, q: Point) -> bool:
    return abs(p[0] - q[0]) + abs(p[1] - q[1]) >= 16.0


def _covers(points: list[Point], box: Box) -> bool:
    return any(
        Box(min(p[0], q[0]), min(p[1], q[1]), abs(p[0] - q[0]) or 0.1, abs(p[1] - q[1]) or 0.1).meets(box)
        for p, q in pairwise(points)
    )


def _leave(a: Box, b: Box) -> Point:
    """Where the line from middle to middle leaves `a`."""
    (ax, ay), (bx, by) = a.centre, b.centre
    dx, dy = bx - ax, by - ay
    share = min(
        a.width / 2 / abs(dx) if dx else math.inf,
        a.height / 2 / abs(dy) if dy else math.inf,
    )
    return ax + dx * share, ay + dy * share


def _draw_track(canvas: Canvas, cards: list[Card], width: float, height: float) -> None:
    """The upper row runs to the right, the lower one back."""
    count = len(cards)
    columns = max(2, min(-(-count // 2), int((PAGE_WIDTH + _ROOM) // (width + _ROOM))))
    places = _frame_cells(count, columns)
    rows = 1 + max(row for _, row in places)
    boxes = [Box(c * (width + _ROOM), r * (height + _ROOM), width, height) for c, r in places]
    for here, after in zip(boxes, [*boxes[1:], boxes[0]], strict=True):
        canvas.arrow(_between(here, after))
    assert rows >= 2
    for card, box in zip(cards, boxes, strict=True):
        draw_card(canvas, card, box, "step")


def _frame_cells(count: int, columns: int) -> list[tuple[int, int]]:
    """Cells around a rectangle, clockwise; the last side may have gaps, never the corners' order."""
    sides = max(0, -(-(count - 2 * columns) // 2))
    cells = [(c, 0) for c in range(columns)]
    cells += [(columns - 1, r) for r in range(1, sides + 1)]
    cells += [(c, sides + 1) for c in range(columns - 1, -1, -1)]
    cells += [(0, r) for r in range(sides, 0, -1)]
    surplus = len(cells) - count
    if surplus:
        # An odd number leaves out one cell of the way back, where the arrow is then longer.
        lower = [cell for cell in cells if cell[1] == sides + 1]
        left = [cell for cell in cells if cell[0] == 0 and 0 < cell[1] <= sides]
        out = (left or lower[1:-1] or lower[:1])[:surplus]
        cells = [cell for cell in cells if cell not in out]
    return cells
