"""What the formats of numbered pages share: paper, colours, running titles and what the contents show."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.book.bound import BoundBook, Page
from coursewright.book.contrast import contrast, mix, pass_on
from coursewright.book.cover import cover_rings
from coursewright.book.highlight import Kind
from coursewright.book.nodes import List, Paragraph, plain_text
from coursewright.book.sections import find_lesson_sections, split_sections
from coursewright.book.style import HouseStyle

POINTS_PER_MM = 72 / 25.4
MARGIN_MM = 25.0
PAPER_MM = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
HEADER_CHARACTERS = 100
"""Characters of the line at the top of a page."""
LINE_LETTERS = 85
WHOLE_LIST_LINES = 6
"""A list of so many lines or fewer is not parted by the end of a page."""

SVG_SCALE = 0.6
"""Points of the page for a pixel of a drawing: its 15 px letters become 9 pt."""
PNG_SCALE = 0.36
_LEAST_SCALE = 0.5
"""Before a drawing becomes smaller than this, its 14 px letters being 7 pt, it may take more of the page."""
_TALLEST = 0.82
"""The most of a page's text that a drawing may take then."""

CODE_COLOURS: dict[Kind, str] = {
    "comment": "#59636e", "keyword": "#a1206b", "string": "#0a5c2e", "number": "#0b4fa8",
    "function": "#5b35a8", "type": "#8a4100", "tag": "#0a5c6b", "attribute": "#7a3e00", "builtin": "#5b35a8",
    "inserted": "#0a5c2e", "deleted": "#a51d1d", "prompt": "#59636e",
}  # fmt: skip
"""Colours of the kinds of tokens on a shaded ground; each has a contrast of at least 4.5 there."""


def text_size(style: HouseStyle) -> tuple[float, float]:
    """Width and height of the text on a page, in points."""
    width, height = PAPER_MM[style.paper]
    return (width - 2 * MARGIN_MM) * POINTS_PER_MM, (height - 52.0) * POINTS_PER_MM


def drawing_height(pixels: float, usual: float, page: float) -> float:
    """The most that a drawing may take of a page.

    Args:
        pixels: its own height.
        usual: what figures may take.
        page: the height of the page's text.
    """
    return min(max(usual, pixels * _LEAST_SCALE), page * _TALLEST)


def goes_on(page: Page, before: Page | None) -> bool:
    """Whether `page` stands below the one before it rather than on a page of its own.

    A chapter's references below its summary: each alone would leave most of its page empty.
    """
    return page.kind == "references" and before is not None and before.kind == "summary"


def chapter_name(chapter: Page) -> str:
    """A page of level 1 as running titles name it."""
    return f"{chapter.label} · {chapter.title}" if chapter.label else chapter.title


def running_title(book: BoundBook, style: HouseStyle, chapter: Page, length: int = HEADER_CHARACTERS) -> str:
    """What the house style has at the top of the pages of a chapter."""
    values = {
        "course": short_title(book),
        "module": chapter_name(chapter),
        "name": style.name,
        "date": book.date,
        "page": "",
    }
    return shorten(style.fill(style.header, values), length)


def listed_headings(page: Page, book: BoundBook) -> Iterator[str]:
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


def is_short_list(block: List) -> bool:
    """Whether a list is not parted by the end of a page: paragraphs of a few lines in all."""
    paragraphs = [inner for item in block.items for inner in item.blocks]
    if not all(isinstance(inner, Paragraph) for inner in paragraphs):
        return False
    letters = (len(plain_text(inner.children)) for inner in paragraphs if isinstance(inner, Paragraph))
    return sum(count // LINE_LETTERS + 1 for count in letters) <= WHOLE_LIST_LINES


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


def short_title(book: BoundBook) -> str:
    """The title for the line at the top, without its second part where it is long."""
    return book.title if len(book.title) <= 32 else shorten(book.title_lines[0], 40)


def shorten(text: str, length: int) -> str:
    """`text` cut at a word's end, with a sign that it was."""
    if len(text) <= length:
        return text
    cut = text[:length]
    words = cut.rpartition(" ")[0].rstrip(" .,:;–—·")
    return f"{words or cut}…"
