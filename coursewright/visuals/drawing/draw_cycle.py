"""Cycles: up to eight steps in a ring, more of them around a rectangle."""

from __future__ import annotations

import math
from itertools import pairwise

from coursewright.visuals.describe import Cycle
from coursewright.visuals.drawing.canvas import Box, Canvas, Point
from coursewright.visuals.drawing.cards import Card, draw_card, measure_card
from coursewright.visuals.drawing.spacing import PAGE_WIDTH

_RING = 8
_ROOM = 34.0
"""The least free way between two neighbours, for the arrow."""


def draw_cycle(canvas: Canvas, cycle: Cycle) -> None:
    """Draw the steps clockwise, the first at the top."""
    count = len(cycle.steps)
    cards = [measure_card(step.label, step.detail, 140.0 if count > 4 else 170.0) for step in cycle.steps]
    width, height = max(card.width for card in cards), max(card.height for card in cards)
    if count <= _RING and (boxes := _ring(count, width, height)):
        _draw_ring(canvas, cards, boxes)
    else:
        _draw_track(canvas, cards, width, height)


def _ring(count: int, width: float, height: float) -> list[Box]:
    """Boxes on the flattest ellipse on which neighbours keep their distance, if it fits the page."""
    for grow in range(60):
        rx, ry = 120.0 + 5 * grow, 80.0 + 5 * grow
        if 2 * rx + width > PAGE_WIDTH + 1:
            return []
        boxes = []
        for i in range(count):
            angle = 2 * math.pi * i / count - math.pi / 2
            x, y = rx * math.cos(angle), ry * math.sin(angle)
            boxes.append(Box(x - width / 2, y - height / 2, width, height))
        pairs = [(boxes[i], boxes[j]) for i in range(count) for j in range(i)]
        if not any(a.grown(_ROOM / 2).meets(b.grown(_ROOM / 2)) for a, b in pairs):
            return boxes
    return []


def _draw_ring(canvas: Canvas, cards: list[Card], boxes: list[Box]) -> None:
    count = len(boxes)
    for i in range(count):
        here, after = boxes[i], boxes[(i + 1) % count]
        others = [box for j, box in enumerate(boxes) if j not in (i, (i + 1) % count)]
        canvas.arrow(_between(here, after, others))
    for card, box in zip(cards, boxes, strict=True):
        draw_card(canvas, card, box, "step")


def _between(a: Box, b: Box, others: list[Box]) -> list[Point]:
    """From box to box: squarely with one bend, on the outside where that is free, else straight."""
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
            _covers(points, box) for box in [*others, a.grown(-1), b.grown(-1)]
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
        canvas.arrow(_between(here, after, []))
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
