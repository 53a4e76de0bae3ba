"""Charts of few numbers: horizontal bars, each with its number, and lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from coursewright.visuals.describe import Chart
from coursewright.visuals.drawing.canvas import Box, Canvas
from coursewright.visuals.drawing.numbers import write_number
from coursewright.visuals.drawing.style import SERIES, SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, breaks, measure, widest, wrap

_TEXT = 13.0
_LABELS = 190.0
_PLOT = 460.0
_BAR, _BAR_GAP = 20.0, 3.0
_HEIGHT = 260.0
_NAME_GAP = 6.0


def draw_chart(canvas: Canvas, chart: Chart, language: str) -> None:
    """Draw the chart with its unit and, for several series, their key."""
    if chart.form == "bar":
        _draw_bars(canvas, chart, language)
    else:
        _draw_lines(canvas, chart, language)


def _draw_bars(canvas: Canvas, chart: Chart, language: str) -> None:
    names = [wrap(name, _LABELS, _TEXT) for name in chart.categories]
    left = widest([line for lines in names for line in lines], _TEXT) + 12
    values = [value for series in chart.series for value in series.values]
    low, high, _ = _scale(min(0.0, *values), max(0.0, *values))
    written = [measure(write_number(value, language), SMALL_SIZE) for value in values]
    room = max(written) + 8
    zero_room = room if low < 0 else 0.0
    plot = _PLOT - zero_room
    start = left + zero_room

    def at(value: float) -> float:
        return start + (value - low) / (high - low) * plot

    y = _draw_key(canvas, chart, 0.0, left)
    top = y
    for row, lines in enumerate(names):
        bars = len(chart.series) * (_BAR + _BAR_GAP) - _BAR_GAP
        height = max(bars, block_height(lines, _TEXT)) + 14
        middle = y + height / 2
        canvas.text(lines, left - 10, middle - block_height(lines, _TEXT) / 2, _TEXT, anchor="end")
        for i, series in enumerate(chart.series):
            value = series.values[row]
            bar_top = middle - bars / 2 + i * (_BAR + _BAR_GAP)
            first, last = sorted((at(0.0), at(value)))
            canvas.rectangle(Box(first, bar_top, max(last - first, 1.0), _BAR), SERIES[i], radius=2)
            text = write_number(value, language)
            beside = last + 6 if value >= 0 else first - 6
            canvas.text(
                [text],
                beside,
                bar_top + (_BAR - block_height([text], SMALL_SIZE)) / 2,
                SMALL_SIZE,
                anchor="start" if value >= 0 else "end",
            )
        y += height
    canvas.line([(at(0.0), top), (at(0.0), y)], "line", width=1.2, name="axis")


def _draw_lines(canvas: Canvas, chart: Chart, language: str) -> None:
    values = [value for series in chart.series for value in series.values]
    low, high, step = _scale(min(values) if min(values) < 0 else 0.0, max(0.0, *values))
    # Without what adding leaves far behind the point.
    marks = [float(f"{low + i * step:.9g}") for i in range(round((high - low) / step) + 1)]
    left = max(measure(write_number(mark, language), SMALL_SIZE) for mark in marks) + 12
    top = _draw_key(canvas, chart, 0.0, left) + 8
    count = len(chart.categories)
    width = max(_PLOT, 44.0 * count)
    slot = width / count

    def at(column: int, value: float) -> tuple[float, float]:
        return left + slot * (column + 0.5), top + (high - value) / (high - low) * _HEIGHT

    for mark in marks:
        y = at(0, mark)[1]
        axis = abs(mark) < step / 1000
        canvas.line([(left, y), (left + width, y)], "line" if axis else "rule", width=1.2, name="rule")
        text = write_number(mark, language)
        canvas.text(
            [text],
            left - 8,
            y - block_height([text], SMALL_SIZE) / 2,
            SMALL_SIZE,
            anchor="end",
            colour="muted",
        )
    _draw_categories(canvas, chart, [at(column, 0)[0] for column in range(count)], top + _HEIGHT)
    for i, series in enumerate(chart.series):
        points = [at(column, value) for column, value in enumerate(series.values)]
        for before, after in pairwise(points):
            canvas.line([before, after], SERIES[i], width=2.2, name="series")
        for x, y in points:
            _draw_mark(canvas, i, x, y)


def _draw_categories(canvas: Canvas, chart: Chart, xs: Sequence[float], top: float) -> None:
    """Names below the plot; in two rows by turns where a word would have to be broken in one."""
    slot = xs[1] - xs[0]
    rows = 2 if any(breaks(name, slot - _NAME_GAP, SMALL_SIZE) for name in chart.categories) else 1
    names = [wrap(name, rows * slot - _NAME_GAP, SMALL_SIZE) for name in chart.categories]
    second = top + 8 + max(block_height(lines, SMALL_SIZE) for lines in names[::rows]) + 6
    for column, (x, lines) in enumerate(zip(xs, names, strict=True)):
        if column % rows:
            canvas.line([(x, top), (x, second - 2)], "rule", width=1.2, name="tick")
        canvas.text(lines, x, second if column % rows else top + 8, SMALL_SIZE)


def _draw_mark(canvas: Canvas, series: int, x: float, y: float) -> None:
    """A shape of its own for each series, so that colour is not all that tells them apart."""
    colour = SERIES[series]
    if series == 0:
        canvas.circle((x, y), 4, colour, "paper")
    elif series == 1:
        canvas.rectangle(Box(x - 4, y - 4, 8, 8), colour, "paper")
    else:
        canvas.polygon([(x, y - 5.5), (x + 5.5, y + 4), (x - 5.5, y + 4)], colour, "paper")


def _draw_key(canvas: Canvas, chart: Chart, top: float, left: float) -> float:
    """The unit and the series' names above the plot; gives where the plot starts."""
    x = left
    sample = 12.0 if chart.form == "bar" else 24.0
    if len(chart.series) > 1:
        for i, series in enumerate(chart.series):
            lines = wrap(series.label, 200.0, SMALL_SIZE)
            if chart.form == "bar":
                canvas.rectangle(Box(x, top + 2, sample, 12), SERIES[i], radius=2)
            else:
                canvas.line([(x, top + 8), (x + sample, top + 8)], SERIES[i], width=2.2, name="series")
                _draw_mark(canvas, i, x + sample / 2, top + 8)
            box = canvas.text(lines, x + sample + 6, top, SMALL_SIZE, anchor="start")
            x = box.right + 20
        top += (
            max(block_height(wrap(series.label, 200.0, SMALL_SIZE), SMALL_SIZE) for series in chart.series)
            + 6
        )
    if chart.unit:
        canvas.text([chart.unit], left, top, SMALL_SIZE, anchor="start", colour="muted")
        top += 22
    return top


def _scale(low: float, high: float) -> tuple[float, float, float]:
    """Round ends of an axis from `low` to `high`, and the step of its marks."""
    span = (high - low) or 1.0
    rough = span / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough - power * 1e-9)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step
