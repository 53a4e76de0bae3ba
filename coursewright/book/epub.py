"""The book as EPUB 3: one XHTML file a page, made from the same nodes as the one-file book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from coursewright.book.archive import make_zip
from coursewright.book.bound import BoundBook, Entry, Page, contents
from coursewright.book.cover import cover_png
from coursewright.book.html import template
from coursewright.book.html_nodes import HtmlPage
from coursewright.book.page_style import asset, font_faces, font_file, style_properties, used_fonts
from coursewright.book.style import HouseStyle

_MIMETYPE = "application/epub+zip"
_UNDATED = "2000-01-01T00:00:00Z"

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


@dataclass(frozen=True)
class _Item:
    """A line of the package's manifest."""

    id: str
    href: str
    media_type: str
    properties: str = ""


def write_epub(book: BoundBook, style: HouseStyle) -> bytes:
    """The book for e-readers, with contents, landmarks, and what it does for readers with disabilities."""
    return make_zip(_files(book, style), stored=("mimetype",))


def _files(book: BoundBook, style: HouseStyle) -> Iterator[tuple[str, bytes]]:
    anchors = book.page_of_ids()
    pages = [(page, _page(book, page, anchors)) for page in book.pages]
    yield "mimetype", _MIMETYPE.encode()
    yield "META-INF/container.xml", _CONTAINER.encode()
    yield "EPUB/package.opf", _package(book, style, pages).encode()
    yield "EPUB/nav.xhtml", _navigation(book, anchors).encode()
    yield "EPUB/style.css", _css(style).encode()
    yield "EPUB/cover.png", cover_png(book, style)
    yield "EPUB/cover.xhtml", _render("epub-cover.xhtml.j2", book).encode()
    for *_, file in used_fonts(style):
        yield f"EPUB/fonts/{file}", font_file(file)
    for page, text in pages:
        yield f"EPUB/{page.id}.xhtml", text.encode()


def _css(style: HouseStyle) -> str:
    return "\n".join(
        (font_faces(style, folder="fonts/"), asset("book.css"), style_properties(style), asset("epub.css"))
    )


def _page(book: BoundBook, page: Page, anchors: dict[str, str]) -> str:
    def resolve(anchor: str) -> str | None:
        target = anchors.get(anchor)
        if target is None:
            return None
        if target == page.id:
            return f"#{anchor}" if anchor != page.id else f"{page.id}.xhtml"
        return f"{target}.xhtml" if anchor == target else f"{target}.xhtml#{anchor}"

    # A relative address may not leave the publication (EPUB 3.3), so that the guide is named.
    rendered = HtmlPage(
        page=page, words=book.words, figures=book.figures, resolve=resolve, guide="lab-guide.epub"
    )
    return _render("epub-page.xhtml.j2", book, page=page, body=rendered.body())


def _render(name: str, book: BoundBook, **values: object) -> str:
    text: str = template(name).render(book=book, words=book.words, lang=book.language.code, **values)
    return text


def _navigation(book: BoundBook, anchors: dict[str, str]) -> str:
    def href(anchor: str) -> str:
        page = anchors[anchor]
        return f"{page}.xhtml" if anchor == page else f"{page}.xhtml#{anchor}"

    def lines(entries: tuple[Entry, ...]) -> Markup:
        items = Markup("\n").join(
            Markup('<li><a href="{}">{}</a>{}</li>').format(
                href(entry.id),
                f"{entry.label}: {entry.title}" if entry.label else entry.title,
                lines(entry.entries) if entry.entries else "",
            )
            for entry in entries
        )
        return Markup("<ol>{}</ol>").format(items)

    return _render("epub-nav.xhtml.j2", book, entries=lines(contents(book)), first=book.pages[0].id)


def _package(book: BoundBook, style: HouseStyle, pages: list[tuple[Page, str]]) -> str:
    items = [
        _Item("nav", "nav.xhtml", "application/xhtml+xml", "nav"),
        _Item("css", "style.css", "text/css"),
        _Item("cover-image", "cover.png", "image/png", "cover-image"),
        _Item("cover", "cover.xhtml", "application/xhtml+xml"),
        *(
            _Item(f"font-{number}", f"fonts/{file}", "font/woff2")
            for number, (*_, file) in enumerate(used_fonts(style), start=1)
        ),
        *(
            _Item(page.id, f"{page.id}.xhtml", "application/xhtml+xml", "svg" if "<svg" in text else "")
            for page, text in pages
        ),
    ]
    manifest = Markup("\n").join(
        Markup('<item id="{}" href="{}" media-type="{}"{}/>').format(
            item.id,
            item.href,
            item.media_type,
            Markup(' properties="{}"').format(item.properties) if item.properties else "",
        )
        for item in items
    )
    spine = Markup("\n").join(Markup('<itemref idref="{}"/>').format(page.id) for page, _ in pages)
    modified = book.dated.strftime("%Y-%m-%dT%H:%M:%SZ") if book.dated else _UNDATED
    return _render(
        "epub-package.opf.j2",
        book,
        manifest=manifest,
        spine=spine,
        modified=modified,
        publisher=escape(style.name),
        figures=bool(book.figures),
    )
