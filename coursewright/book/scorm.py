"""The book as a SCORM 1.2 package: each written lesson a unit that is tracked, other pages only shown.

After "SCORM Version 1.2", ADL, 1 October 2001: the Content Aggregation Model for the manifest and the
Run-Time Environment for what the units tell the platform.
"""

from __future__ import annotations

from coursewright.book.archive import make_zip
from coursewright.book.bound import BoundBook, Page
from coursewright.book.html import template
from coursewright.book.style import HouseStyle
from coursewright.book.units import make_units, shared_files


def write_scorm(book: BoundBook, style: HouseStyle) -> bytes:
    """The package; a lesson is completed when its end was reached, and opens where the reader left it."""
    units, shared = make_units(book, linked=False, guide="lab-guide-scorm12.zip"), shared_files(style)
    manifest: str = template("scorm-manifest.xml.j2").render(
        book=book,
        parts=group_pages(book),
        units=[(unit, "sco" if is_tracked(unit.page) else "asset") for unit in units],
        shared=[name for name, _ in shared],
    )
    return make_zip(
        (
            ("imsmanifest.xml", manifest.encode("utf-8")),
            *((unit.file, unit.content) for unit in units),
            *shared,
        )
    )


def is_tracked(page: Page) -> bool:
    """Whether the platform asks that the page be finished; what is missing can be finished by nobody."""
    return page.kind in {"lesson", "lab"} and page.state == "written"


def group_pages(book: BoundBook) -> tuple[tuple[Page, tuple[Page, ...]], ...]:
    """Pages of the first level, each with those of the second that follow it."""
    parts: list[tuple[Page, list[Page]]] = []
    for page in book.pages:
        if page.level == 1 or not parts:
            parts.append((page, []))
        else:
            parts[-1][1].append(page)
    return tuple((page, tuple(inner)) for page, inner in parts)
