"""A planned figure as the files that are stored: its SVG, and beside it what it shows in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from coursewright.findings import Finding
from coursewright.languages import Language
from coursewright.visuals.describe import FigureDescription, Illustration
from coursewright.visuals.draw import draw_figure
from coursewright.visuals.drawing.style import DRAWING_VERSION
from coursewright.visuals.drawing.text import lacks
from coursewright.visuals.inspect import inspect_drawing
from coursewright.visuals.read import description_digest, read_plan, write_description
from coursewright.visuals.words import alt_text, long_description


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure's SVG and what a program sees wrong with it."""

    svg: bytes
    findings: tuple[Finding, ...] = ()


def draw(figure: FigureDescription, language: Language, *, figure_id: str = "") -> DrawnFigure:
    """Draw a figure with its words in it, and look at the result.

    Args:
        figure_id: names the figure in findings.
    """
    words = long_description(figure, language)
    svg = draw_figure(figure, language=language.code, alt=alt_text(figure, language), long_description=words)
    findings = [
        Finding("drawing", "warning", f"Figure {figure_id}: {fault}.") for fault in inspect_drawing(svg)
    ]
    if missing := lacks(f"{figure.title} {words}"):
        findings.append(
            Finding(
                "drawing",
                "note",
                f"Figure {figure_id}: the figures' font lacks {missing!r}; another font has to show it.",
            )
        )
    return DrawnFigure(svg, tuple(findings))


def drawing_key(figure: FigureDescription | Illustration, language: Language) -> str:
    """What decides a drawing's bytes: where it is unchanged, nothing is drawn anew."""
    return f"{description_digest(figure)[:32]}-{language.code}-{DRAWING_VERSION}"


def write_record(
    figure: FigureDescription | Illustration, language: Language, *, caption: str, **more: Any
) -> bytes:
    """The JSON beside a figure: caption, alt text, long description, and the description itself.

    Args:
        caption: the visual tag's own description.
        more: further plain JSON values to keep, such as the content key and the model.
    """
    record = {
        "caption": caption,
        "alt": alt_text(figure, language),
        "long_description": long_description(figure, language),
        "language": language.code,
        "drawing": drawing_key(figure, language),
        **more,
        "description": write_description(figure),
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def read_record(data: bytes) -> FigureDescription | Illustration:
    """The description in a figure's JSON.

    Raises:
        ValueError: it is no JSON, or its description is none.
    """
    record = json.loads(data)
    if not isinstance(record, dict):
        raise ValueError("a figure's JSON is an object")
    return read_plan(record.get("description"))
