"""The pages around a course's modules: the course itself, its figures, terms and labs, how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from coursewright.book.bound import GUIDE, Page
from coursewright.book.compose import bullets, cell, heading, link, paragraph, paragraphs, show, table, text
from coursewright.book.lesson_pages import lesson_label, lesson_page_id, module_page_id
from coursewright.book.model import Book, BookModule
from coursewright.book.nodes import (
    Block,
    Cell,
    Definition,
    DefinitionList,
    Dropped,
    FigureRef,
    Inline,
    Link,
    Paragraph,
    Text,
)
from coursewright.book.parse import parse_text
from coursewright.book.wording import join_models, say_date, say_level, say_minutes


def module_minutes(module: BookModule) -> float | None:
    """The module's own duration, else the sum of its lessons' where all are known."""
    if module.duration_minutes is not None:
        return module.duration_minutes
    minutes = [lesson.duration_minutes for lesson in module.lessons]
    known = [value for value in minutes if value is not None]
    return sum(known) if known and len(known) == len(minutes) else None


def course_minutes(book: Book) -> float | None:
    """The course's own duration, else the sum of its modules' where all are known."""
    if book.duration_minutes is not None:
        return book.duration_minutes
    known = [value for module in book.modules if (value := module_minutes(module)) is not None]
    return sum(known) if known and len(known) == len(book.modules) else None


def course_facts(book: Book) -> tuple[tuple[str, str], ...]:
    """Name and value of what can be said of the course in a line each."""
    words = book.language.book
    labs = sum(len(module.labs) for module in book.modules)
    facts = (
        (words["level"], show(say_level(book.level, words))),
        (words["duration"], say_minutes(course_minutes(book), words)),
        (words["chapters"], str(len(book.modules))),
        (words["lessons"], str(sum(len(module.lessons) for module in book.modules))),
        (words["labs"], str(labs) if labs else ""),
        (words["language"], book.language.name),
    )
    return tuple((name, value) for name, value in facts if value)


def course_page(book: Book) -> Page:
    """Description, facts, audience, prerequisites, outcomes and agenda."""
    words = book.language.book
    blocks: list[Block] = [*paragraphs(book.description)]
    for key, items in (
        ("audience", book.audience),
        ("prerequisites", book.prerequisites),
        ("learning_outcomes", book.learning_outcomes),
    ):
        if items:
            blocks.append(heading(2, f"course-{key}", words[key]))
            blocks.append(bullets(items))
    if book.modules:
        blocks.append(heading(2, "course-agenda", words["agenda"]))
        blocks.append(_agenda(book))
    facts = tuple(f"{name}: {value}" for name, value in course_facts(book))
    return Page("course", "course", words["about_course"], facts=facts, blocks=tuple(blocks))


def _agenda(book: Book) -> Block:
    words = book.language.book
    rows: list[tuple[Cell, ...]] = []
    for module in book.modules:
        label = f"{book.language.lesson['chapter']} {module.number}"
        title = f"{label}: {module.title}"
        minutes = say_minutes(module_minutes(module), words)
        rows.append(
            (cell(link(module_page_id(module.number), title), strong=True), cell(minutes, strong=True))
        )
        for lesson in module.lessons:
            anchor = lesson_page_id(module.number, lesson.number)
            line: Cell = (Text(f"{module.number}.{lesson.number} "), link(anchor, lesson.title))
            rows.append((line, cell(say_minutes(lesson.duration_minutes, words))))
    total = say_minutes(course_minutes(book), words)
    if total:
        rows.append((cell(words["total"], strong=True), cell(total, strong=True)))
    return table((words["title"], words["time"]), rows, (None, "right"))


def front_page(book: Book) -> tuple[Page | None, tuple[Dropped, ...]]:
    """What a person wrote to stand after the course page, if there is anything."""
    if not book.front_matter.strip():
        return None, ()
    words = book.language.book
    parsed = parse_text(book.front_matter, where="front-matter", prefix="front", quotes=words["quotes"])
    title = parsed.title or words["front_matter"]
    return Page("front", "front", title, blocks=parsed.blocks, footnotes=parsed.footnotes), parsed.dropped


def figures_page(book: Book, figures: Sequence[FigureRef]) -> Page:
    """The list of figures."""
    words = book.language.book
    lines: list[Sequence[Inline]] = [
        (link(figure.anchor, f"{words['figure']} {figure.number}"), Text(f" {figure.caption}"))
        for figure in figures
    ]
    return Page("figures", "figures", words["figures"], blocks=(bullets(lines),))


def glossary_page(book: Book, terms: tuple[Definition, ...]) -> Page:
    words = book.language.book
    return Page(
        "glossary",
        "glossary",
        words["glossary"],
        blocks=(paragraph(words["glossary_intro"]), DefinitionList(terms)),
    )


def labs_page(book: Book) -> Page:
    """An index of all labs, with the way to their guide."""
    words = book.language.book
    rows: list[tuple[Cell, ...]] = []
    for module in book.modules:
        for lab in module.labs:
            title = (
                Link(f"{GUIDE}#lab-{lab.id}", (text(lab.title),))
                if lab.state == "written"
                else text(lab.title)
            )
            place = (
                link(
                    lesson_page_id(module.number, lab.lesson_number),
                    f"{book.language.lesson['lesson']} {module.number}.{lab.lesson_number}",
                )
                if lab.lesson_number
                else link(module_page_id(module.number), f"{book.language.lesson['chapter']} {module.number}")
            )
            minutes = say_minutes(lab.duration_minutes, words)
            rows.append((cell(lab.id), cell(title), cell(place), cell(minutes)))
    header = (words["lab"], words["title"], book.language.lesson["lesson"], words["time"])
    intro = text(words["lab_index_intro"])
    written = any(lab.state == "written" for module in book.modules for lab in module.labs)
    # The sentence itself is the way there, so that it stays true in formats that cannot lead to a file.
    blocks = (
        Paragraph((Link(GUIDE, (intro,)) if written else intro,)),
        table(header, rows, (None, None, None, "right")),
    )
    return Page("labs", "labs", words["lab_index"], blocks=blocks)


def colophon_page(book: Book, *, labs: bool) -> Page:
    """What was written by which model and when.

    Args:
        labs: tell it of the labs instead of the lessons.
    """
    words = book.language.book
    blocks: list[Block] = []
    if book.demonstration:
        blocks.append(paragraph(words["demonstration_banner"]))
    models = join_models(book.models)
    blocks.append(
        paragraph(words["colophon_models"].format(models=models) if models else words["colophon_none"])
    )
    if book.dated:
        blocks.append(paragraph(words["colophon_dated"].format(date=say_date(book.dated, words))))
    blocks.append(paragraph(words["colophon_check"]))
    rows = _lab_origins(book) if labs else _lesson_origins(book)
    if rows:
        header = (words["item"], words["written_by"], words["written_on"], words["remark"])
        # Where nothing is to be remarked, an empty column would only puzzle.
        columns = len(header) if any(row[-1] for row in rows) else len(header) - 1
        blocks.append(table(header[:columns], [row[:columns] for row in rows]))
    blocks.append(paragraph(words["colophon_fonts"]))
    return Page("colophon", "colophon", words["colophon"], blocks=tuple(blocks))


def _lesson_origins(book: Book) -> list[tuple[Cell, ...]]:
    words = book.language.book
    rows: list[tuple[Cell, ...]] = []
    for module in book.modules:
        for lesson in module.lessons:
            item = link(lesson_page_id(module.number, lesson.number), lesson_label(lesson, book.language))
            if lesson.state != "written":
                remark = words["gap" if lesson.state == "gap" else "unwritten"]
                rows.append((cell(item), cell(""), cell(""), cell(remark)))
                continue
            rows.append(
                (
                    cell(item),
                    cell(lesson.model or words["by_person"]),
                    cell(say_date(lesson.written_at, words)),
                    cell(words["edited"] if lesson.edited else ""),
                )
            )
    return rows


def _lab_origins(book: Book) -> list[tuple[Cell, ...]]:
    words = book.language.book
    rows: list[tuple[Cell, ...]] = []
    for module in book.modules:
        for lab in module.labs:
            item = link(f"lab-{lab.id}", f"{words['lab']} {lab.id}")
            written = lab.state == "written"
            rows.append(
                (
                    cell(item),
                    cell((lab.model or words["by_person"]) if written else ""),
                    cell(say_date(lab.written_at, words) if written else ""),
                    cell("" if written else words["gap" if lab.state == "gap" else "unwritten"]),
                )
            )
    return rows
