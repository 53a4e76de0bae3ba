"""The book as one HTML file that needs nothing else: no network, no server, no font of the system."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from coursewright.book.bound import BoundBook, Entry, Page, PageLink, contents
from coursewright.book.contrast import mix
from coursewright.book.cover import cover_rings
from coursewright.book.html_nodes import HtmlPage
from coursewright.book.page_style import asset, font_faces, style_properties
from coursewright.book.safe_svg import inline_svg
from coursewright.book.style import HouseStyle


def write_html(book: BoundBook, style: HouseStyle) -> bytes:
    """The whole book, with its contents at the side, in light and dark.

    The page's own policy lets it run one script, its own, and fetch nothing.
    """
    script = asset("book.js").strip()
    css = "\n".join((font_faces(style), asset("book.css"), style_properties(style), asset("screen.css")))
    anchors = book.page_of_ids()
    pages = [_view(book, page, anchors) for page in book.pages]
    html: str = template("book.html.j2").render(
        book=book,
        words=book.words,
        style=style,
        lang=book.language.code,
        policy=_policy(script),
        css=Markup(css),
        script=Markup(script),
        script_words=_script_words(book),
        entries=[_line(entry, book) for entry in contents(book)],
        pages=pages,
        art=cover_art(book, style),
        logo=logo_markup(style),
        imprint=style.fill(style.footer, {"course": book.title, "name": style.name, "date": book.date}),
    )
    return html.encode("utf-8")


@dataclass(frozen=True)
class _View:
    """A page as the template shows it."""

    kind: str
    id: str
    label: str
    title: str
    full_title: str
    level: int
    module: int
    facts: tuple[str, ...]
    body: Markup
    previous: PageLink | None
    next: PageLink | None


def _view(book: BoundBook, page: Page, anchors: dict[str, str]) -> _View:
    rendered = HtmlPage(
        page=page,
        words=book.words,
        figures=book.figures,
        resolve=lambda anchor: f"#{anchor}" if anchor in anchors else None,
        guide="lab-guide.html",
        leads_to_guide=True,
        level=page.level + 2,
        ticks=True,
    )
    return _View(
        page.kind, page.id, page.label, page.title, page.full_title, page.level, page.module, page.facts,
        rendered.body(), page.previous, page.next,
    )  # fmt: skip


def _line(entry: Entry, book: BoundBook) -> dict[str, Any]:
    """An entry of the contents as the template shows it: the number alone instead of the label."""
    marks = {"gap": book.words["gap"], "not written": book.words["unwritten"]}
    return {
        "level": entry.level,
        "id": entry.id,
        "number": entry.label.rsplit(" ", 1)[-1] if entry.label else "",
        "title": entry.title,
        "mark": marks.get(entry.state, ""),
        "entries": [_line(inner, book) for inner in entry.entries],
    }


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def _script_words(book: BoundBook) -> Markup:
    words = {
        "resume": book.words["continue_reading"],
        "copy": book.words["copy"],
        "copied": book.words["copied"],
        "found": book.words["find_in_text"],
    }
    return Markup(json.dumps(words, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c"))


def logo_markup(style: HouseStyle) -> Markup:
    """The house's logo for an HTML page; empty where there is none."""
    if style.logo is None:
        return Markup("")
    if style.logo.media_type == "image/svg+xml":
        return Markup('<span id="logo">{}</span>').format(
            Markup(inline_svg(style.logo.content, "logo", style.name or "Logo"))
        )
    data = base64.b64encode(style.logo.content).decode("ascii")
    return Markup('<img src="data:image/png;base64,{}" alt="{}">').format(data, style.name or "Logo")


def cover_art(book: BoundBook, style: HouseStyle) -> Markup:
    """The cover's drawing: rings placed by the book's identifier, so that every course has its own."""
    seed = hashlib.sha256(book.identifier.encode("ascii")).digest()
    faint = mix(style.cover, style.cover_text, 0.10)
    # Nothing but numbers and colours is in these circles.
    rings = Markup("".join(cover_rings(book.identifier, style, 840 + seed[0] % 120, 120 + seed[1] % 320, 62)))
    dots = Markup("").join(
        Markup('<circle cx="{}" cy="{}" r="3" fill="{}" stroke="none"/>').format(
            40 + column * 34, 560 + row * 34, faint
        )
        for row in range(4)
        for column in range(14)
    )
    return Markup(
        '<svg class="art" viewBox="0 0 1000 700" preserveAspectRatio="xMaxYMid slice" fill="none" '
        'aria-hidden="true">{}{}</svg>'
    ).format(rings, dots)


@cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def template(name: str) -> Any:
    """One of the book's templates; every value that it is given is escaped."""
    return _environment().get_template(name)
