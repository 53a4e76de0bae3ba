"""Comparisons: subjects side by side, their points below, along criteria where there are any."""

from __future__ import annotations

from coursewright.visuals.describe import Comparison
from coursewright.visuals.drawing.canvas import Box, Canvas
from coursewright.visuals.drawing.spacing import PAGE_WIDTH
from coursewright.visuals.drawing.style import LABEL_SIZE
from coursewright.visuals.drawing.text import block_height, wrap

_COLOURS = ("step", "end", "actor", "decision")
_TEXT = 13.0
_GAP = 14.0
_PAD = 12.0
_CRITERIA = 130.0


def draw_comparison(canvas: Canvas, figure: Comparison) -> None:
    """Draw a column for each subject; rows line up where criteria name them."""
    count = len(figure.subjects)
    side = _CRITERIA + _GAP if figure.criteria else 0.0
    width = min(240.0, (PAGE_WIDTH - side - _GAP * (count - 1)) / count)
    lefts = [side + i * (width + _GAP) for i in range(count)]
    heads = [wrap(subject.label, width - 2 * _PAD, LABEL_SIZE, True) for subject in figure.subjects]
    head_height = max(block_height(lines, LABEL_SIZE) for lines in heads) + 2 * _PAD - 4
    for left, lines, colour in zip(lefts, heads, _COLOURS, strict=False):
        canvas.open("node head")
        canvas.rectangle(Box(left, 0, width, head_height), colour, f"{colour}-line", radius=8)
        canvas.text(
            lines,
            left + width / 2,
            (head_height - block_height(lines, LABEL_SIZE)) / 2,
            LABEL_SIZE,
            bold=True,
        )
        canvas.close()
    if figure.criteria:
        _draw_rows(canvas, figure, lefts, width, head_height + 10)
    else:
        _draw_columns(canvas, figure, lefts, width, head_height + 10)


def _draw_rows(canvas: Canvas, figure: Comparison, lefts: list[float], width: float, top: float) -> None:
    right = lefts[-1] + width
    for row, criterion in enumerate(figure.criteria):
        names = wrap(criterion, _CRITERIA - 8, _TEXT, True)
        cells = [wrap(subject.points[row], width - 2 * _PAD, _TEXT) for subject in figure.subjects]
        height = max(block_height(lines, _TEXT) for lines in [names, *cells]) + 16
        canvas.line([(0, top), (right, top)], "rule", width=1.2, name="rule")
        middle = top + height / 2
        canvas.text(
            names,
            0,
            middle - block_height(names, _TEXT) / 2,
            _TEXT,
            bold=True,
            anchor="start",
            colour="muted",
        )
        for left, lines in zip(lefts, cells, strict=True):
            canvas.open("node cell")
            canvas.rectangle(Box(left, top + 4, width, height - 8), "paper")
            canvas.text(lines, left + width / 2, middle - block_height(lines, _TEXT) / 2, _TEXT)
            canvas.close()
        top += height
    canvas.line([(0, top), (right, top)], "rule", width=1.2, name="rule")


def _draw_columns(canvas: Canvas, figure: Comparison, lefts: list[float], width: float, top: float) -> None:
    columns = [
        [wrap(point, width - 2 * _PAD - 14, _TEXT) for point in subject.points] for subject in figure.subjects
    ]
    height = max(sum(block_height(lines, _TEXT) + 8 for lines in column) for column in columns) + 2 * _PAD - 8
    for left, column, colour in zip(lefts, columns, _COLOURS, strict=False):
        canvas.open("node cell")
        canvas.rectangle(Box(left, top, width, height), "group", "group-line", radius=8, width=1.2)
        y = top + _PAD
        for lines in column:
            canvas.circle((left + _PAD + 3, y + _TEXT * 0.64), 3, f"{colour}-line")
            canvas.text(lines, left + _PAD + 14, y, _TEXT, anchor="start")
            y += block_height(lines, _TEXT) + 8
        canvas.close()
