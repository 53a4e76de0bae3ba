"""A bound book as Typst source: the calls that set its pages, and the values that their look depends on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursewright.book.bound import BoundBook, Page
from coursewright.book.nodes import Dropped, Paragraph
from coursewright.book.paged import (
    CODE_COLOURS,
    HEADER_CHARACTERS,
    chapter_name,
    colours,
    goes_on,
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
    parts: list[_Part] = []
    dropped: list[Dropped] = []
    values = _values(book, style, glyphs.fit)
    glyphs.lost.clear()
    targets = frozenset(book.page_of_ids())
    width, _ = text_size(style)
    chapter = None
    before = None
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
        if goes_on(page, before):
            parts[-1].texts.append(_titled(page, writer, "title-below"))
        else:
            parts.append(_part(page, book, style, chapter, writer))
        if page.kind == "course":
            parts.append(_Part("contents()"))
        before = page
        if glyphs.lost and page.kind in _SOURCES:
            dropped.append(_lost_on(page, tuple(glyphs.lost)))
        glyphs.lost.clear()
    if all(page.kind != "course" for page in book.pages):
        parts.insert(0, _Part("contents()"))
    body = "\n".join(f"#{{\n{part.source}\n}}" for part in (_Part("cover()"), *parts))
    return Source(
        f'#import "book.typ": *\n#show: setup\n#show: quote-style\n{body}\n', values, tuple(dropped)
    )


def _lost_on(page: Page, lost: tuple[str, ...]) -> Dropped:
    where = re.sub(r"^(?:l|lab-)(?=\d)", "", page.id)
    return Dropped(
        where, describe_lost(lost), "the fonts of the PDF lack it; the nearest sign is there, or □"
    )


@dataclass
class _Part:
    """A call that begins a new page, and the texts that it sets there."""

    call: str
    texts: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        if not self.texts:
            return self.call
        inner = "\n".join(self.texts)
        return f"{self.call}, {{\n{inner}\n}})"


def _part(page: Page, book: BoundBook, style: HouseStyle, chapter: Page, writer: PageWriter) -> _Part:
    fit = writer.fit
    name = literal(fit(chapter_name(chapter)))
    if page.kind == "module":
        summary, rest = _summary(page)
        inner = writer.paragraph(summary) if summary else "none"
        number, label = literal(str(page.module)), literal(fit(page.label))
        call = (
            f"opening({literal(page.id)}, {number}, {label}, {_title(page, fit)}, "
            f"{literal(fit(page.full_title))}, ({_facts(page, fit)}), {name}, {inner}"
        )
        return _Part(call, [writer.blocks(rest)])
    right = shorten(page.full_title, HEADER_CHARACTERS // 2) if page.level > 1 else ""
    left = running_title(book, style, chapter, HEADER_CHARACTERS - len(right))
    return _Part(
        f"part({literal(fit(left))}, {literal(fit(right))}, {name}", [_titled(page, writer, "page-title")]
    )


def _titled(page: Page, writer: PageWriter, call: str) -> str:
    """A page's title, set by `call`, and its blocks."""
    fit = writer.fit
    blocks = "figure-list()" if page.kind == "figures" else writer.blocks(page.blocks)
    facts, panel = _facts(page, fit), ""
    if page.kind == "course":
        pairs = (fact.partition(": ") for fact in page.facts)
        panel = "".join(f"({literal(fit(name))}, {literal(fit(value))}), " for name, _, value in pairs)
        facts, panel = "", f"fact-panel(({panel}))\n"
    return (
        f"{call}({page.level}, {literal(page.id)}, {literal(fit(page.label))}, {_title(page, fit)}, "
        f"{literal(fit(page.full_title))}, ({facts}))\n{panel}{blocks}"
    )


def _title(page: Page, fit: Callable[[str], str]) -> str:
    return f"{literals(title_pieces(fit(page.title)))}.join(brk)"


def _facts(page: Page, fit: Callable[[str], str]) -> str:
    return "".join(f"{literal(fit(fact))}, " for fact in page.facts)


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
    numbers = [page.label.rpartition(" ")[2] for page in book.pages if page.level > 1]
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
        "number-width": 9 if all(len(number) <= 5 for number in numbers) else 18,
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
