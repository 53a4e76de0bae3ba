"""What is known and collected over the whole of a Word document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coursewright.book.docx_package import Part
from coursewright.book.docx_xml import bookmarked

FIRST_NOTE = 2
"""The first two notes of a document are the lines that separate notes from the text."""


@dataclass(frozen=True)
class Shot:
    """A picture in the package, its size in points."""

    name: str
    width: float
    height: float
    alt: str


@dataclass
class Ledger:
    """What is counted and collected over the whole document.

    Attributes:
        bookmarks: for each id that a link may name, its bookmark.
        starts: level and first number of each numbered list.
        notes: the footnotes.
    """

    document: Part
    footnotes: Part
    palette: Mapping[str, str]
    bookmarks: dict[str, str]
    shots: Mapping[str, Shot]
    starts: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    last_id: int = 0

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def mark(self, anchor: str, content: str) -> str:
        """`content` under the bookmark of `anchor`, where it is the first to ask for it."""
        name = self.bookmarks.get(anchor)
        if name is None or name in self.placed:
            return content
        self.placed.add(name)
        return bookmarked(self.next_id(), name, content)

    def link(self, part: Part, href: str, runs: str) -> str:
        """A link to an address, or to a place of the book; its words where there is no such place."""
        if href.startswith("#"):
            name = self.bookmarks.get(href[1:])
            return f'<w:hyperlink w:anchor="{name}" w:history="1">{runs}</w:hyperlink>' if name else runs
        relation = part.relate("hyperlink", href, external=True)
        return f'<w:hyperlink r:id="{relation}" w:history="1">{runs}</w:hyperlink>'
