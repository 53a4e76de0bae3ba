"""The book as Markdown, written from the tree: CommonMark with tables and footnotes.

Nothing of a text can be taken for HTML or for mark-up that the text did not have.
Lists are indented by four spaces, which every dialect reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from coursewright.book.bound import GUIDE, BoundBook, Page
from coursewright.book.model import BookFigure
from coursewright.book.nodes import (
    Block,
    Code,
    CodeBlock,
    DefinitionList,
    Emphasis,
    FigureRef,
    FootnoteRef,
    Heading,
    Inline,
    LineBreak,
    Link,
    List,
    ListItem,
    Notice,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
)

_INLINE_SPECIAL = re.compile(
    r"[\\`*\[\]<>|]|~(?=~)|(?<=~)~|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|!(?=\[)|\{(?=[:%{#])"
)
_LINE_OPENING = re.compile(
    r"^(\s*)(?:(#{1,6}(?=\s|$)|[-+](?=\s|$|-))|([=:](?=\s|$|=))|(\d{1,9})([.)])(?=\s|$))"
)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "~": "&#126;", "=": "&#61;", ":": "&#58;"}
"""For what some dialects know no backslash for."""


def write_markdown(book: BoundBook) -> bytes:
    """The whole book as one file; figures are linked where the store keeps them."""
    anchors = book.page_of_ids()
    writer = MarkdownWriter(
        words=book.words,
        figures=book.figures,
        resolve=lambda anchor: f"#{anchor}" if anchor in anchors else None,
        picture=lambda figure: f"../visuals/{figure.id}.{'svg' if figure.svg else 'png'}",
        guide="lab-guide.md",
        leads_to_guide=True,
        anchors=True,
    )
    parts = [opening(book, lambda page: f"#{page.id}")]
    parts.extend(writer.page(page, level=page.level + 1) for page in book.pages)
    return ("\n\n".join(part for part in parts if part) + "\n").encode("utf-8")


def opening(book: BoundBook, address: Callable[[Page], str]) -> str:
    """What stands before the first page: title, facts, and the contents with each page's address."""
    words = book.words
    parts = [f"# {escape_text(book.title)}", f"*{escape_text(book.kind)}*"]
    if book.banner:
        parts.append(f"> **{escape_text(book.banner)}**")
    parts += [escape_text(book.description)]
    parts.append(
        "\n".join(f"- {escape_text(name)}: {escape_text(value)}" for name, value in book.cover_facts)
    )
    parts += [escape_text(book.date), f"## {escape_text(words['contents'])}"]
    parts.append(
        "\n".join(
            f"{'    ' * (page.level - 1)}- [{escape_text(page.full_title)}]({address(page)})"
            for page in book.pages
        )
    )
    return "\n\n".join(part for part in parts if part)


def escape_text(text: str) -> str:
    """`text` so that Markdown shows it as it is, within a line."""

    def escaped(match: re.Match[str]) -> str:
        return _ENTITIES.get(match[0], f"\\{match[0]}")

    return _INLINE_SPECIAL.sub(escaped, text)


def escape_opening(line: str) -> str:
    """`line` so that its first characters do not open a heading, a list or the like."""

    def escaped(match: re.Match[str]) -> str:
        space, mark, entity, digits, dot = match.groups()
        if digits:
            return f"{space}{digits}\\{dot}"
        return space + (f"\\{mark}" if mark else _ENTITIES[entity])

    return _LINE_OPENING.sub(escaped, line)


@dataclass
class MarkdownWriter:
    """Writes pages as Markdown.

    Attributes:
        resolve: the address of an id of the book; None where there is none.
        picture: the address of a figure's file.
        guide, leads_to_guide: as in `coursewright.book.html_nodes.HtmlPage`.
        anchors: put an HTML anchor before each place that is linked to; the only HTML there is.
        open_marks: of the emphasis that is being written.
        boxes: what opens an item that is to be ticked, and one that is.
    """

    words: Mapping[str, str]
    figures: Mapping[str, BookFigure]
    resolve: Callable[[str], str | None]
    picture: Callable[[BookFigure], str]
    guide: str = ""
    leads_to_guide: bool = False
    open_marks: list[str] = field(default_factory=list)
    anchors: bool = False
    boxes: tuple[str, str] = ("[ ]", "[x]")

    def page(self, page: Page, *, level: int) -> str:
        """The page under a heading of this level."""
        self.page_id = page.id
        self.shift = level - 1
        parts = [self._anchored(page.id, f"{'#' * level} {escape_text(page.full_title)}")]
        if page.facts:
            parts.append(f"*{escape_text(' · '.join(page.facts))}*")
        parts.append(self.blocks(page.blocks))
        for note in page.footnotes:
            text = _indent(self.blocks(note.blocks))
            parts.append(f"[^{page.id}-{note.number}]: {text.lstrip()}")
        turns = [
            f"{word}: [{escape_text(f'{link.label}: {link.title}')}]({address})"
            for word, link in ((self.words["previous"], page.previous), (self.words["next"], page.next))
            if link and (address := self.resolve(link.id))
        ]
        if turns:
            parts.append(" · ".join(turns))
        return "\n\n".join(part for part in parts if part)

    def blocks(self, blocks: Iterable[Block]) -> str:
        parts: list[str] = []
        before: Block | None = None
        for block in blocks:
            if isinstance(block, List) and isinstance(before, List) and block.ordered == before.ordered:
                parts.append("<!-- -->")
            parts.append(self.block(block))
            before = block
        return "\n\n".join(part for part in parts if part)

    def block(self, block: Block) -> str:
        match block:
            case Paragraph(children):
                return self.line(children)
            case Heading():
                words = self.inlines(block.children)
                return self._anchored(block.id, f"{'#' * min(6, block.level + self.shift)} {words}")
            case CodeBlock():
                return self._captioned("listing", block.number, block.caption, _fence(block))
            case List():
                return self.list(block)
            case Table():
                return self._captioned("table", block.number, block.caption, self.table(block))
            case Quote(blocks):
                return _quote(self.blocks(blocks))
            case Notice(_, blocks):
                return _quote(self.blocks(blocks))
            case FigureRef():
                return self.figure(block)
            case Rule():
                return "---"
            case DefinitionList(items):
                return "\n\n".join(
                    self._anchored(item.id, f"**{escape_text(item.term)}**: {self.blocks(item.blocks)}")
                    for item in items
                )

    def line(self, children: tuple[Inline, ...]) -> str:
        """A paragraph, on one line unless the author broke it, that opens nothing but a paragraph."""
        lines = self.inlines(children).split("\n")
        return "\n".join(escape_opening(line) for line in lines)

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(self.inline(inline) for inline in _joined(inlines))

    def inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return escape_text(text)
            case Code(text):
                return _code(text)
            case LineBreak():
                return "  \n"
            case Emphasis(children):
                return self._emphasised("*", children)
            case Strong(children):
                return self._emphasised("**", children)
            case Strike(children):
                return self._emphasised("~~", children)
            case Link():
                return self.link(inline)
            case FootnoteRef(number):
                return f"[^{self.page_id}-{number}]"

    def _emphasised(self, mark: str, children: Iterable[Inline]) -> str:
        """`children` between marks; within the same ones alone, since marks side by side read as others."""
        if mark in self.open_marks:
            return self.inlines(children)
        self.open_marks.append(mark)
        text = self.inlines(children)
        self.open_marks.pop()
        return _wrapped(mark, text)

    def link(self, link: Link) -> str:
        words = self.inlines(link.children).replace("  \n", " ")
        href: str | None = link.href
        if link.href == GUIDE and self.guide and not self.leads_to_guide:
            return f"{words} {escape_text(self.words['lab_guide_file'].format(file=self.guide))}"
        if link.href.startswith(GUIDE):
            href = f"{self.guide}{link.href.removeprefix(GUIDE)}" if self.leads_to_guide else None
        elif link.href.startswith("#"):
            href = self.resolve(link.href[1:])
        return f"[{words}](<{href}>)" if href else words

    def list(self, block: List) -> str:
        items = [
            self.item(item, f"{block.start + place}." if block.ordered else "-", tight=block.tight)
            for place, item in enumerate(block.items)
        ]
        return ("\n" if block.tight else "\n\n").join(items)

    def item(self, item: ListItem, mark: str, *, tight: bool) -> str:
        box = "" if item.checked is None else f"{self.boxes[item.checked]} "
        opening, rest = self.blocks(item.blocks[:1]), self.blocks(item.blocks[1:])
        if tight and rest and isinstance(item.blocks[1], List):
            text = f"{opening}\n{rest}"
        else:
            text = "\n\n".join(part for part in (opening, rest) if part)
        return f"{mark} {box}{_indent(text, max(4, len(mark) + 1)).lstrip(' ')}".rstrip()

    def table(self, block: Table) -> str:
        rules = {"left": ":---", "center": ":---:", "right": "---:", None: "---"}
        rows = [block.header, *block.rows]
        lines = ["| " + " | ".join(self._cell(cell) for cell in row) + " |" for row in rows]
        lines.insert(1, "| " + " | ".join(rules[align] for align in block.align) + " |")
        return "\n".join(lines)

    def _cell(self, cell: tuple[Inline, ...]) -> str:
        text = self.inlines(cell).replace("  \n", " / ")
        return re.sub(r"(?<!\\)\|", r"\\|", text)

    def figure(self, block: FigureRef) -> str:
        figure = self.figures.get(block.id)
        label = f"{self.words['figure']} {block.number}{'.' if block.caption else ''}"
        caption = f"*{escape_text(label)}* {escape_text(block.caption)}".rstrip()
        if figure is None or not (figure.svg or figure.png):
            picture = f"> {escape_text(self.words['figure_missing'])}"
        else:
            picture = f"![{escape_text(figure.alt or block.caption)}]({self.picture(figure)})"
        text = f"{picture}\n\n{caption}"
        return self._anchored(block.anchor, text) if block.anchor else text

    def _captioned(self, kind: str, number: str, caption: str, text: str) -> str:
        if not number and not caption:
            return text
        label = f"{self.words[kind]} {number}" if number else ""
        said = ". ".join(part for part in (label, caption) if part)
        return f"*{escape_text(said)}*\n\n{text}"

    def _anchored(self, anchor: str, text: str) -> str:
        return f'<a id="{anchor}"></a>\n\n{text}' if self.anchors else text


def _joined(inlines: Iterable[Inline]) -> list[Inline]:
    """The same with neighbours of one emphasis made one: their marks, side by side, would read as another."""
    joined: list[Inline] = []
    for inline in inlines:
        last = joined[-1] if joined else None
        if isinstance(inline, Emphasis | Strong | Strike) and isinstance(last, type(inline)):
            joined[-1] = replace(inline, children=(*last.children, *inline.children))
        else:
            joined.append(inline)
    return joined


def _fence(block: CodeBlock) -> str:
    longest = max((len(run) for run in re.findall(r"`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{block.lang}\n{block.text}\n{fence}"


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}" if text else ""


def _wrapped(mark: str, text: str) -> str:
    """`text` between marks, with its outer spaces outside of them."""
    inner = text.strip(" ")
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{before}{mark}{inner}{mark}{after}"


def _indent(text: str, columns: int = 4) -> str:
    return "\n".join(" " * columns + line if line else "" for line in text.split("\n"))


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
