"""Sequences: who says what to whom, from top to bottom."""

from __future__ import annotations

from coursewright.visuals.describe import SequenceFigure
from coursewright.visuals.drawing.canvas import Box, Canvas
from coursewright.visuals.drawing.style import LABEL_SIZE
from coursewright.visuals.drawing.text import block_height, measure, widest, wrap

_PAGE = 800.0
_LEAST_STEP, _LEAST_WIDTH, _MOST_STEP = 110.0, 320.0, 230.0
_LABEL_SIZE = 13.0
_SELF = 34.0
_WIDEST_HEAD = 124.0
_OWN_LABEL = 170.0
"""The least room of a message to oneself."""


def draw_sequence(canvas: Canvas, figure: SequenceFigure) -> None:
    """Draw heads, lifelines and messages."""
    index = {participant.id: i for i, participant in enumerate(figure.participants)}
    count = len(figure.participants)
    most = min(_MOST_STEP, _PAGE / count)
    words = [word for participant in figure.participants for word in participant.label.split()]
    head_line = min(_WIDEST_HEAD, max(most - 36, widest(words, LABEL_SIZE, True)))
    heads = [wrap(participant.label, head_line, LABEL_SIZE, True) for participant in figure.participants]
    head_width = max(90.0, max(widest(lines, LABEL_SIZE, True) for lines in heads) + 24)
    head_height = max(block_height(lines, LABEL_SIZE) for lines in heads) + 20
    step = max(head_width + 12, min(most, max(_step(figure, index), _LEAST_WIDTH / count)))
    xs = [i * step for i in range(len(heads))]
    rows: list[tuple[float, list[str]]] = []
    y: float = head_height + 16
    for message in figure.messages:
        a, b = index[message.source], index[message.target]
        # What one says to oneself may stand over the next lifelines: its row is its own.
        room = max(step - 24 - _SELF, _OWN_LABEL) if a == b else abs(a - b) * step - 24
        lines = wrap(message.label, min(room, 420.0), _LABEL_SIZE)
        y += block_height(lines, _LABEL_SIZE) + 6
        rows.append((y, lines))
        y += 34 if a == b else 16
    bottom = y + 8
    for x in xs:
        canvas.line([(x, head_height), (x, bottom)], "group-line", width=1.2, dashed=True, name="lifeline")
    for message, (at, lines) in zip(figure.messages, rows, strict=True):
        start, end = xs[index[message.source]], xs[index[message.target]]
        if start == end:
            out = start + _SELF
            canvas.arrow([(start, at), (out, at), (out, at + 20), (start, at + 20)], dashed=message.reply)
            left = start + 12
        else:
            canvas.arrow([(start, at), (end, at)], dashed=message.reply)
            left = (start + end) / 2
        _draw_message(canvas, lines, left, at, start == end)
    for x, lines in zip(xs, heads, strict=True):
        box = Box(x - head_width / 2, 0, head_width, head_height)
        canvas.open("node head")
        canvas.rectangle(box, "step", "step-line", radius=8)
        top = (head_height - block_height(lines, LABEL_SIZE)) / 2
        canvas.text(lines, x, top, LABEL_SIZE, bold=True)
        canvas.close()
    canvas.reach(xs[-1], bottom)


def _step(figure: SequenceFigure, index: dict[str, int]) -> float:
    """Distance of two lifelines, so that labels take few lines."""
    wanted = _LEAST_STEP
    for message in figure.messages:
        span = abs(index[message.source] - index[message.target])
        width = measure(message.label, _LABEL_SIZE)
        lines = 1 if width < 150 else 2 if width < 330 else 3
        own = width / lines * 1.12 + 40 + (_SELF if span == 0 else 0)
        wanted = max(wanted, own / (span or 1))
    return wanted


def _draw_message(canvas: Canvas, lines: list[str], x: float, at: float, aside: bool) -> None:
    """The label above its arrow, on paper that hides the lifelines behind it."""
    height = block_height(lines, _LABEL_SIZE)
    width = widest(lines, _LABEL_SIZE)
    top = at - height - 4
    left = x if aside else x - width / 2
    canvas.open("edge-label")
    canvas.rectangle(Box(left - 4, top - 1, width + 8, height + 2), "paper")
    canvas.text(lines, left + width / 2, top, _LABEL_SIZE)
    canvas.close()
