"""A Markdown text as headings, blocks and passages with their lines. Nothing of the text is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["paragraph", "list", "table", "fence", "code", "quote", "rule", "footnote", "unread"]
"""What a block is. ``unread`` is the rest of a text that is too long to be looked into."""

LONGEST_TEXT = 500_000
"""Characters that are looked into: more than ten times the longest lesson."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a passage. `image` where it shows a picture."""

    text: str
    url: str
    line: int
    image: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text as a reader sees it: a paragraph, an item's line, a table's cell.

    Attributes:
        text: all that is seen, code and links included, without marks of emphasis.
        prose: the same without code, without what a link covers and without what is struck out.
        within: the blocks around it, outermost first: ``list``, ``quote``, ``table``, ``footnote``.
    """

    line: int
    text: str
    prose: str
    links: tuple[Link, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block that stands directly under a heading.

    Attributes:
        line, last_line: its first and last line, from 1.
        source: its lines as they are written.
        content: of a fence or indented code, the code; else empty.
        info: of a fence, what follows the opening marks.
        closed: of a fence, whether it ends.
        items: of a list, the source of each of its own items (not of lists within them).
        ordered: of a list, whether it is numbered.
    """

    kind: Kind
    line: int
    last_line: int
    source: str
    passages: tuple[Passage, ...] = ()
    content: str = ""
    info: str = ""
    closed: bool = True
    items: tuple[str, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block, wherever it stands."""

    line: int
    info: str
    content: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. `level` is 1 to 6; `setext` where it is underlined rather than marked with ``#``."""

    level: int
    title: str
    line: int
    last_line: int
    setext: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it up to the next heading of any level; the first has no heading.

    Attributes:
        source: its lines as they are written, the heading's included.
    """

    heading: Heading | None
    source: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A Markdown text.

    Attributes:
        sections: in order; the first one holds what stands before any heading, often nothing.
        fences: all fenced code blocks, those in lists and quotes included.
    """

    sections: tuple[Section, ...]
    fences: tuple[Fence, ...] = ()
    truncated: bool = field(default=False)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All headings, in order."""
        return tuple(section.heading for section in self.sections if section.heading)

    @property
    def blocks(self) -> Iterator[Block]:
        """All blocks, in order."""
        for section in self.sections:
            yield from section.blocks

    @property
    def passages(self) -> Iterator[Passage]:
        """All passages outside headings, in order."""
        for block in self.blocks:
            yield from block.passages


def format_document(document: Document) -> str:
    """The text that the document was read from, character by character."""
    return "".join(section.source for section in document.sections)


def split_lines(text: str) -> list[str]:
    """The text's lines with their ends, where Markdown sees them (a lone carriage return ends one too)."""
    return [line for line in _LINE.findall(text) if line]


def count_words(text: str) -> int:
    """Words that a reader reads: pieces between spaces that hold a letter or digit, outside fenced code."""
    from coursewright.markdown.fences import mark_fenced

    lines = text.split("\n")
    return sum(
        1
        for line, fenced in zip(lines, mark_fenced(lines), strict=True)
        if not fenced
        for word in line.split()
        if word.isalnum() or any(character.isalnum() for character in word)
    )
