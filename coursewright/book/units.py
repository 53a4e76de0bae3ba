"""A book's pages as web pages of their own, as learning platforms take them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coursewright.book.bound import BoundBook, Page
from coursewright.book.html import template
from coursewright.book.html_nodes import HtmlPage
from coursewright.book.page_style import asset, font_faces, font_file, style_properties, used_fonts
from coursewright.book.style import HouseStyle


@dataclass(frozen=True)
class Unit:
    """A page and its file."""

    page: Page
    file: str
    content: bytes


def make_units(book: BoundBook, *, linked: bool, guide: str) -> tuple[Unit, ...]:
    """Every page of the book as a file in ``units/``.

    Args:
        linked: pages link to each other; where the platform leads from unit to unit, they must not.
        guide: the lab guide's package, which is named: nobody knows where a platform will have put it.
    """
    anchors = book.page_of_ids()
    units = []
    for page in book.pages:
        rendered = HtmlPage(
            page=page,
            words=book.words,
            figures=book.figures,
            resolve=_resolver(page, anchors, linked),
            guide=guide,
            ticks=True,
        )
        html: str = template("unit.html.j2").render(
            book=book,
            words=book.words,
            lang=book.language.code,
            page=page,
            body=rendered.body(),
            linked=linked,
        )
        units.append(Unit(page, unit_file(page.id), html.encode("utf-8")))
    return tuple(units)


def unit_file(page_id: str) -> str:
    return f"units/{page_id}.html"


def shared_files(style: HouseStyle) -> tuple[tuple[str, bytes], ...]:
    """What all units use: style, script and fonts, in ``shared/``."""
    css = "\n".join(
        (font_faces(style, folder="fonts/"), asset("book.css"), style_properties(style), asset("unit.css"))
    )
    return (
        ("shared/style.css", css.encode("utf-8")),
        ("shared/unit.js", asset("unit.js").encode("utf-8")),
        *((f"shared/fonts/{file}", font_file(file)) for *_, file in used_fonts(style)),
    )


def _resolver(page: Page, anchors: dict[str, str], linked: bool) -> Callable[[str], str | None]:
    def resolve(anchor: str) -> str | None:
        target = anchors.get(anchor)
        if target == page.id:
            return f"#{anchor}"
        if target is None or not linked:
            return None
        return f"{target}.html" if anchor == target else f"{target}.html#{anchor}"

    return resolve
