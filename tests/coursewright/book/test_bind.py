"""What is in a book, page by page, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from book_samples import book_of, sample_book

from coursewright.book.bind import bind_book
from coursewright.book.bind_labs import bind_lab_guide
from coursewright.book.bound import BoundBook, Page, contents
from coursewright.book.model import Book, BookLesson, BookModule
from coursewright.book.nodes import (
    Block,
    CodeBlock,
    DefinitionList,
    FigureRef,
    Heading,
    Link,
    List,
    Notice,
    Paragraph,
    Table,
    plain_text,
    walk_blocks,
)
from coursewright.languages import language_codes, load_language


@pytest.fixture(scope="module")
def book() -> BoundBook:
    return bind_book(sample_book(8, "es", gaps=True, labs=True))


def page(book: BoundBook, page_id: str) -> Page:
    return next(page for page in book.pages if page.id == page_id)


def said(blocks: tuple[Block, ...]) -> str:
    parts = []
    for block in walk_blocks(blocks):
        if isinstance(block, Paragraph | Heading):
            parts.append(plain_text(block.children))
        elif isinstance(block, Table):
            parts += [" | ".join(plain_text(cell) for cell in row) for row in (block.header, *block.rows)]
    return "\n".join(parts)


def test_the_pages_come_in_the_order_of_a_course(book: BoundBook) -> None:
    assert [entry.id for entry in book.pages] == [
        "course",
        "m01", "l01-01", "l01-02", "l01-03", "l01-04", "l01-05", "l01-06", "m01-summary", "m01-references",
        "m02", "l02-01", "l02-02", "m02-summary", "m02-references",
        "labs", "glossary", "figures", "colophon",
    ]  # fmt: skip


def test_the_course_page_says_what_the_course_is(book: BoundBook) -> None:
    course = page(book, "course")
    assert "Nivel: Intermedio" in course.facts
    text = said(course.blocks)
    for part in (
        "un clúster que se repara",
        "A quién está dirigido",
        "Línea de comandos",
        "Agenda",
        "25 min",
    ):
        assert part in text
    assert "Total | 3 h 40 min" in text


def test_a_module_opens_with_what_it_covers_and_its_lessons_objectives(book: BoundBook) -> None:
    module = page(book, "m01")
    assert (module.label, module.title) == ("Capítulo 1", "Imágenes y registros")
    assert module.facts == ("2 h 35 min", "6 lecciones")
    text = said(module.blocks)
    assert "cómo confiar en ella" in text
    assert "Lección 1.2 Bucle de control (25 min, falta)" in text
    assert "Lección 1.3 Descubrimiento de servicios (30 min, aún sin escribir)" in text
    assert "Explicar cómo se reconcilian el estado declarado y el estado real" in text


def test_a_gap_says_what_is_missing_and_why(book: BoundBook) -> None:
    gap = page(book, "l01-02")
    assert gap.state == "gap"
    notice = gap.blocks[0]
    assert isinstance(notice, Notice)
    assert notice.kind == "gap"
    text = said(gap.blocks)
    assert "Falta esta lección" in text
    assert "Motivo: La respuesta del modelo llegó cortada tres veces" in text
    assert "Sonda de disponibilidad" in text


def test_what_was_not_asked_for_is_no_gap(book: BoundBook) -> None:
    unwritten = page(book, "l01-03")
    assert unwritten.state == "not written"
    assert isinstance(unwritten.blocks[0], Notice)
    assert unwritten.blocks[0].kind == "unwritten"
    assert "Falta" not in said(unwritten.blocks)


def test_the_program_links_each_lesson_to_its_neighbours(book: BoundBook) -> None:
    last = page(book, "l01-06")
    assert last.previous is not None
    assert last.next is not None
    assert (last.previous.id, last.next.id) == ("l01-05", "l02-01")
    assert last.next.label == "Lección 2.1"
    assert page(book, "l01-01").previous is None
    assert page(book, "l02-02").next is None


def test_figures_are_numbered_in_their_module_and_listed(book: BoundBook) -> None:
    figures = [
        block for entry in book.pages for block in walk_blocks(entry.blocks) if isinstance(block, FigureRef)
    ]
    assert [figure.number for figure in figures] == [f"1-{n}" for n in range(1, 13)] + [
        f"2-{n}" for n in range(1, 7)
    ]
    listed = said(page(book, "figures").blocks)
    assert listed.count("Figura ") == 18
    assert "Figura 2-6 Recorrido de una petición" in listed


def test_a_figure_that_stands_twice_has_one_number_and_one_place_to_link_to() -> None:
    tag = "[VISUAL: 01-01-0001 - A figure of something that is shown]"
    bound = bind_book(book_of(f"## A\n\n{tag}\n\n{tag}\n"))
    first, second = (block for block in page(bound, "l01-01").blocks if isinstance(block, FigureRef))
    assert (first.number, second.number) == ("1-1", "1-1")
    assert (first.anchor, second.anchor) == ("fig-01-01-0001", "")


def numbered(bound: BoundBook) -> list[tuple[str, str]]:
    """Number and caption of the first lesson's tables and listings."""
    blocks = page(bound, "l01-01").blocks
    return [(block.number, block.caption) for block in blocks if isinstance(block, Table | CodeBlock)]


CODE = "```yaml\na: 1\n```\n"
TABLE = "| a | b |\n|---|---|\n| c | d |\n"


def test_a_listing_or_table_has_its_number_and_the_title_of_its_section() -> None:
    bound = bind_book(book_of(f"{CODE}\n## A\n\n{TABLE}\n## B\n\n### Part\n\n{CODE}"))
    assert numbered(bound) == [("1-1", "Title 1"), ("1-1", "A"), ("1-2", "B")]


def test_no_two_captions_say_the_same(book: BoundBook) -> None:
    titled = '```yaml title="web.yaml"\na: 1\n```\n'
    bound = bind_book(book_of(f"## A\n\n{TABLE}\n{CODE}\n{titled}\n## A\n\n{CODE}\n{titled}"))
    assert numbered(bound) == [
        ("1-1", ""), ("1-1", ""), ("1-2", "web.yaml"), ("1-3", "A"), ("1-4", "web.yaml"),
    ]  # fmt: skip
    assert numbered(book) == [
        ("1-1", ""),
        ("1-1", ""),
        ("1-2", ""),
        ("1-2", ""),
        ("1-3", "Registro de imágenes"),
    ]


def test_a_fences_own_title_is_its_caption() -> None:
    bound = bind_book(book_of('## A\n\n```yaml title="web.yaml"\na: 1\n```\n'))
    (listing,) = (block for block in page(bound, "l01-01").blocks if isinstance(block, CodeBlock))
    assert listing.caption == "web.yaml"


OPENING = "[VISUAL: 01-01-0001 - What comes before any text]\n\n"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        (f"{OPENING}## Learning Objectives\n\n- one\n\n## Introduction\n\nFirst.\n\nSecond.\n", "HLHPFP"),
        (f"{OPENING}## Learning Objectives\n\n- one\n", "HLF"),
        (f"{OPENING}## A topic\n\n### Part\n\nText.\n\nMore.\n", "HHPFP"),
        (f"{OPENING}Text.\n", "FP"),
        (f"Text.\n\n{OPENING}## A topic\n", "PFH"),
        (OPENING, "F"),
    ],
)
def test_a_figure_before_any_text_comes_after_the_objectives(text: str, order: str) -> None:
    kinds = {Heading: "H", List: "L", Paragraph: "P", FigureRef: "F"}
    assert "".join(kinds[type(block)] for block in page(bind_book(book_of(text)), "l01-01").blocks) == order


def test_every_link_within_the_book_leads_somewhere(book: BoundBook) -> None:
    places = book.page_of_ids()

    def links(blocks: tuple[Block, ...]) -> list[str]:
        found = []
        for block in walk_blocks(blocks):
            groups = [block.children] if isinstance(block, Paragraph) else []
            if isinstance(block, Table):
                groups = [cell for row in block.rows for cell in row]
            for group in groups:
                for inline in group:
                    children = getattr(inline, "children", ())
                    found += [part.href for part in (inline, *children) if isinstance(part, Link)]
        return found

    inner = [href for entry in book.pages for href in links(entry.blocks) if href.startswith("#")]
    assert len(inner) > 60
    assert {href[1:] for href in inner} <= set(places)


def test_ids_are_unique_in_the_book(book: BoundBook) -> None:
    from coursewright.book.bound import anchors_of

    ids = [anchor for entry in book.pages for anchor in anchors_of(entry)]
    assert len(ids) == len(set(ids))


def test_the_modules_summary_holds_its_lessons_key_takeaways(book: BoundBook) -> None:
    summary = page(book, "m01-summary")
    assert summary.title == "El capítulo 1 en breve"
    assert said(summary.blocks).count("Declara el estado que quieres") == 4


def test_the_modules_references_name_each_source_once_and_where_it_is_cited(book: BoundBook) -> None:
    references = page(book, "m01-references")
    text = said(references.blocks)
    assert text.count("Kubernetes: Deployments") == 1
    assert (
        "Kubernetes: Deployments — en Lección\u00a01.1, Lección\u00a01.4, Lección\u00a01.5, Lección\u00a01.6"
        in text
    )


def test_a_topic_may_bear_the_title_of_a_fixed_section() -> None:
    bound = bind_book(
        book_of(
            "## Learning Objectives\n\n- Explain a\n\n## Introduction\n\nx\n\n"
            "## Summary\n\n### Key Takeaways\n\n- wrong\n\n"
            "## Summary\n\n### Key Takeaways\n\n- right\n\n## Bibliographic References\n\n- [R](https://r.test/)\n"
        )
    )
    assert "right" in said(page(bound, "m01-summary").blocks)
    assert "wrong" not in said(page(bound, "m01-summary").blocks)


def test_a_text_without_the_fixed_sections_still_makes_a_book() -> None:
    bound = bind_book(book_of("Just a paragraph.", ""))
    assert [entry.id for entry in bound.pages] == ["course", "m01", "l01-01", "l01-02", "colophon"]


def test_notes_are_not_carried_to_pages_that_do_not_have_them() -> None:
    bound = bind_book(
        book_of(
            "## Learning Objectives\n\n- Explain **a[^1]**\n\n## Bibliographic References\n\n"
            "- [R](https://r.test/)[^1]\n\n[^1]: note\n"
        )
    )
    for page_id in ("m01", "m01-references"):
        assert "FootnoteRef" not in repr(page(bound, page_id).blocks)
    assert "FootnoteRef" in repr(page(bound, "l01-01").blocks)


def test_english_passages_in_a_spanish_book_are_marked() -> None:
    bound = bind_book(
        book_of(
            "## A\n\nLa imagen es lo que se guarda en el registro, y de ella se crea el contenedor.\n\n"
            "The image is what is stored in the registry, and the container is made from it.\n\n"
            "kubectl apply\n",
            language="es",
        )
    )
    paragraphs = [block for block in page(bound, "l01-01").blocks if isinstance(block, Paragraph)]
    assert [paragraph.language for paragraph in paragraphs] == [None, "en", None]


def test_the_last_page_says_what_was_made_by_which_model_and_when(book: BoundBook) -> None:
    text = said(page(book, "colophon").blocks)
    assert "Escrito con openai:gpt-4o, bedrock:us.amazon.nova-pro-v1:0." in text
    assert "Lección 1.4 | openai:gpt-4o | 2 de marzo de 2026 | editado por una persona" in text
    assert "Lección 1.2 |  |  | Falta" in text


def test_the_reason_of_a_gap_is_marked_as_the_english_that_it_is() -> None:
    book = book_of("", language="es")
    reason = "The server cannot be reached at the address that is set. Is it running? Start it and try again."
    gap = replace(book.modules[0].lessons[0], state="gap", reason=reason)
    bound = bind_book(replace(book, modules=(replace(book.modules[0], lessons=(gap,)),)))
    said = [block for block in walk_blocks(page(bound, "l01-01").blocks) if isinstance(block, Paragraph)]
    assert [block.language for block in said if reason in plain_text(block.children)] == ["en"]
    assert {block.language for block in said if reason not in plain_text(block.children)} == {None}


@pytest.mark.parametrize(
    ("bind", "gaps", "columns"), [(bind_book, False, 3), (bind_book, True, 4), (bind_lab_guide, False, 3)]
)
def test_the_last_page_has_a_column_for_remarks_only_where_there_are_some(
    bind: Callable[[Book], BoundBook], gaps: bool, columns: int
) -> None:
    blocks = page(bind(sample_book(2, "es", gaps=gaps, labs=True)), "colophon").blocks
    made = next(block for block in blocks if isinstance(block, Table))
    assert {len(made.header), len(made.align), *map(len, made.rows)} == {columns}


def test_the_labs_are_listed_with_the_way_to_their_guide(book: BoundBook) -> None:
    labs = page(book, "labs")
    assert "01-01-01 | Práctica: Descubrimiento de servicios | Lección 1.1 | 35 min" in said(labs.blocks)
    assert "guide:#lab-01-01-01" in repr(labs.blocks)


def test_what_a_person_wrote_in_front_comes_after_the_course_page() -> None:
    bound = bind_book(book_of("x", front_matter="# Welcome\n\n## To the reader\n\nHello.\n"))
    assert [entry.id for entry in bound.pages][:2] == ["course", "front"]
    assert page(bound, "front").title == "Welcome"


def test_a_demonstration_is_marked_as_one() -> None:
    assert "Do not teach from it" in bind_book(sample_book(1, "en", demonstration=True)).banner
    assert bind_book(sample_book(1, "en")).banner == ""


def test_the_contents_have_four_levels(book: BoundBook) -> None:
    module = next(entry for entry in contents(book) if entry.id == "m01")
    lesson = module.entries[0]
    topic = lesson.entries[2]
    assert [entry.level for entry in (module, lesson, topic, topic.entries[0])] == [1, 2, 3, 4]
    assert topic.title == "Capas de una imagen"
    assert [entry.title for entry in topic.entries] == [
        "Visión General del Concepto", "Detalles Técnicos", "Aplicación Práctica",
    ]  # fmt: skip
    assert module.entries[1].state == "gap"


def test_what_was_dropped_is_told_with_its_lesson() -> None:
    bound = bind_book(book_of("fine", "[x](javascript:1)"))
    assert [(entry.where, entry.what) for entry in bound.dropped] == [("01-02", "link to javascript:1")]


def test_titles_from_the_outline_cannot_hide_or_break_text() -> None:
    hostile = "A\u202e<b>\x00\n# title"
    lesson = BookLesson(1, 1, hostile, markdown="x", topics=(hostile,), state="gap", reason=hostile)
    bound = bind_book(replace(book_of("x"), title=hostile, modules=(BookModule(1, hostile, (lesson,)),)))
    assert bound.title == "A<b> # title"
    assert page(bound, "m01").title == "A<b> # title"
    assert "\u202e" not in repr(bound.pages)


@pytest.mark.parametrize("code", language_codes())
def test_every_language_has_every_word_of_a_book(code: str) -> None:
    words = load_language(code).book
    assert set(words) == set(load_language("en").book)
    assert all(isinstance(word, str) and word for word in words.values())
    assert len(words["months"].split()) == 12
    assert len(words["quotes"]) == 4


def test_a_course_without_lessons_texts_or_dates_is_still_a_book() -> None:
    empty = Book(project="p", title="T", language=load_language("en"), modules=())
    assert [entry.id for entry in bind_book(empty).pages] == ["course", "colophon"]


def test_an_item_keeps_its_boxes() -> None:
    bound = bind_book(book_of("## A\n\n- [ ] one\n- [x] two\n"))
    (block,) = (block for block in page(bound, "l01-01").blocks if isinstance(block, List))
    assert [item.checked for item in block.items] == [False, True]


def test_terms_are_sorted_as_a_dictionary_sorts_them() -> None:
    lesson = "## A\n\n### Visión General del Concepto\n\n" + "\n\n".join(
        f"**{term}**: es algo que se explica aquí con calma."
        for term in ("Zona", "ñu", "Árbol", "nube", "oso")
    )
    glossary = page(bind_book(book_of(lesson, language="es")), "glossary")
    (terms,) = (block for block in glossary.blocks if isinstance(block, DefinitionList))
    assert [item.term for item in terms.items] == ["Árbol", "nube", "ñu", "oso", "Zona"]
