"""The book of a project, bound from its store and written beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coursewright.book.style import load_style
from coursewright.book.write import write_book
from coursewright.errors import NotStored
from coursewright.project.course import load_course
from coursewright.project.read_book import read_book
from coursewright.store.base import Store

STYLE_FILE = "style.yaml"
"""A customer's house style, kept in the project or at the top of the store."""


def write_books(
    store: Store,
    project: str,
    gaps: Mapping[str, str] | None = None,
    formats: Sequence[str] | None = None,
) -> dict[str, str]:
    """Write the book, and the lab guide where there are labs.

    Args:
        store: the store that holds the project.
        gaps: see `read_book`.
        formats: None for those of the project.

    Returns:
        Where each file is, by its name.
    """
    course = load_course(store, project)
    book = read_book(course, gaps)
    style = load_style(None)
    written = {}
    for name, data in write_book(book, formats or course.settings.formats, style):
        key = f"book/{name}"
        try:
            same = course.store.read(key) == data
        except NotStored:
            same = False
        if not same:
            course.store.write(key, data)
        written[name] = course.store.locate(key)
    return written
