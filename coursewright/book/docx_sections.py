"""The pages of a Word document in sections, with the cover, the contents and what runs above and below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coursewright.book.bound import BoundBook, Entry, Page, contents
from coursewright.book.docx_blocks import PageWriter
from coursewright.book.docx_figures import render
from coursewright.book.docx_ledger import Ledger
from coursewright.book.docx_package import Package
from coursewright.book.docx_pages import UNTOLD
from coursewright.book.docx_styles import right_tab
from coursewright.book.docx_xml import (
    colour,
    document_part,
    field,
    page_picture,
    paragraph,
    run,
    shading,
    tab,
)
from coursewright.book.nodes import Block, FigureRef, Heading, Paragraph, walk_blocks
from coursewright.book.paged import (
    MARGIN_MM,
    PAPER_MM,
    chapter_name,
    cover_drawing,
    goes_on,
    listed_headings,
    running_title,
    shorten,
)
from coursewright.book.style import HouseStyle

CONTENTS_DEPTH = 3


@dataclass
class SectionWriter:
    """Writes the document's sections: the cover, then one for each page of level 1 with what is in it."""

    book: BoundBook
    style: HouseStyle
    package: Package
    ledger: Ledger
    width: float

    def write(self) -> Iterator[str]:
        cover = self._cover()
        yield _end_section(cover, self._section(None, self._cover_footer()))
        parts: list[tuple[Page, list[str]]] = []
        previous = None
        after = next((page for page in self.book.pages if page.kind == "course"), None)
        for page in self.book.pages:
            if page.level == 1 or not parts:
                parts.append((page, []))
            texts = parts[-1][1]
            before = after is None and page is self.book.pages[0]
            texts += [self._contents()] if before else []
            breaks = before or (page.level > 1 and not goes_on(page, previous))
            texts.append(self._page(page, breaks=breaks))
            previous = page
            texts += [self._contents()] if page is after else []
        for index, (page, texts) in enumerate(parts):
            section = self._section(self._header(page, index + 1), self._footer(page, index + 1))
            last = index == len(parts) - 1
            yield "".join(texts) + section if last else _end_section("".join(texts), section)

    def _section(self, header: str | None, footer: str | None = None) -> str:
        paper = PAPER_MM[self.style.paper]
        width, height = (round(side / 25.4 * 1440) for side in paper)
        margin = round(MARGIN_MM / 25.4 * 1440)
        edges = ""
        if header:
            edges += f'<w:headerReference w:type="default" r:id="{header}"/>'
        if footer:
            edges += f'<w:footerReference w:type="default" r:id="{footer}"/>'
        return (
            f'<w:sectPr>{edges}<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr>'
            f'<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="{margin}" '
            f'w:right="{margin}" w:bottom="{margin}" w:left="{margin}" w:header="700" w:footer="600" '
            'w:gutter="0"/></w:sectPr>'
        )

    def _header(self, page: Page, number: int) -> str:
        part = self.package.add(f"word/header{number}.xml", "header")
        text = run(running_title(self.book, self.style, page))
        part.set_text(document_part("w:hdr", [paragraph("Header", text)]))
        return self.ledger.document.relate("header", f"header{number}.xml")

    def _footer(self, page: Page, number: int) -> str:
        """The footer of a section: one for all of them, unless it names the module."""
        if "{module}" not in self.style.footer:
            number = 1
        name = f"footer{number}.xml"
        if any(part.name == f"word/{name}" for part in self.package.parts):
            return self.ledger.document.relate("footer", name)
        part = self.package.add(f"word/{name}", "footer")
        values = {
            "course": self.book.title, "module": chapter_name(page), "name": self.style.name,
            "date": self.book.date, "page": "\ue000",
        }  # fmt: skip
        page_number = field("PAGE", run("1", "<w:b/>"), "<w:b/>")
        pieces = self.style.fill(self.style.footer, values).split("\ue000")
        content = page_number.join(run(piece) for piece in pieces)
        if len(pieces) == 1:
            content += tab() + page_number
        lines = [paragraph("Footer", content, right_tab(self.style, "none"))]
        if self.book.banner:
            lines.append(self._banner())
        part.set_text(document_part("w:ftr", lines))
        return self.ledger.document.relate("footer", name)

    def _cover_footer(self) -> str | None:
        if not self.book.banner:
            return None
        part = self.package.add("word/footer0.xml", "footer")
        part.set_text(document_part("w:ftr", [self._banner()]))
        return self.ledger.document.relate("footer", "footer0.xml")

    def _banner(self) -> str:
        palette = self.ledger.palette
        look = f'<w:b/>{colour(palette["warn"])}<w:sz w:val="15"/>'
        frame = f'{shading(palette["warn-ground"])}<w:spacing w:before="60"/><w:jc w:val="center"/>'
        return paragraph("Footer", run(self.book.banner, look), frame)

    def _cover(self) -> str:
        paper = PAPER_MM[self.style.paper]
        points = [side / 25.4 * 72 for side in paper]
        drawing = cover_drawing(self.book, self.style)
        ground = f'<rect width="{paper[0]}" height="{paper[1]}" fill="{self.style.cover}"/>'
        drawing = drawing[: drawing.index(">") + 1] + ground + drawing[drawing.index(">") + 1 :]
        self.package.add("word/media/cover.png", content=render(drawing))
        relation = self.ledger.document.relate("image", "media/cover.png")
        picture = page_picture(relation, self.ledger.next_id(), "Cover", points[0], points[1])
        title, subtitle = self.book.title_lines
        lines = [
            paragraph("CoverKind", picture + run(self.book.kind)),
            paragraph("Title", run(title, _cover_size(title, 38))),
            paragraph("Subtitle", run(subtitle, _cover_size(subtitle, 21))) if subtitle else "",
            paragraph("CoverText", run(shorten(self.book.description, 300))) if self.book.description else "",
        ]
        facts = run("   ·   ").join(
            run(f"{_whole(name)}:\u00a0") + run(_whole(value), "<w:b/>")
            for name, value in self.book.cover_facts
        )
        lines.append(paragraph("CoverText", facts, '<w:spacing w:before="500"/>'))
        last = " · ".join(part for part in (self.style.name, self.book.date) if part)
        lines.append(paragraph("CoverText", run(last), '<w:spacing w:before="200"/>'))
        return "".join(lines)

    def _page(self, page: Page, *, breaks: bool) -> str:
        writer = PageWriter(
            page=page,
            words=self.book.words,
            ledger=self.ledger,
            width=self.width,
            part=self.ledger.document,
            plain=_plain_headings(page, self.book),
            show_addresses=page.kind == "references",
        )
        title = self.ledger.mark(page.id, run(page.full_title))
        facts = paragraph("Facts", run(" · ".join(map(_whole, page.facts)))) if page.facts else ""
        if page.kind == "figures":
            return paragraph("Heading1", title) + self._figure_list()
        blocks: tuple[Block, ...] = page.blocks
        lead = ""
        if page.kind == "module" and blocks and isinstance(blocks[0], Paragraph):
            lead = paragraph("Lead", writer.inlines(blocks[0].children))
            blocks = blocks[1:]
        text = writer.blocks(blocks)
        opening = "<w:pageBreakBefore/>" if breaks else _BELOW if page.level > 1 else ""
        return paragraph(f"Heading{page.level}", title, opening) + facts + lead + text

    def _contents(self) -> str:
        """The table of contents as a field, filled in."""
        lines: list[tuple[int, Entry]] = []
        listed = {page.id: set(listed_headings(page, self.book)) for page in self.book.pages}

        def gather(entries: tuple[Entry, ...], page: str) -> None:
            for entry in entries:
                own = entry.id if entry.level <= 2 else page
                if entry.level <= 2 or (entry.level <= CONTENTS_DEPTH and entry.id in listed.get(page, ())):
                    lines.append((entry.level, entry))
                gather(entry.entries, own)

        gather(contents(self.book, CONTENTS_DEPTH), "")
        texts: list[str] = []
        for index, (level, entry) in enumerate(lines):
            name = self.ledger.bookmarks[entry.id]
            title = f"{entry.label}: {entry.title}" if entry.label else entry.title
            content = (
                f'<w:hyperlink w:anchor="{name}" w:history="1">{run(title)}{tab()}'
                f"{self._page_of(name)}</w:hyperlink>"
            )
            if index == 0:
                content = _TOC_START + content
            if index == len(lines) - 1:
                content += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            texts.append(paragraph(f"TOC{min(level, 3)}", content))
        heading = paragraph("TOCHeading", run(self.book.words["contents"]), "<w:pageBreakBefore/>")
        return heading + "".join(texts) + _SECTION_END

    @staticmethod
    def _page_of(name: str) -> str:
        return field(f"PAGEREF {name} \\h", run(UNTOLD))

    def _figure_list(self) -> str:
        figures = (
            block
            for other in self.book.pages
            for block in walk_blocks(other.blocks)
            if isinstance(block, FigureRef) and block.anchor
        )
        lines = []
        for figure in figures:
            name = self.ledger.bookmarks[figure.anchor]
            label = run(f"{self.book.words['figure']} {figure.number}", "<w:b/>")
            content = label + run(f"  {figure.caption}") + tab() + self._page_of(name)
            link = f'<w:hyperlink w:anchor="{name}" w:history="1">{content}</w:hyperlink>'
            lines.append(paragraph("TableofFigures", link))
        return "".join(lines)


_SECTION_END = paragraph("Normal", "", '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>')
"""Holds a section's end, so that it does not stand in a paragraph of the contents: LibreOffice would take the
fields of the section's footer for the contents' own."""

_BELOW = '<w:spacing w:before="700"/>'
"""Of a title that stands below another page's text."""

_TOC_START = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> '
    f'TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)


def _cover_size(title: str, points: float) -> str:
    """A smaller size for a title that would not leave room for the rest of the cover."""
    factor = 1 if len(title) <= 60 else 0.75 if len(title) <= 120 else 0.5
    return f'<w:sz w:val="{round(points * factor * 2)}"/>'


def _end_section(texts: str, section: str) -> str:
    """`texts` with the section's end in their last paragraph."""
    start = texts.rfind("<w:p><w:pPr>")
    end = texts.find("</w:pPr>", start)
    return texts[:end] + section + texts[end:]


def _plain_headings(page: Page, book: BoundBook) -> frozenset[str]:
    if page.kind not in ("lesson", "lab"):
        return frozenset()
    listed = set(listed_headings(page, book))
    return frozenset(
        block.id for block in page.blocks if isinstance(block, Heading) and block.id not in listed
    )


def _whole(words: str) -> str:
    """`words` that the end of a line does not part."""
    return words.replace(" ", "\u00a0")
