"""Nodes as XHTML that is HTML as well: for the one-file book, EPUB and learning platforms.

Everything that comes from a text is escaped here; there is no other way in. So no pass over the finished
page has to look for what should not be there.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from coursewright.book.bound import GUIDE, Page
from coursewright.book.highlight import highlight
from coursewright.book.model import BookFigure
from coursewright.book.nodes import (
    Block,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Emphasis,
    FigureRef,
    Footnote,
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
from coursewright.book.safe_svg import UnsafeSvg, has_dark_scheme, inline_svg

WIDE_TABLE = 6
"""Columns from which on a table needs more than the width of the text."""

_CLASSES = {
    "comment": "c", "keyword": "k", "string": "s", "number": "m", "function": "f", "type": "t", "tag": "g",
    "attribute": "a", "builtin": "b", "inserted": "i", "deleted": "d", "prompt": "p",
}  # fmt: skip


@dataclass
class HtmlPage:
    """Renders one page of a book.

    Attributes:
        words: the language's fixed words for books.
        resolve: the address of an id of the book, such as ``#l01-02`` or ``l01-02.xhtml``; None where there
            is none, and then a link's words stand alone.
        guide: the lab guide's file, or empty where the book has none.
        leads_to_guide: the file lies beside the page, so that a link finds it; else it is only named.
        level: a heading of level 2 becomes an ``h`` of this level.
        ticks: boxes can be ticked, for formats that keep them.
        drawn: how often each figure stood on this page so far.
        marked: the notes that were referred to so far.
    """

    page: Page
    words: Mapping[str, str]
    figures: Mapping[str, BookFigure]
    resolve: Callable[[str], str | None]
    guide: str = ""
    leads_to_guide: bool = False
    level: int = 2
    ticks: bool = False
    drawn: dict[str, int] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)

    def body(self) -> Markup:
        """The page's blocks and its footnotes."""
        return self.blocks(self.page.blocks) + self.notes(self.page.footnotes)

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        return Markup("\n").join(self.block(block) for block in blocks)

    def block(self, block: Block) -> Markup:
        match block:
            case Paragraph():
                return _element("p", self.inlines(block.children), lang=block.language)
            case Heading():
                tag = f"h{min(6, block.level + self.level - 2)}"
                return _element(tag, self.inlines(block.children), id=block.id)
            case List():
                return self.list(block)
            case CodeBlock():
                return self.listing(block)
            case Table():
                return self.table(block)
            case FigureRef():
                return self.figure(block)
            case Quote():
                return _element("blockquote", self.blocks(block.blocks))
            case Rule():
                return Markup("<hr/>")
            case Notice():
                return Markup('<div class="notice {}" role="note">{}</div>').format(
                    block.kind, self.blocks(block.blocks)
                )
            case DefinitionList():
                return self.definitions(block)

    def inlines(self, inlines: Iterable[Inline]) -> Markup:
        return Markup("").join(self.inline(inline) for inline in inlines)

    def inline(self, inline: Inline) -> Markup:
        match inline:
            case Text(text):
                return escape(text)
            case Code(text):
                return _element("code", escape(text))
            case LineBreak():
                return Markup("<br/>")
            case Emphasis(children):
                return _element("em", self.inlines(children))
            case Strong(children):
                return _element("strong", self.inlines(children))
            case Strike(children):
                return _element("del", self.inlines(children))
            case Link():
                return self.link(inline)
            case FootnoteRef(number):
                return self.note_mark(number)

    def link(self, link: Link) -> Markup:
        words = self.inlines(link.children)
        if link.href == GUIDE and self.guide and not self.leads_to_guide:
            return Markup("{} {}").format(words, self.words["lab_guide_file"].format(file=self.guide))
        if link.href.startswith(GUIDE):
            href = f"{self.guide}{link.href.removeprefix(GUIDE)}" if self.leads_to_guide else None
        elif link.href.startswith("#"):
            href = self.resolve(link.href[1:])
        else:
            return Markup('<a class="out" href="{}" rel="noopener noreferrer">{}</a>').format(
                link.href, words
            )
        return Markup('<a href="{}">{}</a>').format(href, words) if href else words

    def note_mark(self, number: int) -> Markup:
        first = number not in self.marked
        self.marked.add(number)
        anchor = Markup(' id="{}-mark-{}"').format(self.page.id, number) if first else Markup("")
        return Markup('<sup class="mark"><a{} href="#{}-note-{}" role="doc-noteref">{}</a></sup>').format(
            anchor, self.page.id, number, number
        )

    def notes(self, footnotes: tuple[Footnote, ...]) -> Markup:
        if not footnotes:
            return Markup("")
        items = Markup("").join(
            Markup(
                '<li id="{page}-note-{number}" value="{number}">{text} <a class="back" role="doc-backlink" '
                'href="#{page}-mark-{number}" aria-label="{back}">↩</a></li>'
            ).format(
                page=self.page.id,
                number=note.number,
                text=self.blocks(note.blocks),
                back=f"{self.words['back_to_text']} ({note.number})",
            )
            for note in footnotes
        )
        return Markup('<div class="notes"><p class="notes-title">{}</p><ol>{}</ol></div>').format(
            self.words["footnotes"], items
        )

    def list(self, block: List) -> Markup:
        tag = "ol" if block.ordered else "ul"
        tasks = any(item.checked is not None for item in block.items)
        items = Markup("").join(self.item(item, block.tight) for item in block.items)
        start = str(block.start) if block.ordered and block.start != 1 else None
        return _element(tag, items, start=start, **{"class": "tasks" if tasks else None})

    def item(self, item: ListItem, tight: bool) -> Markup:
        blocks = list(item.blocks)
        opening = Markup("")
        if tight and blocks and isinstance(blocks[0], Paragraph):
            first = blocks.pop(0)
            assert isinstance(first, Paragraph)
            opening = self.inlines(first.children)
            if first.language:
                opening = _element("span", opening, lang=first.language)
        if item.checked is not None:
            return Markup('<li class="task">{}{}</li>').format(
                self.box(item.checked, opening), self.blocks(blocks)
            )
        return _element("li", opening + self.blocks(blocks))

    def box(self, checked: bool, label: Markup) -> Markup:
        if self.ticks:
            state = Markup(' checked="checked"') if checked else Markup("")
            return Markup('<label><input type="checkbox"{}/><span>{}</span></label>').format(state, label)
        word = self.words["done" if checked else "not_done"]
        return Markup('<span class="box" role="img" aria-label="{}">{}</span> {}').format(
            word, "☑" if checked else "☐", label
        )

    def listing(self, block: CodeBlock) -> Markup:
        code = Markup("").join(
            Markup('<span class="{}">{}</span>').format(_CLASSES[kind], text) if kind else escape(text)
            for kind, text in highlight(block.text, block.lang)
        )
        label = (
            f"{self.words['listing']} {block.number}" if block.number else block.lang or self.words["listing"]
        )
        body = Markup(
            '<div class="code" data-lang="{}"><pre tabindex="0" role="group" aria-label="{}">'
            "<code>{}</code></pre></div>"
        ).format(block.lang, label, code)
        caption = self.caption("listing", block.number, block.caption)
        if not caption:
            return body
        return Markup('<figure class="listing">{}{}</figure>').format(_element("figcaption", caption), body)

    def caption(self, kind: str, number: str, words: str) -> Markup:
        if not number:
            return escape(words)
        if not words:
            return Markup('<span class="number">{} {}</span>').format(self.words[kind], number)
        return Markup('<span class="number">{} {}.</span> {}').format(self.words[kind], number, words)

    def table(self, block: Table) -> Markup:
        caption = self.caption("table", block.number, block.caption)
        head = Markup("").join(
            self.cell("th", cell, align, scope="col")
            for cell, align in zip(block.header, block.align, strict=True)
        )
        rows = Markup("\n").join(
            _element(
                "tr",
                Markup("").join(
                    self.cell("td", cell, align) for cell, align in zip(row, block.align, strict=True)
                ),
            )
            for row in block.rows
        )
        label = f"{self.words['table']} {block.number}".strip() if block.number else self.words["table"]
        return Markup(
            '<div class="{}" tabindex="0" role="group" aria-label="{}"><table>{}<thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>"
        ).format(
            "table wide" if len(block.header) >= WIDE_TABLE else "table",
            label,
            _element("caption", caption) if caption else "",
            head,
            rows,
        )

    def cell(self, tag: str, cell: Cell, align: str | None, scope: str | None = None) -> Markup:
        content = self.inlines(cell)
        if tag == "th" and not content:
            tag, scope = "td", None
        return _element(tag, content, scope=scope, **{"class": align})

    def figure(self, block: FigureRef) -> Markup:
        figure = self.figures.get(block.id)
        caption = self.caption("figure", block.number, block.caption)
        picture = self.picture(block, figure)
        details = Markup("")
        if figure and figure.long_description:
            details = Markup("<details><summary>{}</summary><p>{}</p></details>").format(
                self.words["long_description"], figure.long_description
            )
        below = _element("figcaption", caption + details)
        return _element("figure", picture + below, id=block.anchor or None, **{"class": "figure"})

    def picture(self, block: FigureRef, figure: BookFigure | None) -> Markup:
        alt = (figure and figure.alt) or block.caption
        if figure and figure.svg:
            count = self.drawn[block.id] = self.drawn.get(block.id, 0) + 1
            prefix = f"p-{self.page.id}-{block.id}-{count}"
            try:
                svg = inline_svg(figure.svg, prefix, alt)
            except UnsafeSvg as error:
                return self.missing(f"{self.words['figure_missing']} ({error})")
            scheme = "own-dark" if has_dark_scheme(figure.svg) else "on-paper"
            # The SVG was rebuilt from what it may hold; it is the one mark-up that is not made here.
            return Markup('<div class="picture {}" id="{}" tabindex="0">{}</div>').format(
                scheme, prefix, Markup(svg)
            )
        if figure and figure.png:
            data = base64.b64encode(figure.png).decode("ascii")
            return Markup(
                '<div class="picture on-paper"><img src="data:image/png;base64,{}" alt="{}"/></div>'
            ).format(data, alt)
        return self.missing(self.words["figure_missing"])

    def missing(self, message: str) -> Markup:
        return Markup('<div class="picture missing"><p>{}</p></div>').format(message)

    def definitions(self, block: DefinitionList) -> Markup:
        entries = Markup("\n").join(
            Markup('<dt id="{}"><dfn>{}</dfn></dt><dd>{}</dd>').format(
                entry.id, entry.term, self.blocks(entry.blocks)
            )
            for entry in block.items
        )
        return _element("dl", entries, **{"class": "terms"})


def _element(tag: str, content: Markup, **attributes: str | None) -> Markup:
    """An element with those attributes that are not None."""
    written = Markup("").join(
        Markup(' {}="{}"').format(name, value) for name, value in attributes.items() if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(tag, written, content)
