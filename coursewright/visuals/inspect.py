"""What a program can see wrong with a drawing, measured from its SVG alone."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from xml.etree import ElementTree

from coursewright.visuals.drawing.canvas import Box, Point

_SVG = "{http://www.w3.org/2000/svg}"
_ASCENT, _DESCENT = 0.78, 0.22
_TOUCH = 0.6
"""Half a pixel of rounding is no overlap."""


@dataclass
class _Node:
    """A box with its outline and the lines of text in it."""

    outline: Box
    corners: Sequence[Point] = ()
    radius: float = 0.0
    texts: list[Box] = field(default_factory=list)


@dataclass
class _Drawing:
    paper: Box
    nodes: list[_Node] = field(default_factory=list)
    frames: list[_Node] = field(default_factory=list)
    labels: list[_Node] = field(default_factory=list)
    badges: list[_Node] = field(default_factory=list)
    texts: list[tuple[Box, str]] = field(default_factory=list)
    free: list[tuple[Box, str]] = field(default_factory=list)
    edges: list[list[Point]] = field(default_factory=list)
    branches: list[list[Point]] = field(default_factory=list)


def inspect_drawing(svg: bytes) -> list[str]:
    """What overlaps, sticks out or is crossed in a figure of ours; nothing where it is in order."""
    drawing = _read(svg)
    return [
        *_find_outside(drawing),
        *_find_overlaps(drawing),
        *_find_crossed(drawing),
        *_find_shared_lines(drawing),
    ]


def _find_outside(drawing: _Drawing) -> Iterator[str]:
    for box, text in drawing.texts:
        if not _holds(drawing.paper, box):
            yield f"the text {text!r} sticks out of the figure"
    for what, nodes in (("box", drawing.nodes), ("label", drawing.labels), ("badge", drawing.badges)):
        for node in nodes:
            if not _holds(drawing.paper, node.outline):
                yield f"a {what} at {_at(node.outline)} sticks out of the figure"
            for words in node.texts:
                if not _holds(node.outline, words) or not all(_within(node, c) for c in _corners(words)):
                    yield f"a text at {_at(words)} sticks out of its {what} at {_at(node.outline)}"
    for line in [*drawing.edges, *drawing.branches]:
        if not all(_holds(drawing.paper, Box(x, y, 0, 0)) for x, y in line):
            yield f"a line from {line[0]} leaves the figure"


def _find_overlaps(drawing: _Drawing) -> Iterator[str]:
    solid = [
        *(("box", node.outline) for node in drawing.nodes),
        *(("label", node.outline) for node in drawing.labels),
        *(("badge", node.outline) for node in drawing.badges),
        *(("title", text) for frame in drawing.frames for text in frame.texts),
    ]
    for (what, one), (other_what, other) in combinations(solid, 2):
        if one.grown(-_TOUCH).meets(other):
            yield f"a {what} at {_at(one)} overlaps a {other_what} at {_at(other)}"
    for (one, text), (other, other_text) in combinations(drawing.texts, 2):
        if one.grown(-_TOUCH).meets(other):
            yield f"the text {text!r} overlaps {other_text!r}"
    for place, words in drawing.free:
        for node in (*drawing.nodes, *drawing.badges):
            if place.grown(-_TOUCH).meets(node.outline):
                yield f"the text {words!r} overlaps a box at {_at(node.outline)}"
    for frame, other_frame in combinations(drawing.frames, 2):
        if frame.outline.meets(other_frame.outline):
            yield f"frames at {_at(frame.outline)} and {_at(other_frame.outline)} overlap"
    for frame in drawing.frames:
        for node in drawing.nodes:
            if frame.outline.meets(node.outline) and not _holds(frame.outline, node.outline):
                yield f"a box at {_at(node.outline)} stands across the frame at {_at(frame.outline)}"


def _find_crossed(drawing: _Drawing) -> Iterator[str]:
    for line in [*drawing.edges, *drawing.branches]:
        for node in drawing.nodes:
            if _passes(line, node.outline.grown(-1.5)):
                yield f"the line from {line[0]} to {line[-1]} goes through a box at {_at(node.outline)}"
        for place, words in drawing.free:
            if _passes(line, place):
                yield f"the line from {line[0]} to {line[-1]} goes through the text {words!r}"
        for frame in drawing.frames:
            for title in frame.texts:
                if _passes(line, title):
                    yield f"the line from {line[0]} to {line[-1]} goes through a title at {_at(title)}"
    for what, nodes in (("label", drawing.labels), ("badge", drawing.badges)):
        for node in nodes:
            if sum(_passes(line, node.outline) for line in drawing.edges) > 1:
                yield f"more than one line goes through the {what} at {_at(node.outline)}"


def _find_shared_lines(drawing: _Drawing) -> Iterator[str]:
    for one, other in combinations(drawing.edges, 2):
        for a, b in pairwise(one):
            for c, d in pairwise(other):
                if _shared(a, b, c, d) > 3.0:
                    yield f"two arrows share the line at {a} to {b}"


def _shared(a: Point, b: Point, c: Point, d: Point) -> float:
    """How long two level or upright pieces run on the same line."""
    for axis in (0, 1):
        across = 1 - axis
        if abs(a[across] - b[across]) < 0.1 and abs(c[across] - d[across]) < 0.1:
            if abs(a[across] - c[across]) > 1.5:
                return 0.0
            low = max(min(a[axis], b[axis]), min(c[axis], d[axis]))
            high = min(max(a[axis], b[axis]), max(c[axis], d[axis]))
            return high - low
    return 0.0


def _passes(line: Sequence[Point], box: Box) -> bool:
    """Whether any piece of the line goes through the box (Liang and Barsky's clipping)."""
    for (x0, y0), (x1, y1) in pairwise(line):
        dx, dy = x1 - x0, y1 - y0
        enter, leave = 0.0, 1.0
        for p, q in ((-dx, x0 - box.x), (dx, box.right - x0), (-dy, y0 - box.y), (dy, box.bottom - y0)):
            if abs(p) < 1e-9:
                if q < 0:
                    enter = 2.0
            elif p < 0:
                enter = max(enter, q / p)
            else:
                leave = min(leave, q / p)
        if enter < leave:
            return True
    return False


def _holds(outer: Box, inner: Box) -> bool:
    return (
        inner.x >= outer.x - _TOUCH
        and inner.y >= outer.y - _TOUCH
        and inner.right <= outer.right + _TOUCH
        and inner.bottom <= outer.bottom + _TOUCH
    )


def _corners(box: Box) -> list[Point]:
    return [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]


def _within(node: _Node, point: Point) -> bool:
    x, y = point
    if node.corners:
        sides = pairwise([*node.corners, node.corners[0]])
        return all((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) >= -_TOUCH * 20 for a, b in sides)
    box, radius = node.outline, node.radius
    dx = max(box.x + radius - x, x - (box.right - radius), 0.0)
    dy = max(box.y + radius - y, y - (box.bottom - radius), 0.0)
    return math.hypot(dx, dy) <= radius + _TOUCH or dx == 0 or dy == 0


def _at(box: Box) -> str:
    return f"({box.x:.0f}, {box.y:.0f})"


def _read(svg: bytes) -> _Drawing:
    root = ElementTree.fromstring(svg)
    drawing = _Drawing(Box(*(float(part) for part in root.attrib["viewBox"].split())))
    for element in root:
        _read_element(drawing, element)
    return drawing


def _read_element(drawing: _Drawing, element: ElementTree.Element) -> None:
    names = element.get("class", "").split()
    if element.tag == f"{_SVG}path" and "edge" in names:
        drawing.edges.append(_read_path(element.get("d", "")))
    elif element.tag == f"{_SVG}path" and "branch" in names:
        drawing.branches.append(_read_path(element.get("d", "")))
    elif element.tag == f"{_SVG}text":
        found = _read_text(element)
        drawing.texts += found
        drawing.free += found
    elif element.tag == f"{_SVG}g":
        lists = {
            "node": drawing.nodes,
            "group": drawing.frames,
            "edge-label": drawing.labels,
            "badge": drawing.badges,
        }
        target = next((nodes for name, nodes in lists.items() if name in names), None)
        if target is not None and (node := _read_node(element)) is not None:
            target.append(node)
            for child in element.iter(f"{_SVG}text"):
                found = _read_text(child)
                node.texts += [box for box, _ in found]
                drawing.texts += found
        else:
            for child in element:
                _read_element(drawing, child)


def _read_node(element: ElementTree.Element) -> _Node | None:
    for child in element:
        if child.tag == f"{_SVG}rect":
            box = Box(*(float(child.attrib[name]) for name in ("x", "y", "width", "height")))
            return _Node(box, radius=float(child.get("rx", "0")))
        if child.tag == f"{_SVG}circle":
            x, y, radius = (float(child.attrib[name]) for name in ("cx", "cy", "r"))
            return _Node(Box(x - radius, y - radius, 2 * radius, 2 * radius), radius=radius)
        if child.tag == f"{_SVG}polygon":
            corners = [(float(x), float(y)) for x, y in re.findall(r"(\S+),(\S+)", child.attrib["points"])]
            return _Node(_extent(corners), corners=corners)
        if child.tag == f"{_SVG}path":
            return _Node(_extent(_read_path(child.attrib["d"])))
    return None


def _extent(points: Sequence[Point]) -> Box:
    left, top = min(x for x, _ in points), min(y for _, y in points)
    return Box(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)


def _read_text(element: ElementTree.Element) -> list[tuple[Box, str]]:
    size = float(element.attrib["font-size"])
    share = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
    found = []
    for span in element:
        x, y, width = (float(span.attrib[name]) for name in ("x", "y", "textLength"))
        box = Box(x - share * width, y - _ASCENT * size, width, (_ASCENT + _DESCENT) * size)
        found.append((box, span.text or ""))
    return found


def _read_path(data: str) -> list[Point]:
    """The path's points; a bend gives its corner, an arc its end and its height above and below it."""
    points: list[Point] = []
    for command, text in re.findall(r"([MLQAZ])([^MLQAZ]*)", data):
        values = [float(value) for value in text.replace(",", " ").split()]
        if command == "A":
            height, (x, y) = values[1], values[5:7]
            points += [(x, y - height), (x, y + height), (x, y)]
        else:
            points += list(zip(values[::2], values[1::2], strict=True))
    return points
