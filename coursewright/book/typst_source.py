"""A bound book as Typst source: the calls that set its pages, and the values that their look depends on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coursewright.book.bound import BoundBook, Page
from coursewright.book.contrast import contrast, mix, pass_on
from coursewright.book.cover import cover_rings
from coursewright.book.nodes import Dropped, Paragraph, plain_text
from coursewright.book.sections import find_lesson_sections, split_sections
from coursewright.book.style import HouseStyle
from coursewright.book.typst_blocks import PageWriter
from coursewright.book.typst_code import CODE_COLOURS
from coursewright.book.typst_figures import Picture
from coursewright.book.typst_glyphs import FALLBACK_FAMILIES, GlyphFitter, describe_lost
from coursewright.book.typst_text import breakable_pieces, literal, literals

POINTS_PER_MM = 72 / 25.4
MARGIN_MM = 25.0
PAPER_MM = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
HEADER_CHARACTERS = 100
"""Characters of the line at the top of a page."""

_SOURCES = frozenset({"course", "front", "module", "lesson", "lab"})
"""Kinds of pages whose text is nowhere else; the others repeat what these say."""

LONGEST_TITLE_WORD = 20
"""Characters of a title's word that fit beside each other at the largest size of titles."""

_SEPARATOR = re.compile(r"(\{page\})")


def text_size(style: HouseStyle) -> tuple[float, float]:
    """Width and height of the text on a page, in points."""
    width, height = PAPER_MM[style.paper]
    return (width - 2 * MARGIN_MM) * POINTS_PER_MM, (height - 52.0) * POINTS_PER_MM


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
    chapter = ""
    contents_due = True
    for page in book.pages:
        if page.level == 1:
            chapter = f"{page.label} · {page.title}" if page.label else page.title
        writer = PageWriter(
            page=page,
            words=book.words,
            targets=targets,
            pictures=pictures,
            fit=glyphs.fit,
            width=width,
            listed=frozenset(_listed_headings(page, book)),
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


def _page_call(page: Page, book: BoundBook, style: HouseStyle, chapter: str, writer: PageWriter) -> str:
    fit = writer.fit
    full, title = literal(fit(page.full_title)), f"{literals(title_pieces(fit(page.title)))}.join(brk)"
    facts = "".join(f"{literal(fit(fact))}, " for fact in page.facts)
    if page.kind == "module":
        summary, rest = _summary(page)
        number = literal(str(page.module))
        inner = writer.paragraph(summary) if summary else "none"
        return (
            f"opening({literal(page.id)}, {number}, {literal(fit(page.label))}, {title}, {full}, ({facts}), "
            f"{inner}, {{\n{writer.blocks(rest)}\n}})"
        )
    right = _shorten(page.full_title, HEADER_CHARACTERS // 2) if page.level > 1 else ""
    left = _shorten(
        style.fill(style.header, _header_values(book, style, chapter)), HEADER_CHARACTERS - len(right)
    )
    sides = f"{literal(fit(left))}, {literal(fit(right))}"
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


def _header_values(book: BoundBook, style: HouseStyle, chapter: str) -> dict[str, str]:
    return {
        "course": _short_title(book),
        "module": chapter,
        "name": style.name,
        "date": book.date,
        "page": "",
    }


def _summary(page: Page) -> tuple[Paragraph | None, tuple[Any, ...]]:
    if page.blocks and isinstance(page.blocks[0], Paragraph):
        return page.blocks[0], page.blocks[1:]
    return None, page.blocks


def _listed_headings(page: Page, book: BoundBook) -> Iterator[str]:
    """The headings that the contents show: topics of a lesson, an author's own below them, steps of a lab.

    Parts that every lesson has under the same name would only hide the ones that a reader looks for; they are
    among the bookmarks.
    """
    fixed = {
        book.language.lesson[key]
        for key in ("concept_overview", "technical_details", "practical_application")
    }
    if page.kind == "lesson" and page.state == "written":
        for topic in find_lesson_sections(page.blocks, book.language).topics:
            yield topic.heading.id
            for inner in split_sections(topic.blocks, 3):
                if inner.title not in fixed:
                    yield inner.heading.id
    elif page.kind == "lab":
        for heading in page.headings:
            if heading.level == 3 and plain_text(heading.children).startswith(book.language.lab["step"]):
                yield heading.id
    elif page.kind == "front":
        yield from (heading.id for heading in page.headings if heading.level == 2)


def _values(book: BoundBook, style: HouseStyle, fit: Callable[[str], str]) -> dict[str, Any]:
    dated = book.dated
    title, subtitle = book.title_lines
    values = {"course": book.title, "module": "", "name": style.name, "date": book.date, "page": "{page}"}
    footer = style.fill(style.footer, values)
    code, _, region = book.language.code.partition("-")
    return {
        "title-pieces": title_pieces(fit(title)),
        "subtitle-pieces": title_pieces(fit(subtitle)) if subtitle else [],
        "title-short": fit(_short_title(book)),
        "title-size": 38 if len(title) <= 40 else 30 if len(title) <= 80 else 22,
        "full-title": fit(f"{book.title} – {book.kind}"),
        "kind": fit(book.kind),
        "description": fit(book.description),
        "short-description": fit(_shorten(book.description, 420)),
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


def cover_drawing(book: BoundBook, style: HouseStyle) -> str:
    """The drawing behind the cover's text, as SVG."""
    width, height = PAPER_MM[style.paper]
    rings = "".join(cover_rings(book.identifier, style, width * 0.84, height * 0.18, 11.6))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}mm" '
        f'height="{height}mm">{rings}</svg>'
    )


def colours(style: HouseStyle) -> dict[str, str]:
    """Every colour of the pages, derived from the style so that text passes on its ground."""
    ink, ground = "#18202b", "#f3f5f8"
    light = contrast(style.cover_text, "#000000") > 10
    toward = "#ffffff" if light else "#000000"
    return {
        "ink": ink,
        "muted": pass_on("#55606f", ground),
        "accent": style.accent_light,
        "rule": "#c9d1da",
        "ground": ground,
        "tint": mix("#ffffff", style.accent, 0.06),
        "code": "#243b5e",
        "warn": "#7a4b00",
        "warn-ground": "#fdf1d8",
        "cover": style.cover,
        "cover-text": style.cover_text,
        "cover-soft": pass_on(mix(style.cover_text, style.cover, 0.3), style.cover),
        "cover-accent": pass_on(mix(style.accent, toward, 0.45), style.cover),
        "cover-mark": mix(style.cover, toward, 0.1),
    }


def title_pieces(title: str) -> list[str]:
    """The title in pieces between which a line may break, where it has words wider than the page."""
    return breakable_pieces(title, LONGEST_TITLE_WORD)


def _short_title(book: BoundBook) -> str:
    """The title for the line at the top, without its second part where it is long."""
    return book.title if len(book.title) <= 32 else _shorten(book.title_lines[0], 40)


def _shorten(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return (
        text[:length].rpartition(" ")[0].rstrip(" .,:;–—·") + "…"
        if " " in text[:length]
        else text[:length] + "…"
    )
