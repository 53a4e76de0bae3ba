"""A figure's drawing: the same description gives the same bytes, on every machine."""

from __future__ import annotations

from coursewright.visuals.describe import (
    Architecture,
    Chart,
    Comparison,
    Cycle,
    FigureDescription,
    Flow,
    Hierarchy,
    SequenceFigure,
    Timeline,
)
from coursewright.visuals.drawing.canvas import Canvas
from coursewright.visuals.drawing.draw_chart import draw_chart
from coursewright.visuals.drawing.draw_comparison import draw_comparison
from coursewright.visuals.drawing.draw_cycle import draw_cycle
from coursewright.visuals.drawing.draw_graph import draw_graph
from coursewright.visuals.drawing.draw_sequence import draw_sequence
from coursewright.visuals.drawing.draw_timeline import draw_timeline
from coursewright.visuals.drawing.draw_tree import draw_tree
from coursewright.visuals.drawing.style import TITLE_SIZE
from coursewright.visuals.drawing.text import block_height, wrap

_LEAST_TITLE_WIDTH = 360.0


def draw_figure(figure: FigureDescription, *, language: str, alt: str, long_description: str) -> bytes:
    """The figure as SVG, lettered in the course's language.

    Args:
        language: an ISO 639-1 code; decides how numbers are written.
        alt: what the figure is for; its accessible name.
        long_description: its whole content in words.
    """
    canvas = Canvas()
    match figure:
        case Flow() | Architecture():
            draw_graph(canvas, figure)
        case Hierarchy():
            draw_tree(canvas, figure)
        case Cycle():
            draw_cycle(canvas, figure)
        case SequenceFigure():
            draw_sequence(canvas, figure)
        case Comparison():
            draw_comparison(canvas, figure)
        case Timeline():
            draw_timeline(canvas, figure)
        case Chart():
            draw_chart(canvas, figure, language)
    lines = wrap(figure.title, max(canvas.right - canvas.left, _LEAST_TITLE_WIDTH), TITLE_SIZE, True)
    top = canvas.top - block_height(lines, TITLE_SIZE) - 16
    canvas.open("title")
    canvas.text(lines, canvas.left, top, TITLE_SIZE, bold=True, anchor="start")
    canvas.close()
    return canvas.svg(title=alt, description=long_description, language=language)
