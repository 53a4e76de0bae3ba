"""Nodes as Typst source.

Every text goes out as a string literal or as the argument of `raw`, so that nothing in it is ever read as
Typst. Names of functions are those of ``assets/book.typ``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursewright.book.bound import GUIDE, Page
from coursewright.book.nodes import (
    Block,
    Cell,
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
    plain_text,
)
from coursewright.book.paged import is_short_list
from coursewright.book.paged_tables import lay_out_table
from coursewright.book.typst_code import listing_source
from coursewright.book.typst_figures import Picture
from coursewright.book.typst_text import breakable_pieces, literal, literals

INDENT = 14.0
"""What a level of lists takes of the line, in points."""
TASK_INDENT = 17.0
"""What a level of boxes to tick takes, which hang before the text."""

CODE_SIZE = 8.2
MIN_CODE_COLUMNS = 24
LONG_WORD = 32
"""Characters of a word in running text from which on it may be broken without a hyphen."""

_SPACES = re.compile(" {2,}")


@dataclass
class PageWriter:
    """Writes the blocks of one page.

    Attributes:
        words: the language's fixed words for books.
        targets: every id that a link may lead to.
        pictures: the files of the figures, by the figure's id.
        fit: fits a text to the fonts.
        width: of the text, in points.
        listed: ids of the headings that the contents show.
        show_addresses: print the addresses of links below their words.
        floating: figures go to the top or the foot of a page; text fills the place where one does not fit.
    """

    page: Page
    words: Mapping[str, str]
    targets: frozenset[str]
    pictures: Mapping[str, Picture]
    fit: Callable[[str], str]
    width: float
    listed: frozenset[str] = frozenset()
    show_addresses: bool = False
    word_limit: int = LONG_WORD
    in_note: bool = False
    in_heading: bool = False
    in_list: bool = False
    floating: bool = True
    set_notes: set[int] = field(default_factory=set)

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(filter(None, (self.block(block) for block in blocks)))

    def block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return self.paragraph(block)
            case Heading():
                return self.heading(block)
            case CodeBlock():
                return self.code_block(block)
            case List():
                return self.list(block)
            case Table():
                return self.table(block)
            case Quote(inner):
                return f"quoted({{\n{self._narrowed(14).blocks(inner)}\n}})"
            case Notice(kind, inner):
                return f"notice({literal(kind)}, {{\n{self._narrowed(30).blocks(inner)}\n}})"
            case FigureRef():
                return self.figure(block)
            case Rule():
                return "divider"
            case DefinitionList(items):
                entries = (
                    f"definition({literal(self._anchor(item.id))}, {self.text(item.term)}, "
                    f"{{\n{self.flow(item.blocks)}\n}})"
                    for item in items
                )
                return f"glossary({', '.join(entries)})"

    def _narrowed(self, points: float) -> PageWriter:
        """This writer for a narrower place; notes that are set count for both."""
        return self._changed(width=self.width - points, floating=False)

    def _changed(self, **changes: object) -> PageWriter:
        return replace(self, **changes)  # type: ignore[arg-type]

    def paragraph(self, block: Paragraph) -> str:
        inner = self.line(block.children)
        if not inner:
            return ""
        if block.language:
            inner = f"{{ foreign({literal(block.language)}, {inner}) }}"
        leads = plain_text(block.children).rstrip().endswith(":")
        return f"leading-par({inner})" if leads else f"par({inner})"

    def heading(self, block: Heading) -> str:
        level = min(self.page.level + block.level - 1, 6)
        inner = self._changed(in_heading=True).inlines(block.children)
        listed = _flag(block.id in self.listed)
        return (
            f"section({level}, {block.level}, {literal(self._anchor(block.id))}, {inner}, listed: {listed})"
        )

    def _anchor(self, anchor: str) -> str:
        return anchor if anchor in self.targets else ""

    def code_block(self, block: CodeBlock) -> str:
        columns = max(int((self.width - 20) / (0.6 * CODE_SIZE)), MIN_CODE_COLUMNS)
        call = listing_source(block, columns, self.fit)
        return self._captioned("raw", "listing", block.number, block.caption, call)

    def _captioned(self, kind: str, word: str, number: str, caption: str, call: str) -> str:
        if not number:
            return call
        return (
            f"captioned({kind}, {literal(self.words[word])}, {literal(number)}, "
            f"{self._caption_words(caption)}, {literal('')}, {call})"
        )

    def _caption_words(self, caption: str) -> str:
        return self.inlines((Text(caption),)) or "none"

    def list(self, block: List) -> str:
        tasks = any(item.checked is not None for item in block.items)
        indent = TASK_INDENT if tasks else INDENT
        inner = self._changed(width=self.width - indent, in_list=True, floating=False)
        items = [f"{{ {inner.item(item, block.tight)} }}" for item in block.items]
        if not items:
            return ""
        tight = _flag(block.tight)
        if block.ordered:
            call = f"enum(start: {block.start}, tight: {tight}, {', '.join(items)})"
        else:
            marker = "marker: [], body-indent: 3pt, " if tasks else ""
            call = f"list({marker}tight: {tight}, {', '.join(items)})"
        return call if self.in_list else f"outer-list({_flag(is_short_list(block))}, {call})"

    def item(self, item: ListItem, tight: bool) -> str:
        if item.checked is None:
            return self.flow(item.blocks) if tight else self.blocks(item.blocks)
        word = self.words["done" if item.checked else "not_done"]
        return f"task({_flag(item.checked)}, {self.text(word)}, {{ {self.flow(item.blocks)} }})"

    def flow(self, all_blocks: Sequence[Block]) -> str:
        """Blocks of which the first goes on in the line that is there already."""
        blocks = list(all_blocks)
        parts: list[str] = []
        if blocks and isinstance(blocks[0], Paragraph):
            first = blocks.pop(0)
            assert isinstance(first, Paragraph)
            inner = self.line(first.children)
            parts.append(f"foreign({literal(first.language)}, {inner})" if first.language else inner)
            if blocks and not isinstance(blocks[0], List):
                parts.append("parbreak()")
        return "; ".join(filter(None, [*parts, self.blocks(blocks)]))

    def table(self, block: Table) -> str:
        layout = lay_out_table(block, self.width)
        columns = "".join(f"{share}fr, " for share in layout.shares)
        aligns = "".join(f"{align or 'left'}, " for align in block.align)
        writers = [self._changed(word_limit=limit) for limit in layout.characters]
        header = "".join(f"{self._cell(writers, place, cell)}, " for place, cell in enumerate(block.header))
        cells: list[str] = []
        for row, whole in zip(block.rows, layout.whole_rows, strict=True):
            for place, cell in enumerate(row):
                content = self._cell(writers, place, cell)
                cells.append(f"whole-cell({content})" if whole else content)
        call = (
            f"data-table(({columns}), ({aligns}), {layout.size}pt, (x: {layout.inset}pt, y: 5.5pt), "
            f"({header}), {_flag(layout.whole)}, {_flag(layout.hyphenate)},\n"
            f"{', '.join(cells)})"
        )
        return self._captioned("table", "table", block.number, block.caption, call)

    @staticmethod
    def _cell(writers: Sequence[PageWriter], place: int, cell: Cell) -> str:
        return writers[place].inlines(cell) or "[]"

    def figure(self, block: FigureRef) -> str:
        picture = self.pictures.get(block.id)
        missing_alt = ""
        if picture is None:
            missing = self.words["figure_missing"]
            call = f"missing-picture({self.text(missing)})"
            missing_alt = f", alt: {literal(missing)}"
        else:
            width = min(picture.width, self.width)
            alt = literal(self.fit(picture.alt or block.caption))
            call = f"picture({literal(picture.path)}, {width:.1f}pt, {alt})"
        return (
            f"captioned(image, {literal(self.words['figure'])}, {literal(block.number)}, "
            f"{self._caption_words(block.caption)}, {literal(self._anchor(block.anchor))}, "
            f"{call}{missing_alt}, "
            f"floating: {_flag(self.floating)})"
        )

    def line(self, inlines: Sequence[Inline]) -> str:
        """The inlines of a paragraph, with the addresses of its links below it where they are to be shown."""
        inner = self.inlines(inlines)
        if not self.show_addresses or not inner:
            return inner
        addresses = [
            f"address({literals(breakable_pieces(inline.href, 20))})"
            for inline in inlines
            if isinstance(inline, Link) and _leads_out(inline) and plain_text(inline.children) != inline.href
        ]
        return f"{{ {'; '.join([inner, *addresses])} }}"

    def inlines(self, inlines: Sequence[Inline]) -> str:
        """A code block of the inlines, or nothing where they say nothing."""
        parts = [part for inline in inlines if (part := self.inline(inline))]
        if not parts:
            return ""
        return f"{{ {'; '.join(parts)} }}"

    def inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return self._text_parts(_SPACES.sub(" ", self.fit(text)), literal)
            case Code(text):
                return self._text_parts(self.fit(text), lambda piece: f"raw({literal(piece)})")
            case LineBreak():
                return "linebreak()"
            case Emphasis(children):
                return self._wrapped("emph", children)
            case Strong(children):
                return self._wrapped("strong", children)
            case Strike(children):
                return self._wrapped("strike", children)
            case Link():
                return self.link(inline)
            case FootnoteRef(number):
                return self.note(number)

    def _wrapped(self, function: str, children: Sequence[Inline]) -> str:
        inner = self.inlines(children)
        return f"{function}({inner})" if inner else ""

    def _text_parts(self, text: str, write: Callable[[str], str]) -> str:
        if not text:
            return ""
        return "; brk; ".join(write(piece) for piece in breakable_pieces(text, self.word_limit) if piece)

    def text(self, words: str) -> str:
        """Plain words as content."""
        return self.inlines((Text(words),)) or '""'

    def link(self, link: Link) -> str:
        inner = self.inlines(link.children)
        if self.in_heading or not inner:
            return inner
        if link.href.startswith("#"):
            target = link.href[1:]
            return f"link(label({literal(target)}), {inner})" if target in self.targets else inner
        if link.href.startswith(GUIDE):
            # Its page cannot be named in another document; the two lie in the same folder.
            return f"link({literal('lab-guide.pdf')}, {inner})"
        if not _leads_out(link):
            return inner
        return f"link({literal(link.href)}, {inner})"

    def note(self, number: int) -> str:
        """The mark of a footnote, with its text where it is the first one on the page."""
        note = next((note for note in self.page.footnotes if note.number == number), None)
        if note is None or self.in_note:
            return f"super({literal(str(number))})"
        anchor = f"{self.page.id}-note-{number}"
        if number in self.set_notes:
            return f"footnote(label({literal(anchor)}))"
        self.set_notes.add(number)
        note_writer = self._changed(in_note=True, in_heading=False, floating=False, width=self.width - 20)
        body = note_writer.flow(note.blocks)
        if self.in_heading:
            return f"note-in-heading({{ {body} }})"
        return f"[#footnote({{ {body} }})#label({literal(anchor)})]"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _leads_out(link: Link) -> bool:
    return link.href.startswith(("https:", "http:", "mailto:"))
