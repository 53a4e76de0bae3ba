"""Flows and architectures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coursewright.visuals.describe import Architecture, Flow
from coursewright.visuals.drawing.canvas import Canvas, Point
from coursewright.visuals.drawing.label_edges import (
    BADGE,
    Badge,
    EdgeLabel,
    label_lines,
    label_size,
    place_labels,
)
from coursewright.visuals.drawing.place_graph import Frame, Placement, place_graph
from coursewright.visuals.drawing.route import Wire, route_wires
from coursewright.visuals.drawing.shapes import Figure, draw_figure, measure_figure
from coursewright.visuals.drawing.spacing import PAGE_WIDTH, Spacing
from coursewright.visuals.drawing.style import SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, wrap

_SCALES = (1.0, 1.5, 2.0, 3.0)
"""Distances are widened step by step until no two arrows share a line."""


def draw_graph(canvas: Canvas, graph: Flow | Architecture) -> None:
    """Draw the graph's frames, arrows, boxes and labels."""
    degree = {node.id: 0 for node in graph.nodes}
    for edge in graph.edges:
        degree[edge.source] += 1
        degree[edge.target] += 1
    figures = {node.id: measure_figure(node.shape, node.label, degree[node.id]) for node in graph.nodes}
    layout = _lay_out(graph, figures)
    placement = layout.placement
    _draw_frames(canvas, placement.frames)
    for route in layout.routes:
        canvas.arrow(route)
    for node in graph.nodes:
        draw_figure(canvas, figures[node.id], placement.boxes[node.id])
    _draw_labels(canvas, list(layout.labels.values()), placement.frames)
    _draw_badges(canvas, layout.badges)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything goes, and how many arrows share a line."""

    placement: Placement
    routes: list[list[Point]]
    shared: int
    labels: dict[int, EdgeLabel]
    badges: list[Badge]

    def is_better(self, other: _Layout) -> bool:
        """Whether it has fewer faults than a narrower one."""
        if self.shared != other.shared:
            return self.shared < other.shared
        return len(self.badges) < len(other.badges) and self.placement.width <= PAGE_WIDTH * 1.1


def _lay_out(graph: Flow | Architecture, figures: dict[str, Figure]) -> _Layout:
    """The first layout without a fault; of those that have some, the one with the fewest.

    Two arrows on one line are the worst fault. A label that found no room on its arrow is worth one wider
    layout, if that still fits the page.
    """
    pairs = [(edge.source, edge.target) for edge in graph.edges]
    sizes = {name: (figure.width, figure.height) for name, figure in figures.items()}
    groups = {
        group.id: (group.label, [node.id for node in graph.nodes if node.group == group.id])
        for group in graph.groups
    }
    label_sizes = {
        (edge.source, edge.target): label_size(lines)
        for edge in graph.edges
        if edge.label and (lines := label_lines(edge.label))
    }
    long = sum(bool(edge.label) for edge in graph.edges) - len(label_sizes)
    best: _Layout | None = None
    for scale in _SCALES:
        placement = place_graph(sizes, pairs, groups, Spacing(label_sizes, scale))
        terminals = {name: figures[name].at(box.x, box.y) for name, box in placement.boxes.items()}
        routes, shared = route_wires(
            terminals,
            [Wire(u, v, (u, v) in placement.back) for u, v in pairs],
            titles=[frame.title for frame in placement.frames],
            frames=[(frame.box, frame.members) for frame in placement.frames],
        )
        labels, badges = place_labels(
            [edge.label for edge in graph.edges],
            routes,
            list(placement.boxes.values()),
            [frame.title for frame in placement.frames],
            [frame.box for frame in placement.frames],
        )
        layout = _Layout(placement, routes, shared, labels, badges)
        if best is None or layout.is_better(best):
            best = layout
        if not best.shared and (len(best.badges) <= long or scale > 1.0):
            break
    assert best is not None
    return best


def _draw_frames(canvas: Canvas, frames: Sequence[Frame]) -> None:
    for frame in frames:
        canvas.open("group")
        canvas.rectangle(frame.box, "group", "group-line", radius=10, width=1.2)
        canvas.text(
            frame.lines, frame.title.x, frame.title.y, SMALL_SIZE, bold=True, anchor="start", colour="muted"
        )
        canvas.close()


def _draw_labels(canvas: Canvas, labels: Sequence[EdgeLabel], frames: Sequence[Frame]) -> None:
    for label in labels:
        inside = any(frame.box.holds(label.box) for frame in frames)
        canvas.open("edge-label")
        canvas.rectangle(label.box, "group" if inside else "paper", radius=3)
        for frame in frames:
            if not inside and (part := label.box.shared_with(frame.box)):
                canvas.rectangle(part, "group")
        x, _ = label.box.centre
        canvas.text(label.lines, x, label.box.y + 2, SMALL_SIZE, colour="muted")
        canvas.close()


def _draw_badges(canvas: Canvas, badges: Sequence[Badge]) -> None:
    """Numbers on their arrows, and below the drawing what each says."""
    if not badges:
        return
    left, top = canvas.left, canvas.bottom + 24
    width = max(canvas.right - canvas.left, PAGE_WIDTH / 2)
    for badge in badges:
        _draw_disc(canvas, badge.number, badge.centre)
    for badge in badges:
        lines = wrap(badge.text, width - 3 * BADGE, SMALL_SIZE)
        height = max(2 * BADGE, block_height(lines, SMALL_SIZE))
        canvas.open("legend")
        _draw_disc(canvas, badge.number, (left + BADGE, top + height / 2))
        canvas.text(
            lines,
            left + 3 * BADGE,
            top + (height - block_height(lines, SMALL_SIZE)) / 2,
            SMALL_SIZE,
            anchor="start",
            colour="muted",
        )
        canvas.close()
        top += height + 6


def _draw_disc(canvas: Canvas, number: int, centre: Point) -> None:
    canvas.open("badge")
    canvas.circle(centre, BADGE, "paper", "line", width=1.2)
    canvas.text([str(number)], centre[0], centre[1] - 7, 11.0, bold=True)
    canvas.close()
