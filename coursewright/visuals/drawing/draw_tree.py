"""Hierarchies: top down where the leaves fit side by side, else to the right, else as an indented list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from coursewright.visuals.describe import Hierarchy, TreeNode
from coursewright.visuals.drawing.canvas import Box, Canvas, Point
from coursewright.visuals.drawing.shapes import Figure, draw_figure, measure_figure
from coursewright.visuals.drawing.spacing import PAGE_WIDTH

_GAP_X, _GAP_Y = 20.0, 44.0
_GAP_ROW = 14.0
_INDENT = 32.0
_NARROW = 130.0
_KINK = 24.0


def draw_tree(canvas: Canvas, tree: Hierarchy) -> None:
    """Draw the tree's lines and boxes."""
    children: dict[str | None, list[TreeNode]] = {}
    for node in tree.nodes:
        children.setdefault(node.parent, []).append(node)
    root = children[None][0]
    depth = _depth(root, children)
    for narrow in (False, True):
        figures = _measure(tree.nodes, _NARROW if narrow else None)
        boxes = _top_down(root, children, figures)
        if max(b.right for b in boxes.values()) <= PAGE_WIDTH:
            _draw(canvas, tree, boxes, figures, _link_down)
            return
    figures = _measure(tree.nodes, None)
    column = max(figure.width for figure in figures.values())
    if depth * column + (depth - 1) * _GAP_Y <= PAGE_WIDTH:
        boxes = _left_to_right(root, children, figures, column)
        _draw(canvas, tree, boxes, figures, _link_right)
        return
    figures = _measure(tree.nodes, 400.0)
    _draw(canvas, tree, _indented(root, children, figures), figures, _link_indented)


def _measure(nodes: Sequence[TreeNode], width: float | None) -> dict[str, Figure]:
    return {
        node.id: measure_figure("emphasis" if node.emphasis else "step", node.label, 1)
        if width is None
        else measure_figure("emphasis" if node.emphasis else "step", node.label, 1, widest_line=width)
        for node in nodes
    }


def _depth(node: TreeNode, children: Mapping[str | None, Sequence[TreeNode]]) -> int:
    return 1 + max((_depth(child, children) for child in children.get(node.id, ())), default=0)


def _top_down(
    root: TreeNode, children: Mapping[str | None, Sequence[TreeNode]], figures: Mapping[str, Figure]
) -> dict[str, Box]:
    level_heights: dict[int, float] = {}

    def note(node: TreeNode, level: int) -> None:
        level_heights[level] = max(level_heights.get(level, 0.0), figures[node.id].height)
        for child in children.get(node.id, ()):
            note(child, level + 1)

    note(root, 0)
    tops = [sum(level_heights[i] for i in range(level)) + level * _GAP_Y for level in level_heights]
    boxes: dict[str, Box] = {}

    def place(node: TreeNode, level: int, left: float) -> float:
        """Place the part of the tree below `node` from `left` on; gives its right edge."""
        figure = figures[node.id]
        below = children.get(node.id, ())
        own_left, right = left, left + figure.width
        if below:
            whole = sum(_breadth(child, children, figures) for child in below) + _GAP_X * (len(below) - 1)
            x = left + max(0.0, (figure.width - whole) / 2)
            for child in below:
                x = place(child, level + 1, x) + _GAP_X
            first, last = boxes[below[0].id], boxes[below[-1].id]
            middle = _snap(
                (first.centre[0] + last.centre[0]) / 2, [boxes[child.id].centre[0] for child in below]
            )
            own_left = max(left, middle - figure.width / 2)
            right = max(x - _GAP_X, own_left + figure.width)
        boxes[node.id] = Box(own_left, tops[level], figure.width, figure.height)
        return right

    place(root, 0, 0.0)
    return boxes


def _snap(middle: float, children: Sequence[float]) -> float:
    """The middle, or that of a child that is so near it that the line between them would have a kink."""
    nearest = min(children, key=lambda child: abs(child - middle))
    return nearest if abs(nearest - middle) < _KINK else middle


def _breadth(
    node: TreeNode, children: Mapping[str | None, Sequence[TreeNode]], figures: Mapping[str, Figure]
) -> float:
    below = children.get(node.id, ())
    whole = sum(_breadth(child, children, figures) for child in below) + _GAP_X * max(0, len(below) - 1)
    return max(figures[node.id].width, whole)


def _left_to_right(
    root: TreeNode,
    children: Mapping[str | None, Sequence[TreeNode]],
    figures: Mapping[str, Figure],
    column: float,
) -> dict[str, Box]:
    boxes: dict[str, Box] = {}

    def place(node: TreeNode, level: int, top: float) -> float:
        """Place the part of the tree from `node` on, from `top` down; gives its lower edge."""
        figure = figures[node.id]
        below = children.get(node.id, ())
        y, bottom = top, top + figure.height
        if below:
            at = top
            for child in below:
                at = place(child, level + 1, at) + _GAP_ROW
            first, last = boxes[below[0].id], boxes[below[-1].id]
            middle = _snap(
                (first.centre[1] + last.centre[1]) / 2, [boxes[child.id].centre[1] for child in below]
            )
            y = max(top, middle - figure.height / 2)
            bottom = max(at - _GAP_ROW, y + figure.height)
        boxes[node.id] = Box(level * (column + _GAP_Y), y, column, figure.height)
        return bottom

    place(root, 0, 0.0)
    return boxes


def _indented(
    root: TreeNode, children: Mapping[str | None, Sequence[TreeNode]], figures: Mapping[str, Figure]
) -> dict[str, Box]:
    boxes: dict[str, Box] = {}

    def place(node: TreeNode, level: int, top: float) -> float:
        figure = figures[node.id]
        boxes[node.id] = Box(level * _INDENT, top, figure.width, figure.height)
        bottom = top + figure.height
        for child in children.get(node.id, ()):
            bottom = place(child, level + 1, bottom + _GAP_ROW)
        return bottom

    place(root, 0, 0.0)
    return boxes


def _link_down(parent: Box, child: Box, row: Sequence[Box]) -> list[Point]:
    turn = min(box.y for box in row) - _GAP_Y / 2
    (x0, _), (x1, _) = parent.centre, child.centre
    if abs(x0 - x1) < 0.5:
        return [(x0, parent.bottom), (x0, child.y)]
    return [(x0, parent.bottom), (x0, turn), (x1, turn), (x1, child.y)]


def _link_right(parent: Box, child: Box, row: Sequence[Box]) -> list[Point]:
    turn = min(box.x for box in row) - _GAP_Y / 2
    (_, y0), (_, y1) = parent.centre, child.centre
    if abs(y0 - y1) < 0.5:
        return [(parent.right, y0), (child.x, y0)]
    return [(parent.right, y0), (turn, y0), (turn, y1), (child.x, y1)]


def _link_indented(parent: Box, child: Box, row: Sequence[Box]) -> list[Point]:
    x = parent.x + _INDENT / 2
    return [(x, parent.bottom), (x, child.centre[1]), (child.x, child.centre[1])]


def _draw(
    canvas: Canvas,
    tree: Hierarchy,
    boxes: Mapping[str, Box],
    figures: Mapping[str, Figure],
    link: Callable[[Box, Box, Sequence[Box]], list[Point]],
) -> None:
    for node in tree.nodes:
        if node.parent is not None:
            row = [boxes[other.id] for other in tree.nodes if other.parent == node.parent]
            canvas.line(link(boxes[node.parent], boxes[node.id], row), name="branch")
    for node in tree.nodes:
        draw_figure(canvas, figures[node.id], boxes[node.id])
