"""Short ways to make the blocks that the program itself writes into a book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coursewright.book.characters import clean_text
from coursewright.book.nodes import (
    Align,
    Block,
    Cell,
    Heading,
    Inline,
    Link,
    List,
    ListItem,
    Paragraph,
    Strong,
    Table,
    Text,
)


def show(text: str) -> str:
    """`text` from an outline as one safe line."""
    return " ".join(clean_text(text)[0].split())


def text(words: str) -> Text:
    """One safe line of text."""
    return Text(show(words))


def unbroken(words: str) -> Text:
    """Words that the end of a line does not part, such as a lesson and its number."""
    return Text(show(words).replace(" ", "\u00a0"))


def paragraph(words: str) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph((text(words),))


def paragraphs(words: str) -> tuple[Block, ...]:
    """A text of an outline as paragraphs: an empty line parts them."""
    return tuple(paragraph(part) for part in words.split("\n\n") if part.strip())


def heading(level: int, anchor: str, words: str) -> Heading:
    return Heading(level, anchor, (text(words),))


def bullets(items: Iterable[str | Sequence[Inline]], *, checked: bool | None = None) -> List:
    """A list of one line an item; with `checked`, each has a box."""
    return List(
        ordered=False,
        items=tuple(
            ListItem((paragraph(item) if isinstance(item, str) else Paragraph(tuple(item)),), checked)
            for item in items
        ),
    )


def link(anchor: str, words: str) -> Link:
    """A link to an id of the book."""
    return Link(f"#{anchor}", (text(words),))


def cell(content: str | Inline, *, strong: bool = False) -> Cell:
    """A cell of a table; empty for an empty string."""
    if content == "":
        return ()
    inline = text(content) if isinstance(content, str) else content
    return (Strong((inline,)),) if strong else (inline,)


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], align: Sequence[Align] = ()) -> Table:
    """A table without a number."""
    return Table(
        header=tuple(cell(name) for name in header),
        rows=tuple(tuple(row) for row in rows),
        align=tuple(align) or (None,) * len(header),
    )
