"""The book as a folder for site builders that read Markdown: ``mkdocs.yml`` and a ``docs`` tree.

Only Markdown that the common builders agree on is used, with tables, footnotes and fenced code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from coursewright.book.bound import BoundBook, Page
from coursewright.book.markdown import MarkdownWriter, escape_text, opening
from coursewright.book.model import BookFigure
from coursewright.book.nodes import FigureRef, walk_blocks
from coursewright.book.safe_svg import UnsafeSvg, clean_svg
from coursewright.book.scorm import group_pages
from coursewright.book.style import HouseStyle


def write_site(book: BoundBook, style: HouseStyle) -> Iterator[tuple[str, bytes]]:
    """The folder's files: settings, a first page, the pages, and the figures that they show."""
    folder = f"{book.stem}-site"
    figures = dict(_figures(book))
    places = {page.id: _place(page) for page in book.pages}
    anchors = book.page_of_ids()
    yield f"{folder}/mkdocs.yml", _settings(book, style, places)
    yield f"{folder}/docs/index.md", f"{opening(book, lambda page: places[page.id])}\n".encode()
    for page in book.pages:
        up = "../" * places[page.id].count("/")
        writer = MarkdownWriter(
            words=book.words,
            figures={name: figure for name, figure in book.figures.items() if name in figures},
            resolve=_resolver(page, anchors, places, up),
            picture=_pictures(figures, up),
            # A site of its own, wherever it is published.
            guide="lab-guide-site/",
            anchors=True,
            # MkDocs without further extensions would show the brackets.
            boxes=("☐", "☑"),
        )
        text = writer.page(page, level=1)
        if book.banner:
            text = f"> **{escape_text(book.banner)}**\n\n{text}"
        yield f"{folder}/docs/{places[page.id]}", f"{text}\n".encode()
    for file, content in figures.values():
        yield f"{folder}/docs/{file}", content


def _place(page: Page) -> str:
    """Where the page's file is in ``docs``."""
    if page.kind == "module":
        return f"{page.id}/index.md"
    return f"m{page.module:02d}/{page.id}.md" if page.module else f"{page.id}.md"


def _resolver(
    page: Page, anchors: dict[str, str], places: dict[str, str], up: str
) -> Callable[[str], str | None]:
    def resolve(anchor: str) -> str | None:
        target = anchors.get(anchor)
        if target is None:
            return None
        if target == page.id:
            return f"#{anchor}"
        return f"{up}{places[target]}#{anchor}" if anchor != target else f"{up}{places[target]}"

    return resolve


def _pictures(figures: dict[str, tuple[str, bytes]], up: str) -> Callable[[BookFigure], str]:
    return lambda figure: f"{up}{figures[figure.id][0]}"


def _figures(book: BoundBook) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Id, file and content of every figure that a page shows and that can be shown."""
    shown = {
        block.id for page in book.pages for block in walk_blocks(page.blocks) if isinstance(block, FigureRef)
    }
    for name in sorted(shown & set(book.figures)):
        figure = book.figures[name]
        if figure.svg:
            try:
                yield name, (f"figures/{name}.svg", clean_svg(figure.svg))
            except UnsafeSvg:
                continue
        elif figure.png:
            yield name, (f"figures/{name}.png", figure.png)


def _settings(book: BoundBook, style: HouseStyle, places: dict[str, str]) -> bytes:
    import yaml

    navigation: list[Any] = [{book.words["contents"]: "index.md"}]
    for page, inner in group_pages(book):
        if inner:
            pages = [{child.full_title: places[child.id]} for child in (page, *inner)]
            navigation.append({page.full_title: pages})
        else:
            navigation.append({page.full_title: places[page.id]})
    settings = {
        "site_name": book.title,
        "site_description": book.description,
        "site_author": style.name,
        "docs_dir": "docs",
        "use_directory_urls": False,
        # The contents stand at its side; MkDocs's other theme has them in a line above, where few fit.
        "theme": {"name": "readthedocs", "locale": book.language.code},
        "markdown_extensions": ["tables", "footnotes", "fenced_code", "sane_lists"],
        "nav": navigation,
    }
    kept = {key: value for key, value in settings.items() if value != ""}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110).encode("utf-8")
