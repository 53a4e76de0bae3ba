"""From a course to a book of pages: the order of the pages, and what they take from each other."""

from __future__ import annotations

import uuid
from dataclasses import replace

from coursewright.book.bound import BoundBook, Page
from coursewright.book.compose import show
from coursewright.book.course_pages import (
    colophon_page,
    course_facts,
    course_page,
    figures_page,
    front_page,
    glossary_page,
    labs_page,
    module_minutes,
)
from coursewright.book.foreign import guess_foreign
from coursewright.book.glossary import FoundTerm, define_terms
from coursewright.book.lesson_pages import bind_module, link_neighbours
from coursewright.book.model import Book, BookFigure
from coursewright.book.nodes import Dropped, FigureRef
from coursewright.book.wording import say_date

_NAMESPACE = uuid.UUID("5d3c1b0e-6a52-5b0b-9a2a-0c9f5a3f7b11")
"""Names of books are derived in it, so that a rebuilt book keeps its identifier."""


def bind_book(book: Book) -> BoundBook:
    """The course book, whatever the format.

    Pages, in order: the course, front matter if there is any, for each module its opening, lessons, summary
    and references, then labs, glossary and figures where there are any, and how the book was made.
    """
    guess = guess_foreign(book.language.code)
    front, lost = front_page(book)
    dropped: list[Dropped] = list(lost)
    pages: list[Page] = [course_page(book), *((front,) if front else ())]
    terms: list[tuple[FoundTerm, str]] = []
    figures: list[FigureRef] = []
    for module in book.modules:
        bound = bind_module(module, book.language, guess, module_minutes(module))
        pages.extend(bound.pages)
        terms.extend(bound.terms)
        figures.extend(bound.figures)
        dropped.extend(bound.dropped)
    if any(module.labs for module in book.modules):
        pages.append(labs_page(book))
    if definitions := define_terms(terms):
        pages.append(glossary_page(book, definitions))
    if figures:
        pages.append(figures_page(book, figures))
    pages.append(colophon_page(book, labs=False))
    return make_bound(book, "book", link_neighbours(pages, "lesson"), course_facts(book), dropped)


def make_bound(
    book: Book,
    stem: str,
    pages: tuple[Page, ...],
    facts: tuple[tuple[str, str], ...],
    dropped: list[Dropped],
) -> BoundBook:
    """`pages` with what every format says of the whole book.

    Args:
        stem: ``book`` or ``lab-guide``.
    """
    words = book.language.book
    guide = stem == "lab-guide"
    return BoundBook(
        stem="lab-guide" if guide else "book",
        kind=words["lab_guide" if guide else "course_book"],
        project=book.project,
        title=show(book.title),
        description=show(book.description),
        identifier=str(uuid.uuid5(_NAMESPACE, f"{book.project}/{stem}")),
        language=book.language,
        words=words,
        pages=pages,
        cover_facts=facts,
        banner=words["demonstration_banner"] if book.demonstration else "",
        dated=book.dated,
        date=say_date(book.dated, words),
        models=book.models,
        figures={name: _clean_figure(figure) for name, figure in book.figures.items()},
        dropped=tuple(dropped),
    )


def _clean_figure(figure: BookFigure) -> BookFigure:
    """`figure` with words that every format can hold."""
    return replace(
        figure,
        caption=show(figure.caption),
        alt=show(figure.alt),
        long_description=show(figure.long_description),
    )
