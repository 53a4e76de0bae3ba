"""A book bound: every page in its order, as the same kinds of blocks, whatever the format.

A writer walks `BoundBook.pages`. It makes the cover, the contents and page numbers in its format's own way;
all other words are in the pages already, in the book's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from coursewright.book.model import BookFigure, State
from coursewright.book.nodes import (
    Block,
    DefinitionList,
    Dropped,
    FigureRef,
    Footnote,
    Heading,
    plain_text,
    walk_blocks,
)
from coursewright.languages import Language

PageKind = Literal[
    "course", "front", "module", "lesson", "lab", "summary", "references", "figures", "labs", "glossary",
    "colophon", "room",
]  # fmt: skip

GUIDE = "guide:"
"""Opens the address of a page of the lab guide, as in ``guide:#lab-02-03-01``; a format that
cannot lead to it names its file."""


@dataclass(frozen=True)
class PageLink:
    """A page as another one names it."""

    id: str
    label: str
    title: str


@dataclass(frozen=True)
class Page:
    """One page of a book, which is a unit of reading rather than a sheet of paper.

    Attributes:
        id: unique in the book, ASCII, and by place, never by title: ``m01``, ``l01-02``, ``lab-01-02-01``.
        label: what comes before the title, such as ``Lección 1.2``; may be empty.
        level: 1 for a module and for what stands beside modules, 2 for what is in a module.
        facts: short facts to show under the title, such as the minutes.
        state: ``gap`` and ``not written`` pages say in their blocks what is missing and why.
        module: the module's number, or 0.
        previous, next: the neighbouring lesson or lab.
    """

    kind: PageKind
    id: str
    title: str
    label: str = ""
    level: int = 1
    facts: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    state: State = "written"
    module: int = 0
    previous: PageLink | None = None
    next: PageLink | None = None

    @property
    def full_title(self) -> str:
        """Label and title in one line."""
        return f"{self.label}: {self.title}" if self.label else self.title

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The page's own headings, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Heading))


@dataclass(frozen=True)
class BoundBook:
    """A book ready to be written in any format.

    Attributes:
        stem: opens the names of its files.
        kind: what it is, in the book's language ("Libro del curso").
        identifier: a UUID that stays while the project and the kind do.
        cover_facts: name and value of what the cover says below the title.
        banner: to be shown on every page where it is not empty: the book is a demonstration.
        date: `dated` in the book's language, or empty.
        words: the language's fixed words for books.
        figures: by id; a figure whose place is in the text may be missing here.
        dropped: what is not in the book as it was written.
    """

    stem: Literal["book", "lab-guide"]
    kind: str
    project: str
    title: str
    description: str
    identifier: str
    language: Language
    words: Mapping[str, str]
    pages: tuple[Page, ...]
    cover_facts: tuple[tuple[str, str], ...] = ()
    banner: str = ""
    dated: datetime | None = None
    date: str = ""
    models: tuple[str, ...] = ()
    figures: Mapping[str, BookFigure] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()

    @property
    def title_lines(self) -> tuple[str, str]:
        """The title as a cover sets it: what is before its first colon, and what is after it, if anything."""
        title, _, subtitle = self.title.partition(": ")
        return (title, subtitle) if len(title) > 3 and len(subtitle) > 3 else (self.title, "")

    def page_of_ids(self) -> dict[str, str]:
        """For every id that a link of the book may name, the id of the page it is on."""
        return {anchor: page.id for page in self.pages for anchor in anchors_of(page)}


@dataclass(frozen=True)
class Entry:
    """A line of the contents. Levels: module or part 1, lesson 2, section 3, part of a section 4."""

    level: int
    id: str
    title: str
    label: str = ""
    entries: tuple[Entry, ...] = ()
    state: State = "written"


def contents(book: BoundBook, depth: int = 4) -> tuple[Entry, ...]:
    """The contents as a tree of at most `depth` levels.

    Pages of level 2 are under the page of level 1 before them. The headings of lessons and labs are under
    their page; those of other pages are left out.
    """
    parts: list[Entry] = []
    for page in book.pages:
        inner: tuple[Entry, ...] = ()
        if page.kind in {"lesson", "lab", "front"} and depth > page.level:
            inner = _heading_entries(page, depth)
        entry = Entry(page.level, page.id, page.title, page.label, inner, page.state)
        if page.level == 1 or not parts:
            parts.append(entry)
        elif depth > 1:
            parent = parts[-1]
            parts[-1] = Entry(
                parent.level, parent.id, parent.title, parent.label, (*parent.entries, entry), parent.state
            )
    return tuple(parts)


def _heading_entries(page: Page, depth: int) -> tuple[Entry, ...]:
    """Headings of level 2, with those of level 3 under them."""
    entries: list[Entry] = []
    for heading in page.headings:
        level = page.level + heading.level - 1
        title = plain_text(heading.children)
        if heading.level == 2:
            entries.append(Entry(level, heading.id, title))
        elif heading.level == 3 and level <= depth and entries:
            parent = entries[-1]
            inner = (*parent.entries, Entry(level, heading.id, title))
            entries[-1] = Entry(parent.level, parent.id, parent.title, parent.label, inner)
    return tuple(entries)


def anchors_of(page: Page) -> Iterator[str]:
    """The page's own id, then those of its headings, figures and terms."""
    yield page.id
    for block in walk_blocks(page.blocks):
        match block:
            case Heading(id=id):
                yield id
            case FigureRef(anchor=anchor) if anchor:
                yield anchor
            case DefinitionList(items):
                for definition in items:
                    yield definition.id
            case _:
                pass
