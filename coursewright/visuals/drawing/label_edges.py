"""Where arrows' labels go: on the arrow where there is room, else as a number with its words below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coursewright.visuals.drawing.canvas import Box, Point
from coursewright.visuals.drawing.style import SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, widest, wrap

_FORMS = ((112.0, 3), (160.0, 4))
"""Widths of line to try, each with the most lines that it may take."""
_PAD_X, _PAD_Y = 5.0, 2.0
_FREE = 9.0
"""Length of the arrow that stays visible at each end of a label."""
BADGE = 9.0
"""Radius of a number's disc."""


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """A label's lines in their box, which hides the piece of arrow below it."""

    lines: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Badge:
    """A number on the arrow, explained by `text` below the drawing."""

    number: int
    centre: Point
    text: str


def label_lines(text: str) -> list[str]:
    """The lines of a label that can stand on its arrow; none where it is too long for that."""
    for width, most in _FORMS:
        lines = wrap(text, width, SMALL_SIZE)
        if len(lines) <= most:
            return lines
    return []


def label_size(lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of a label's box."""
    return widest(list(lines), SMALL_SIZE) + 2 * _PAD_X, block_height(list(lines), SMALL_SIZE) + 2 * _PAD_Y


def place_labels(
    texts: Sequence[str],
    routes: Sequence[Sequence[Point]],
    boxes: Sequence[Box],
    titles: Sequence[Box],
    borders: Sequence[Box],
) -> tuple[dict[int, EdgeLabel], list[Badge]]:
    """Labels by edge, and numbers for those that found no room.

    Args:
        borders: groups' frames; a label on a frame's line is avoided.
    """
    segments = [[_thicken(a, b) for a, b in pairwise(route)] for route in routes]
    heads = [Box(route[-1][0] - 11, route[-1][1] - 11, 22, 22) for route in routes]
    placed: dict[int, EdgeLabel] = {}
    order = sorted((i for i, text in enumerate(texts) if text), key=lambda i: _length(routes[i]))
    for index in order:
        lines = label_lines(texts[index])
        if not lines:
            continue
        foreign = [s for i, parts in enumerate(segments) if i != index for s in parts]
        others = [label.box.grown(3) for label in placed.values()]
        taken = [*(b.grown(3) for b in boxes), *titles, *foreign, *others, *heads]
        options = _options(routes[index], lines)
        free = [(cost, box) for cost, box in options if not any(box.meets(t) for t in taken)]
        if free:
            rated = [(cost + 40 * sum(_on_border(box, b) for b in borders), box) for cost, box in free]
            placed[index] = EdgeLabel(tuple(lines), min(rated, key=lambda pair: pair[0])[1])
    while True:
        numbered = [i for i, text in enumerate(texts) if text and i not in placed]
        discs = [_disc(routes[i]) for i in numbered]
        hidden = [i for i, label in placed.items() if any(label.box.grown(2).meets(disc) for disc in discs)]
        if not hidden:
            break
        for index in hidden:
            del placed[index]
    badges = [
        Badge(n, disc.centre, texts[i]) for n, (i, disc) in enumerate(zip(numbered, discs, strict=True), 1)
    ]
    return placed, badges


def _thicken(a: Point, b: Point) -> Box:
    return Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1])).grown(3)


def _length(route: Sequence[Point]) -> float:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(route))


def _options(route: Sequence[Point], lines: Sequence[str]) -> list[tuple[float, Box]]:
    """Boxes on the arrow with what each costs: near its middle and on a long piece is best."""
    width, height = label_size(lines)
    whole, walked = _length(route), 0.0
    options = []
    last = len(route) - 2
    for index, (a, b) in enumerate(pairwise(route)):
        flat = abs(a[0] - b[0]) > abs(a[1] - b[1])
        length = abs(a[0] - b[0]) + abs(a[1] - b[1])
        own = width if flat else height
        before, after = _FREE, _FREE + (9.0 if index == last else 0.0)
        room = length - own - before - after
        if room >= 0:
            for share in (0.5, 0.25, 0.75, 0.0, 1.0):
                at = (before + own / 2 + room * share) / length
                x, y = a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at
                off_middle = abs(walked + at * length - whole / 2) / whole
                cost = 30 * off_middle + 6 * abs(share - 0.5) - min(length, 200) / 20
                for aside in (0.0,) if flat else (0.0, 0.3, -0.3):
                    left = x - width / 2 + aside * width
                    options.append((cost + 20 * abs(aside), Box(left, y - height / 2, width, height)))
        walked += length
    return options


def _on_border(box: Box, frame: Box) -> bool:
    return box.meets(frame) and not frame.holds(box)


def _disc(route: Sequence[Point]) -> Box:
    """A number's disc on the straight piece that leaves the source, where no other arrow can be."""
    (x0, y0), (x1, y1) = route[0], route[1]
    length = abs(x1 - x0) + abs(y1 - y0)
    reach = BADGE + 1.5
    x, y = x0 + (x1 - x0) / length * reach, y0 + (y1 - y0) / length * reach
    return Box(x - BADGE, y - BADGE, 2 * BADGE, 2 * BADGE)
