"""The lab guide: the labs as a book of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from book_samples import sample_book
from servers.lab_text import good_lab, make_lab_brief

from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook, Page
from coursewright.book.markdown import write_markdown
from coursewright.book.model import Book
from coursewright.book.nodes import CodeBlock, Heading, List, Notice, Paragraph, Table, plain_text
from coursewright.languages import load_language


@pytest.fixture(scope="module")
def book() -> Book:
    return sample_book(8, "es", labs=True)


@pytest.fixture(scope="module")
def guide(book: Book) -> BoundBook:
    return bind_lab_guide(book)


def page(book: BoundBook, page_id: str) -> Page:
    return next(page for page in book.pages if page.id == page_id)


def rows(page: Page) -> list[list[str]]:
    (table,) = (block for block in page.blocks if isinstance(block, Table))
    return [[plain_text(cell) for cell in row] for row in table.rows]


def test_the_labs_are_grouped_by_module(guide: BoundBook) -> None:
    assert [entry.id for entry in guide.pages] == [
        "labs", "room", "m01", "lab-01-01-01", "lab-01-00-01", "m02", "lab-02-01-01", "lab-02-00-01",
        "colophon",
    ]  # fmt: skip
    assert (guide.stem, guide.kind) == ("lab-guide", "Guía de laboratorios")


def test_the_total_is_the_sum_of_the_labs_times(guide: BoundBook) -> None:
    overview = rows(page(guide, "labs"))
    assert overview[0] == ["Capítulo 1", "Imágenes y registros", "", "1 h 10 min"]
    assert [overview[1][0], *overview[1][2:]] == ["01-01-01", "Intermedio", "35 min"]
    assert overview[-1] == ["Total", "", "", "2 h 20 min"]
    assert ("Total", "2 h 20 min") in guide.cover_facts


def test_the_total_follows_the_labs(book: Book) -> None:
    first, second = book.modules
    longer = replace(first, labs=(replace(first.labs[0], duration_minutes=95), *first.labs[1:]))
    guide = bind_lab_guide(replace(book, modules=(longer, second)))
    assert rows(page(guide, "labs"))[-1][-1] == "3 h 20 min"


def english_words(guide: BoundBook) -> set[str]:
    """The program's own English words that stand in a guide, and are no words of Spanish."""
    english, spanish = load_language("en"), load_language("es")
    text = write_markdown(guide).decode("utf-8")
    own = {word for words in (spanish.lab, spanish.book, spanish.lesson) for word in words.values()}
    return {
        word
        for words in (english.lab, english.book, english.lesson)
        for key, word in words.items()
        if len(word) > 3 and word not in own and not key.startswith("also_")
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    }


def test_nothing_of_a_spanish_guide_is_half_english(guide: BoundBook) -> None:
    assert english_words(guide) == set()
    assert len(english_words(bind_lab_guide(sample_book(8, "en", labs=True)))) > 30


def test_whoever_prepares_the_room_sees_what_is_needed_and_by_which_labs(guide: BoundBook) -> None:
    room = page(guide, "room")
    (needed,) = (block for block in room.blocks if isinstance(block, Table))
    assert [plain_text(row[0]) for row in needed.rows] == [
        "Software", "Docker 27.3", "Python 3.12", "kubectl 1.31", "Hardware", "4 CPU, 8 GB RAM",
    ]  # fmt: skip
    assert plain_text(needed.rows[-1][1]) == "01-01-01, 01-00-01, 02-01-01, 02-00-01"


def test_each_lab_has_a_checklist_of_its_steps(guide: BoundBook) -> None:
    lab = page(guide, "lab-01-01-01")
    checklist = [block for block in lab.blocks if isinstance(block, List)][-1]
    assert all(item.checked is False for item in checklist.items)
    lines = [plain_text(item.blocks[0].children) for item in checklist.items]  # type: ignore[union-attr]
    assert lines[0] == "El entorno del laboratorio está listo"
    assert [line[:6] for line in lines[1:4]] == ["Paso 1", "Paso 2", "Paso 3"]
    assert lines[-1] == "Lo que creó el laboratorio está eliminado"


def test_a_labs_listings_stand_in_its_steps_without_numbers(guide: BoundBook) -> None:
    listings = [block for block in page(guide, "lab-01-01-01").blocks if isinstance(block, CodeBlock)]
    assert len(listings) > 3
    assert all(not listing.number for listing in listings)


def test_starter_and_solution_files_are_named(book: Book) -> None:
    files = {"01-01-01/starter/app.py": b"", "01-01-01/solution/app.py": b"", "01-01-011/x": b""}
    lab = page(bind_lab_guide(replace(book, lab_files=files)), "lab-01-01-01")
    assert "Archivos" in [plain_text(block.children) for block in lab.blocks if isinstance(block, Heading)]
    assert "solution/app.py" in repr(lab.blocks)
    assert "01-01-011" not in repr(lab.blocks)


def test_a_file_is_named_before_its_listing(book: Book) -> None:
    first, second = book.modules
    brief = make_lab_brief("es", id="01-01-01")
    lab = replace(first.labs[0], markdown=good_lab(brief, files=True))
    guide = bind_lab_guide(replace(book, modules=(replace(first, labs=(lab, *first.labs[1:])), second)))
    blocks = page(guide, "lab-01-01-01").blocks
    before = {
        plain_text(label.children): listing.text.split("\n")[-1]
        for label, listing in pairwise(blocks)
        if isinstance(label, Paragraph) and isinstance(listing, CodeBlock)
    }
    assert before["Archivo de partida: starter/app.py"].startswith("LIMIT = 40")
    assert before["Solución de referencia: solution/app.py"].startswith("print(")
    assert before["Comandos de comprobación:"] == "python3 app.py | grep -q 80"


def test_a_missing_lab_says_so(book: Book) -> None:
    first, second = book.modules
    gap = replace(first.labs[0], state="gap", reason="No reply.", markdown="")
    guide = bind_lab_guide(replace(book, modules=(replace(first, labs=(gap, first.labs[1])), second)))
    (notice,) = page(guide, "lab-01-01-01").blocks
    assert isinstance(notice, Notice)
    assert "Motivo: No reply." in repr(notice)
