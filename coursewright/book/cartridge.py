"""The book as a Common Cartridge 1.3: a tree of web pages that learning platforms take into a course.

After "IMS Common Cartridge Profile, Version 1.3 Final Specification" (IMS Global, 2013): one organization of
the structure rooted-hierarchy, whose one item without a title holds the tree, and resources of the type
webcontent that name all their files.
"""

from __future__ import annotations

from coursewright.book.archive import make_zip
from coursewright.book.bound import BoundBook
from coursewright.book.html import template
from coursewright.book.scorm import group_pages
from coursewright.book.style import HouseStyle
from coursewright.book.units import make_units, shared_files


def write_cartridge(book: BoundBook, style: HouseStyle) -> bytes:
    """The cartridge; its pages link to each other and keep the reader's place in the browser."""
    units, shared = make_units(book, linked=True, guide="lab-guide.imscc"), shared_files(style)
    manifest: str = template("cartridge-manifest.xml.j2").render(
        book=book,
        lang=book.language.code,
        parts=group_pages(book),
        units=units,
        shared=[name for name, _ in shared],
    )
    return make_zip(
        (
            ("imsmanifest.xml", manifest.encode("utf-8")),
            *((unit.file, unit.content) for unit in units),
            *shared,
        )
    )
