"""Each format's files from a bound book; see `coursewright.book.write`."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.book.write import Material


def markdown(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.markdown import write_markdown

    yield f"{material.bound.stem}.md", write_markdown(material.bound)


def json(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.json_format import write_json

    yield f"{material.bound.stem}.json", write_json(material.book, material.bound)


def html(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.html import write_html

    yield f"{material.bound.stem}.html", write_html(material.bound, material.style)


def epub(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.epub import write_epub

    yield f"{material.bound.stem}.epub", write_epub(material.bound, material.style)


def site(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.site import write_site

    yield from write_site(material.bound, material.style)


def scorm(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.scorm import write_scorm

    yield f"{material.bound.stem}-scorm12.zip", write_scorm(material.bound, material.style)


def cartridge(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.cartridge import write_cartridge

    yield f"{material.bound.stem}.imscc", write_cartridge(material.bound, material.style)


def pdf(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.pdf import build_pdf

    built = build_pdf(material.bound, material.style)
    material.lost.extend(built.dropped)
    yield f"{material.bound.stem}.pdf", built.content


def docx(material: Material) -> Iterator[tuple[str, bytes]]:
    from coursewright.book.docx import build_docx

    built = build_docx(material.bound, material.style)
    material.lost.extend(built.dropped)
    yield f"{material.bound.stem}.docx", built.content
