"""Where a section of a guide stands."""

from __future__ import annotations

import re

from coursewright.labs.brief import LabBrief
from coursewright.markdown.fences import mark_fenced


def section_bounds(text: str, key: str, brief: LabBrief) -> tuple[int, int] | None:
    """The lines of a section's body, from the one after its heading, from 0; None where it is missing."""
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    heading = f"## {brief.language.lab[key]}"
    start = next((n for n, line in enumerate(lines) if line.strip() == heading and not fenced[n]), None)
    if start is None:
        return None
    end = next(
        (
            n
            for n in range(start + 1, len(lines))
            if re.match(r"#{1,2}(?:[ \t]|$)", lines[n]) and not fenced[n]
        ),
        len(lines),
    )
    return start + 1, end
