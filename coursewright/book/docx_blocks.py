"""Nodes as WordprocessingML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursewright.book.bound import GUIDE, Page
from coursewright.book.docx_ledger import FIRST_NOTE, Ledger
from coursewright.book.docx_package import Part
from coursewright.book.docx_styles import BULLETS, LIST_INDENT, NUMBERS, language_tag
from coursewright.book.docx_xml import (
    TWIPS_PER_POINT,
    attribute,
    bookmarked,
    border,
    colour,
    line_break,
    paragraph,
    picture,
    run,
    shading,
    tick_box,
)
from coursewright.book.docx_xml import (
    field as word_field,
)
from coursewright.book.highlight import highlight
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
from coursewright.book.paged import CODE_COLOURS, is_short_list
from coursewright.book.paged_tables import lay_out_table


@dataclass(frozen=True)
class Place:
    """Where blocks stand.

    Attributes:
        style: of a plain paragraph.
        level: of the list, or -1.
        frame: borders and shading of each paragraph.
        indent: from the left, in twips.
    """

    style: str = "Normal"
    level: int = -1
    frame: str = ""
    indent: int = 0

    def properties(self, *, keep: bool = False, numbering: str = "", tail: str = "") -> str:
        """What is particular to a paragraph here, in the schema's order."""
        indent = f'<w:ind w:left="{self.indent}"/>' if self.indent and not numbering else ""
        return f"{'<w:keepNext/>' if keep else ''}{numbering}{self.frame}{tail}{indent}"


@dataclass
class PageWriter:
    """Writes the blocks of one page.

    Attributes:
        width: of the text, in points.
        plain: ids of headings that the contents leave out.
        part: the part that the text goes to, which holds its links.
    """

    page: Page
    words: Mapping[str, str]
    ledger: Ledger
    width: float
    part: Part
    plain: frozenset[str] = frozenset()
    show_addresses: bool = False
    in_note: bool = False
    set_notes: dict[int, int] = field(default_factory=dict)

    def blocks(self, blocks: Iterable[Block], place: Place = Place()) -> str:
        return "".join(self.block(block, place) for block in blocks)

    def block(self, block: Block, place: Place) -> str:
        match block:
            case Paragraph():
                return self.paragraph(block, place)
            case Heading():
                return self.heading(block)
            case CodeBlock():
                return self.code_block(block, place)
            case List():
                return self.list(block, place)
            case Table():
                return self.table(block)
            case Quote(inner):
                return self.blocks(inner, replace(place, style="Quote", indent=max(place.indent, 284)))
            case Notice():
                return self.notice(block, place)
            case FigureRef():
                return self.figure(block)
            case Rule():
                edge = f"<w:pBdr>{border('bottom', 4, self.ledger.palette['rule'])}</w:pBdr>"
                return paragraph("Normal", "", edge)
            case DefinitionList(items):
                return "".join(
                    paragraph("Term", self.ledger.mark(item.id, run(item.term)))
                    + self.blocks(item.blocks, place)
                    for item in items
                )

    def paragraph(
        self, block: Paragraph, place: Place, *, numbering: str = "", opening: str = "", keep: bool = False
    ) -> str:
        language = f"<w:lang w:val={attribute(language_tag(block.language))}/>" if block.language else ""
        content = opening + self.inlines(block.children, language) + self._addresses(block.children)
        keep = keep or plain_text(block.children).rstrip().endswith(":")
        return paragraph(place.style, content, place.properties(keep=keep, numbering=numbering))

    def _addresses(self, inlines: Sequence[Inline]) -> str:
        if not self.show_addresses:
            return ""
        look = f'{colour(self.ledger.palette["muted"])}<w:sz w:val="16"/>'
        return "".join(
            line_break() + run(inline.href, look)
            for inline in inlines
            if isinstance(inline, Link)
            and inline.href.startswith(("https:", "http:", "mailto:"))
            and plain_text(inline.children) != inline.href
        )

    def heading(self, block: Heading) -> str:
        level = min(self.page.level + block.level - 1, 9)
        style = f"Heading{level}"
        if level == 3 and block.id in self.plain:
            style = "SectionHeading"
        elif level == 2:
            style = "PartHeading"
        return paragraph(style, self.ledger.mark(block.id, self.inlines(block.children, "", links=False)))

    def code_block(self, block: CodeBlock, place: Place) -> str:
        pieces: list[str] = []
        for kind, text in highlight(block.text.expandtabs(4), block.lang):
            look = colour(CODE_COLOURS[kind]) if kind and text.strip() else ""
            for index, line in enumerate(text.split("\n")):
                if index:
                    pieces.append(line_break())
                pieces.append(run(line, ("<w:i/>" if kind == "comment" else "") + look if look else ""))
        indent = f'<w:ind w:left="{place.indent + 140}" w:right="140"/>' if place.indent else ""
        keep = "<w:keepLines/>" if block.text.count("\n") < 24 else ""
        return self._caption("listing", block.number, block.caption, above=True) + paragraph(
            "Code", "".join(pieces), keep + indent
        )

    def _caption(
        self, word: str, number: str, caption: str, *, above: bool, anchor: str = "", centred: bool = False
    ) -> str:
        if not number:
            return ""
        said = f"{self.words[word]} {number}{'.' if caption else ''}"
        label = run(said, f"<w:b/>{colour(self.ledger.palette['ink'])}")
        content = self.ledger.mark(anchor, label) + (run(f" {caption}") if caption else "")
        keep = "<w:keepNext/>" if above else ""
        align = '<w:spacing w:before="60" w:after="280"/><w:jc w:val="center"/>' if centred else ""
        return paragraph("Caption", content, keep + align)

    def list(self, block: List, place: Place) -> str:
        level = min(place.level + 1, 8)
        number = BULLETS
        if block.ordered:
            self.ledger.starts.append((level, block.start))
            number = NUMBERS + len(self.ledger.starts)
        numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        # A short list is on one page, and of a long one no item is alone on the next.
        last = len(block.items) - 1
        kept = range(last) if is_short_list(block) else range(last - 1, last)
        return "".join(
            self.item(item, numbering, place, level, keep=index in kept)
            for index, item in enumerate(block.items)
        )

    def item(self, item: ListItem, numbering: str, place: Place, level: int, *, keep: bool = False) -> str:
        indent = LIST_INDENT * (level + 1)
        inner = replace(place, style="ListParagraph", level=level, indent=indent)
        blocks = list(item.blocks)
        opening = ""
        if item.checked is not None:
            word = self.words["done" if item.checked else "not_done"]
            opening = tick_box(self.ledger.next_id(), item.checked, word) + "<w:r><w:tab/></w:r>"
            numbering = (
                f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>{place.frame}'
                f'<w:ind w:left="{indent}" w:hanging="{LIST_INDENT}"/>'
            )
            inner = replace(inner, frame="")
        first = blocks.pop(0) if blocks and isinstance(blocks[0], Paragraph) else Paragraph(())
        assert isinstance(first, Paragraph)
        keep = keep and not blocks
        line = self.paragraph(first, inner, numbering=numbering, opening=opening, keep=keep)
        return line + self.blocks(blocks, inner)

    def notice(self, block: Notice, place: Place) -> str:
        ground, edge = {
            "gap": ("warn-ground", "warn"),
            "demonstration": ("warn-ground", "warn"),
            "unwritten": ("ground", "muted"),
        }.get(block.kind, ("tint", "accent"))
        palette = self.ledger.palette
        # Lines in the ground's own colour, for the room that they bring above and below the text.
        top, bottom = (border(side, 4, palette[ground], 6) for side in ("top", "bottom"))
        left = border("left", 24, palette[edge], 8)
        frame = f"<w:pBdr>{top}{left}{bottom}</w:pBdr>{shading(palette[ground])}"
        below = paragraph(
            "Normal", "", '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="exact"/>'
        )
        return self.blocks(block.blocks, replace(place, style="Notice", frame=frame, indent=200)) + below

    def table(self, block: Table) -> str:
        layout = lay_out_table(block, self.width)
        total = round(self.width * TWIPS_PER_POINT)
        widths = [round(total * share / sum(layout.shares)) for share in layout.shares]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        margin = round(layout.inset * TWIPS_PER_POINT)
        label = f"{self.words['table']} {block.number}" if block.number else ""
        caption = ". ".join(part for part in (label, block.caption) if part) if label else ""
        told = f"<w:tblCaption w:val={attribute(caption)}/>" if caption else ""
        head = self._row(
            block.header, block, widths, layout.size, "<w:cantSplit/><w:tblHeader/>", bold=True, keep=True
        )
        last = len(block.rows) - 1
        rows = [
            self._row(
                row, block, widths, layout.size, "<w:cantSplit/>" if whole else "",
                keep=layout.whole and place < last,
            )
            for place, (row, whole) in enumerate(zip(block.rows, layout.whole_rows, strict=True))
        ]  # fmt: skip
        return (
            self._caption("table", block.number, block.caption, above=True)
            + f'<w:tbl><w:tblPr><w:tblStyle w:val="BookTable"/><w:tblW w:w="{total}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/>'
            f'<w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
            f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
            f'w:noHBand="1" w:noVBand="1"/>{told}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
            f"{head}{''.join(rows)}</w:tbl>"
            + paragraph("Normal", "", '<w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/>')
        )

    def _row(
        self,
        row: Sequence[Cell],
        table: Table,
        widths: Sequence[int],
        size: float,
        kind: str,
        *,
        bold: bool = False,
        keep: bool = False,
    ) -> str:
        """A row; `keep` is for one that stays on the page of the next."""
        look = ("<w:b/>" if bold else "") + (f'<w:sz w:val="{round(size * 2)}"/>' if size != 9 else "")
        cells: list[str] = []
        for cell, align, width in zip(row, table.align, widths, strict=True):
            jc = f'<w:jc w:val="{align}"/>' if align in ("right", "center") else ""
            content = paragraph("TableText", self.inlines(cell, look), ("<w:keepNext/>" if keep else "") + jc)
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>')
        return f"<w:tr>{f'<w:trPr>{kind}</w:trPr>' if kind else ''}{''.join(cells)}</w:tr>"

    def figure(self, block: FigureRef) -> str:
        shot = self.ledger.shots.get(block.id)
        if shot is None:
            frame = shading(self.ledger.palette["ground"])
            body = paragraph("Figure", run(self.words["figure_missing"], "<w:i/>"), frame)
        else:
            scale = min(1.0, self.width / shot.width)
            relation = self.part.relate("image", shot.name)
            body = paragraph(
                "Figure",
                picture(
                    relation, self.ledger.next_id(), f"{self.words['figure']} {block.number}",
                    shot.alt or block.caption, shot.width * scale, shot.height * scale,
                ),
            )  # fmt: skip
        return body + self._caption(
            "figure", block.number, block.caption, above=False, anchor=block.anchor, centred=True
        )

    def inlines(self, inlines: Sequence[Inline], look: str = "", *, links: bool = True) -> str:
        """Runs; `look` is what they have in common, with its parts in no order."""
        return "".join(self.inline(inline, look, links) for inline in inlines)

    def inline(self, inline: Inline, look: str, links: bool) -> str:
        match inline:
            case Text(text):
                return run(text, _in_order(look))
            case Code(text):
                return run(text, _in_order('<w:rStyle w:val="CodeText"/>' + look))
            case LineBreak():
                return line_break()
            case Emphasis(children):
                return self.inlines(children, look + "<w:i/>", links=links)
            case Strong(children):
                return self.inlines(children, look + "<w:b/>", links=links)
            case Strike(children):
                return self.inlines(children, look + "<w:strike/>", links=links)
            case Link(href, children):
                return self.link(href, children, look, links)
            case FootnoteRef(number):
                return self.note(number)

    def link(self, href: str, children: Sequence[Inline], look: str, links: bool) -> str:
        if href.startswith(GUIDE):
            # Its page cannot be named in another document; the two lie in the same folder.
            href = "lab-guide.docx"
        outward = href.startswith(("https:", "http:", "mailto:", "lab-guide."))
        if not links or not (outward or href.startswith("#")):
            return self.inlines(children, look, links=False)
        style = '<w:rStyle w:val="Hyperlink"/>' if outward else ""
        return self.ledger.link(self.part, href, self.inlines(children, style + look, links=False))

    def note(self, number: int) -> str:
        """The mark of a footnote, with its text where it is the first one on the page."""
        mark = '<w:rStyle w:val="FootnoteReference"/>'
        note = next((note for note in self.page.footnotes if note.number == number), None)
        if note is None or self.in_note:
            return run(str(number), mark)
        name = f"_Note_{self.page.id.replace('-', '_')}_{number}"
        if number in self.set_notes:
            return word_field(f"NOTEREF {name} \\f \\h", run(str(number), mark), mark)
        place = FIRST_NOTE + len(self.ledger.notes)
        self.set_notes[number] = place
        self.ledger.notes.append("")
        writer = replace(self, part=self.ledger.footnotes, in_note=True)
        opening = f"<w:r><w:rPr>{mark}</w:rPr><w:footnoteRef/></w:r>{run(' ')}"
        blocks = list(note.blocks)
        first = blocks.pop(0) if blocks and isinstance(blocks[0], Paragraph) else Paragraph(())
        assert isinstance(first, Paragraph)
        here = Place(style="FootnoteText")
        text = writer.paragraph(first, here, opening=opening) + writer.blocks(blocks, here)
        self.ledger.notes[place - FIRST_NOTE] = f'<w:footnote w:id="{place}">{text}</w:footnote>'
        reference = f'<w:r><w:rPr>{mark}</w:rPr><w:footnoteReference w:id="{place}"/></w:r>'
        return bookmarked(self.ledger.next_id(), name, reference)


_ORDER: tuple[str, ...] = (
    "<w:rStyle", "<w:rFonts", "<w:b/>", "<w:i/>", "<w:strike/>", "<w:noProof/>", "<w:color", "<w:sz ",
    "<w:lang",
)  # fmt: skip


def _in_order(look: str) -> str:
    """Properties of a run in the schema's order, each once; of styles, the first."""
    if look.count("<") < 2:
        return look
    kept: dict[str, str] = {}
    for part in look.replace("><", ">\n<").split("\n"):
        key = next(key for key in _ORDER if part.startswith(key))
        kept.setdefault(key, part)
    return "".join(kept[key] for key in _ORDER if key in kept)
