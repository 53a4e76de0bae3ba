"""Timelines: few short events side by side, more of them below each other."""

from __future__ import annotations

from coursewright.visuals.describe import Timeline
from coursewright.visuals.drawing.canvas import Box, Canvas
from coursewright.visuals.drawing.cards import draw_card, measure_card
from coursewright.visuals.drawing.spacing import PAGE_WIDTH
from coursewright.visuals.drawing.style import LABEL_SIZE, SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, breaks, widest, wrap

_WHEN = 14.0
_SIDE_BY_SIDE = 5
_GAP = 16.0
_DOT = 6.5
_LONG_SPEECH = 56


def draw_timeline(canvas: Canvas, figure: Timeline) -> None:
    """Draw the line, its dots with their dates, and a card for each event."""
    longest = max(len(event.label) + len(event.detail) for event in figure.events)
    width = _column(len(figure.events))
    broken = any(
        breaks(event.when, width - 8, _WHEN, True)
        or breaks(event.label, width - 28, LABEL_SIZE, True)
        or breaks(event.detail, width - 28, SMALL_SIZE)
        for event in figure.events
    )
    if len(figure.events) <= _SIDE_BY_SIDE and longest <= _LONG_SPEECH + 24 and not broken:
        _draw_across(canvas, figure)
    else:
        _draw_down(canvas, figure)


def _column(count: int) -> float:
    return min(200.0, (PAGE_WIDTH - _GAP * (count - 1)) / count)


def _draw_across(canvas: Canvas, figure: Timeline) -> None:
    count = len(figure.events)
    width = _column(count)
    dates = [wrap(event.when, width - 8, _WHEN, True) for event in figure.events]
    cards = [measure_card(event.label, event.detail, width - 28) for event in figure.events]
    line_y = max(block_height(lines, _WHEN) for lines in dates) + 18
    height = max(card.height for card in cards)
    centres = [i * (width + _GAP) + width / 2 for i in range(count)]
    end = centres[-1] + width / 2 + 18
    canvas.arrow([(centres[0] - width / 2, line_y), (end, line_y)])
    for x, lines, card in zip(centres, dates, cards, strict=True):
        canvas.text(lines, x, line_y - 18 - block_height(lines, _WHEN), _WHEN, bold=True)
        canvas.line([(x, line_y), (x, line_y + 26)], "step-line", width=1.4, name="tick")
        canvas.circle((x, line_y), _DOT, "step-line", "paper", width=2)
        draw_card(canvas, card, Box(x - width / 2, line_y + 26, width, height), "step")


def _draw_down(canvas: Canvas, figure: Timeline) -> None:
    dates = [wrap(event.when, 130.0, _WHEN, True) for event in figure.events]
    cards = [measure_card(event.label, event.detail, 430.0) for event in figure.events]
    line_x = max(widest(lines, _WHEN, True) for lines in dates) + 22
    width = max(card.width for card in cards)
    tops, y = [], 0.0
    for lines, card in zip(dates, cards, strict=True):
        height = max(card.height, block_height(lines, _WHEN) + 8)
        tops.append((y, height))
        y += height + 14
    canvas.arrow([(line_x, -6), (line_x, y + 10)])
    for (top, height), lines, card in zip(tops, dates, cards, strict=True):
        middle = top + height / 2
        canvas.text(
            lines, line_x - 18, middle - block_height(lines, _WHEN) / 2, _WHEN, bold=True, anchor="end"
        )
        canvas.line([(line_x, middle), (line_x + 28, middle)], "step-line", width=1.4, name="tick")
        canvas.circle((line_x, middle), _DOT, "step-line", "paper", width=2)
        draw_card(canvas, card, Box(line_x + 28, top, width, height), "step", "start")
