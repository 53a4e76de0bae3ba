"""Labs: planned once for the whole course, written as guides, checked, and tried out where that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursewright.findings import Finding
    from coursewright.project.course import Course


def check_lab_text(course: Course, place: str, text: str) -> tuple[str, tuple[Finding, ...]]:
    """A guide that a person mended: in its final form, with what was mended and what the checks find.

    Args:
        place: the lab's id.
    """
    # Loaded here, so that whoever imports this package does not load all that writes labs.
    from coursewright.labs.checks import check_lab
    from coursewright.labs.clean import clean_lab
    from coursewright.project.plan_labs import lab_brief, read_lab_plan

    brief = lab_brief(course, place, read_lab_plan(course))
    cleaned = clean_lab(text, brief)
    return cleaned.text, (*cleaned.findings, *check_lab(cleaned.text, brief))
