"""What a book's text consists of, once it has been parsed and made safe: values that every writer walks.

A writer needs no rule about safety beyond escaping text for its own format: links are already limited to
what a reader may follow, raw HTML is plain text, and characters that reorder or hide text are gone.

Strings hold text exactly as it is to be shown; nothing in them is markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"] | None
NoticeKind = Literal["gap", "unwritten", "demonstration", "note"]


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text without line ends."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line end that the author asked for."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `href` is https:, http: or mailto:, or ``#`` and the id of a page or heading of the book."""

    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    """The mark of a footnote; `number` counts from 1 within its page."""

    number: int


Inline = Text | Code | LineBreak | Emphasis | Strong | Strike | Link | FootnoteRef


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a page. The page's own title is level 1, so `level` is 2 to 6 and never skips one.

    Attributes:
        id: unique in the book.
    """

    level: int
    id: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `language` is a code where it differs from the book's."""

    children: tuple[Inline, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code.

    Attributes:
        lang: the fence's language in lower case, or empty.
        text: without a final line end.
        caption: what the program or the fence's ``title="…"`` calls it; may be empty.
        number: its number in the book, such as ``2-5``; empty until the book is bound.
    """

    lang: str
    text: str
    caption: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item; `checked` is None where it has no box to tick."""

    blocks: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    """A list; `start` is the first number where it is ordered. A tight one has no space between items."""

    ordered: bool
    items: tuple[ListItem, ...]
    start: int = 1
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table: every row has as many cells as `header`, at most `coursewright.book.parse.MAX_COLUMNS`.

    Attributes:
        align: one entry a column.
        number: as in `CodeBlock`.
    """

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[Align, ...]
    caption: str = ""
    number: str = ""


Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class FigureRef:
    """The place of a figure, ``MM-LL-NNNN``; the figure is in the book's `figures`, or missing there.

    Attributes:
        caption: what the tag says.
        number: as in `CodeBlock`.
        anchor: its id, unique in the book; empty until the book is bound, and where a tag recurs.
    """

    id: str
    caption: str
    number: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the text."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A framed message of the program, such as what is missing here and why."""

    kind: NoticeKind
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term of the glossary; `id` is unique in the book."""

    id: str
    term: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    items: tuple[Definition, ...]


Block = (
    Heading | Paragraph | CodeBlock | List | Table | Quote | FigureRef | Rule | Notice | DefinitionList
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note of a page, under the number of its mark."""

    number: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was in a text and is not in the book, or not as it was written.

    Attributes:
        where: the lesson's or lab's id.
        what: the thing itself, shortened.
        why: why it is not shown as it was written, and what stands there instead.
    """

    where: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ParsedText:
    """One lesson, lab or other text after its parse.

    Attributes:
        title: the text's own H1, or empty; it is not among `blocks`.
    """

    title: str
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    dropped: tuple[Dropped, ...]


def plain_text(inlines: tuple[Inline, ...]) -> str:
    """What `inlines` say without any mark-up; footnote marks are left out."""
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                parts.append(text)
            case LineBreak():
                parts.append(" ")
            case Emphasis(children) | Strong(children) | Strike(children) | Link(_, children):
                parts.append(plain_text(children))
            case FootnoteRef():
                pass
    return "".join(parts)


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block of `blocks`, those within others included, in reading order."""
    for block in blocks:
        yield block
        match block:
            case List():
                for item in block.items:
                    yield from walk_blocks(item.blocks)
            case Quote(inner) | Notice(_, inner):
                yield from walk_blocks(inner)
            case DefinitionList(items):
                for definition in items:
                    yield from walk_blocks(definition.blocks)
            case _:
                pass
