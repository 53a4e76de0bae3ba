"""A bound book as Typst source: the calls that set its pages, and the values that their look depends on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coursewright.book.bound import BoundBook, Page
from coursewright.book.nodes import Dropped, Paragraph
from coursewright.book.paged import (
    CODE_COLOURS,
    HEADER_CHARACTERS,
    chapter_name,
    colours,
    listed_headings,
    running_title,
    short_title,
    shorten,
    text_size,
)
from coursewright.book.style import HouseStyle
from coursewright.book.typst_blocks import PageWriter
from coursewright.book.typst_figures import Picture
from coursewright.book.typst_glyphs import FALLBACK_FAMILIES, GlyphFitter, describe_lost
from coursewright.book.typst_text import breakable_pieces, literal, literals

_SOURCES = frozenset({"course", "front", "module", "lesson", "lab"})
"""Kinds of pages whose text is nowhere else; the others repeat what these say."""

LONGEST_TITLE_WORD = 20
"""Characters of a title's word that fit beside each other at the largest size of titles."""

_SEPARATOR = re.compile(r"(\{page\}|\{module\})")


def families(style: HouseStyle) -> dict[str, list[str]]:
    """For each role the families that may serve, in order."""
    roles = {"text": style.text_font, "headings": style.heading_font, "code": style.code_font}
    return {
        role: [family, *(other for other in FALLBACK_FAMILIES if other != family)]
        for role, family in roles.items()
    }


@dataclass(frozen=True)
class Source:
    """What the compiler is given.

    Attributes:
        main: the source that calls ``book.typ``.
        values: the content of ``book.json``.
        dropped: characters that the fonts lack, by page.
    """

    main: str
    values: Mapping[str, Any]
    dropped: tuple[Dropped, ...]


def write_source(
    book: BoundBook, style: HouseStyle, pictures: Mapping[str, Picture], glyphs: GlyphFitter
) -> Source:
    """The whole book."""
    calls: list[str] = []
    dropped: list[Dropped] = []
    values = _values(book, style, glyphs.fit)
    glyphs.lost.clear()
    targets = frozenset(book.page_of_ids())
    width, _ = text_size(style)
    chapter = None
    contents_due = True
    for page in book.pages:
        if page.level == 1 or chapter is None:
            chapter = page
        writer = PageWriter(
            page=page,
            words=book.words,
            targets=targets,
            pictures=pictures,
            fit=glyphs.fit,
            width=width,
            listed=frozenset(listed_headings(page, book)),
            show_addresses=page.kind == "references",
        )
        calls.append(_page_call(page, book, style, chapter, writer))
        if contents_due and page.kind == "course":
            calls.append("contents()")
            contents_due = False
        if glyphs.lost and page.kind in _SOURCES:
            dropped.append(_lost_on(page, tuple(glyphs.lost)))
        glyphs.lost.clear()
    if contents_due:
        calls.insert(0, "contents()")
    body = "\n".join(f"#{{\n{call}\n}}" for call in ("cover()", *calls))
    return Source(
        f'#import "book.typ": *\n#show: setup\n#show: quote-style\n{body}\n', values, tuple(dropped)
    )


def _lost_on(page: Page, lost: tuple[str, ...]) -> Dropped:
    where = re.sub(r"^(?:l|lab-)(?=\d)", "", page.id)
    return Dropped(
        where, describe_lost(lost), "the fonts of the PDF lack it; the nearest sign is there, or □"
    )


def _page_call(page: Page, book: BoundBook, style: HouseStyle, chapter: Page, writer: PageWriter) -> str:
    fit = writer.fit
    full, title = literal(fit(page.full_title)), f"{literals(title_pieces(fit(page.title)))}.join(brk)"
    facts = "".join(f"{literal(fit(fact))}, " for fact in page.facts)
    if page.kind == "module":
        summary, rest = _summary(page)
        number = literal(str(page.module))
        inner = writer.paragraph(summary) if summary else "none"
        return (
            f"opening({literal(page.id)}, {number}, {literal(fit(page.label))}, {title}, {full}, ({facts}), "
            f"{literal(fit(chapter_name(chapter)))}, {inner}, {{\n{writer.blocks(rest)}\n}})"
        )
    right = shorten(page.full_title, HEADER_CHARACTERS // 2) if page.level > 1 else ""
    left = running_title(book, style, chapter, HEADER_CHARACTERS - len(right))
    sides = ", ".join(literal(fit(side)) for side in (left, right, chapter_name(chapter)))
    blocks = "figure-list()" if page.kind == "figures" else writer.blocks(page.blocks)
    panel = ""
    if page.kind == "course":
        pairs = (fact.partition(": ") for fact in page.facts)
        panel = "".join(f"({literal(fit(name))}, {literal(fit(value))}), " for name, _, value in pairs)
        panel, facts = f"fact-panel(({panel}))\n", ""
    label = literal(fit(page.label))
    title_call = f"page-title({page.level}, {literal(page.id)}, {label}, {title}, {full}, ({facts}))"
    call = f"{title_call}\n{panel}{blocks}"
    return f"part({sides}, {{\n{call}\n}})"


def _summary(page: Page) -> tuple[Paragraph | None, tuple[Any, ...]]:
    if page.blocks and isinstance(page.blocks[0], Paragraph):
        return page.blocks[0], page.blocks[1:]
    return None, page.blocks


def _values(book: BoundBook, style: HouseStyle, fit: Callable[[str], str]) -> dict[str, Any]:
    dated = book.dated
    title, subtitle = book.title_lines
    values = {
        "course": book.title,
        "module": "{module}",
        "name": style.name,
        "date": book.date,
        "page": "{page}",
    }
    footer = style.fill(style.footer, values)
    code, _, region = book.language.code.partition("-")
    return {
        "title-pieces": title_pieces(fit(title)),
        "subtitle-pieces": title_pieces(fit(subtitle)) if subtitle else [],
        "title-short": fit(short_title(book)),
        "title-size": 38 if len(title) <= 40 else 30 if len(title) <= 80 else 22,
        "full-title": fit(f"{book.title} – {book.kind}"),
        "kind": fit(book.kind),
        "description": fit(book.description),
        "short-description": fit(shorten(book.description, 420)),
        "author": [fit(style.name)] if style.name else [],
        "house-name": fit(style.name),
        "language": code,
        "region": region or None,
        "date": None
        if dated is None
        else {
            "year": dated.year, "month": dated.month, "day": dated.day,
            "hour": dated.hour, "minute": dated.minute, "second": dated.second,
        },
        "date-words": fit(book.date),
        "banner": fit(book.banner),
        "facts": [[fit(name), fit(value)] for name, value in book.cover_facts],
        "footer": [part for part in _SEPARATOR.split(fit(footer)) if part],
        "paper": "a4" if style.paper == "A4" else "us-letter",
        "logo": None,
        "colours": colours(style),
        "code": dict(CODE_COLOURS),
        "fonts": families(style),
        "words": {"contents": fit(book.words["contents"])},
        "entries": {page.id: _entry(page, book, fit) for page in book.pages},
    }  # fmt: skip


def _entry(page: Page, book: BoundBook, fit: Callable[[str], str]) -> dict[str, Any]:
    number = page.label.rpartition(" ")[2] if page.level > 1 else page.label
    remark = {"gap": "gap", "not written": "unwritten"}.get(page.state)
    return {
        "number": fit(number),
        "title": title_pieces(fit(page.title)),
        "remark": fit(book.words[remark]) if remark else "",
    }


def title_pieces(title: str) -> list[str]:
    """The title in pieces between which a line may break, where it has words wider than the page."""
    return breakable_pieces(title, LONGEST_TITLE_WORD)
