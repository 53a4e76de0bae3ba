"""A box with a bold heading and a remark below it, as cycles and timelines have."""

from __future__ import annotations

from dataclasses import dataclass

from coursewright.visuals.drawing.canvas import Anchor, Box, Canvas
from coursewright.visuals.drawing.style import LABEL_SIZE, SMALL_SIZE
from coursewright.visuals.drawing.text import block_height, widest, wrap

_PAD_X, _PAD_Y = 14.0, 11.0
_BETWEEN = 3.0
CARD_RADIUS = 8.0


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was measured and not yet placed."""

    heading: tuple[str, ...]
    remark: tuple[str, ...]
    width: float
    height: float


def measure_card(heading: str, remark: str, widest_line: float) -> Card:
    """The smallest card whose lines are no wider than `widest_line`."""
    head = wrap(heading, widest_line, LABEL_SIZE, True)
    body = wrap(remark, widest_line, SMALL_SIZE)
    width = max(widest(head, LABEL_SIZE, True), widest(body, SMALL_SIZE)) + 2 * _PAD_X
    height = block_height(head, LABEL_SIZE) + 2 * _PAD_Y
    if body:
        height += block_height(body, SMALL_SIZE) + _BETWEEN
    return Card(tuple(head), tuple(body), width, height)


def draw_card(canvas: Canvas, card: Card, box: Box, colour: str, anchor: Anchor = "middle") -> None:
    """Draw the card to fill `box`, its text in the middle of the height."""
    canvas.open("node card")
    canvas.rectangle(box, colour, f"{colour}-line", radius=CARD_RADIUS)
    x = box.centre[0] if anchor == "middle" else box.x + _PAD_X
    top = box.y + (box.height - card.height) / 2 + _PAD_Y
    canvas.text(card.heading, x, top, LABEL_SIZE, bold=True, anchor=anchor)
    if card.remark:
        top += block_height(list(card.heading), LABEL_SIZE) + _BETWEEN
        canvas.text(card.remark, x, top, SMALL_SIZE, anchor=anchor, colour="muted")
    canvas.close()
