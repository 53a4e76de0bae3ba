"""The lab guide: a course's labs as a book of their own, also for whoever prepares the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from coursewright.book.bind import make_bound
from coursewright.book.bound import BoundBook, Page
from coursewright.book.compose import bullets, cell, heading, link, paragraph, show, table
from coursewright.book.course_pages import colophon_page
from coursewright.book.foreign import guess_foreign
from coursewright.book.lesson_pages import link_neighbours, missing_blocks, module_page_id
from coursewright.book.model import Book, BookLab, BookModule
from coursewright.book.nodes import Block, Cell, Code, Dropped, Heading, Inline, Text, plain_text
from coursewright.book.numbering import Numbering, mark_languages
from coursewright.book.parse import parse_text
from coursewright.book.sections import split_sections
from coursewright.book.wording import say_level, say_minutes
from coursewright.labs.files import label_files
from coursewright.languages import Language


def lab_page_id(lab: BookLab) -> str:
    return f"lab-{lab.id}"


def bind_lab_guide(book: Book) -> BoundBook:
    """The guide: preparing the room, the labs with their times, then module by module each lab."""
    words, language = book.language.book, book.language
    guess = guess_foreign(language.code)
    pages: list[Page] = [_overview_page(book), *_room_page(book)]
    dropped: list[Dropped] = []
    for module in book.modules:
        if not module.labs:
            continue
        pages.append(_module_page(module, language))
        numbering = Numbering(module.number)
        for lab in module.labs:
            page, lost = _lab_page(lab, book, numbering, guess)
            pages.append(page)
            dropped.extend(lost)
    pages.append(colophon_page(book, labs=True))
    labs = [lab for module in book.modules for lab in module.labs]
    facts = (
        (words["labs"], str(len(labs))),
        (words["total"], say_minutes(total_minutes(labs), words)),
        (words["level"], show(say_level(book.level, words))),
        (words["language"], language.name),
    )
    bound = link_neighbours(pages, "lab")
    return make_bound(book, "lab-guide", bound, tuple(fact for fact in facts if fact[1]), dropped)


def total_minutes(labs: Sequence[BookLab]) -> float | None:
    """The sum of the labs' minutes; None where none is known."""
    known = [lab.duration_minutes for lab in labs if lab.duration_minutes is not None]
    return sum(known) if known else None


def _facts(lab: BookLab, words: Mapping[str, str]) -> tuple[str, ...]:
    facts = (say_minutes(lab.duration_minutes, words), show(say_level(lab.complexity, words)))
    return tuple(fact for fact in facts if fact)


def _overview_page(book: Book) -> Page:
    words = book.language.book
    rows: list[tuple[Cell, ...]] = []
    labs: list[BookLab] = []
    for module in book.modules:
        if not module.labs:
            continue
        labs.extend(module.labs)
        rows.append(
            (
                cell(f"{book.language.lesson['chapter']} {module.number}", strong=True),
                cell(link(module_page_id(module.number), module.title), strong=True),
                (),
                cell(say_minutes(total_minutes(module.labs), words), strong=True),
            )
        )
        for lab in module.labs:
            title, level = link(lab_page_id(lab), lab.title), show(say_level(lab.complexity, words))
            minutes = say_minutes(lab.duration_minutes, words)
            rows.append((cell(lab.id), cell(title), cell(level), cell(minutes)))
    total = say_minutes(total_minutes(labs), words)
    rows.append((cell(words["total"], strong=True), (), (), cell(total, strong=True)))
    header = (words["lab"], words["title"], words["complexity"], words["time"])
    overview = table(header, rows, (None, None, None, "right"))
    return Page("labs", "labs", words["lab_overview"], blocks=(overview,))


def _room_page(book: Book) -> tuple[Page, ...]:
    """Software and hardware with the labs that need them; no page where no lab names any."""
    words = book.language.book
    rows: list[tuple[Cell, ...]] = []
    for key in ("software", "hardware"):
        needed: dict[str, list[BookLab]] = {}
        for module in book.modules:
            for lab in module.labs:
                for item in lab.software if key == "software" else lab.hardware:
                    needed.setdefault(show(item), []).append(lab)
        if needed:
            rows.append((cell(words[key], strong=True), ()))
            rows.extend((cell(item), _lab_links(labs)) for item, labs in sorted(needed.items()))
    if not rows:
        return ()
    blocks = (paragraph(words["room_intro"]), table((words["item"], words["needed_by"]), rows))
    return (Page("room", "room", words["room"], blocks=blocks),)


def _lab_links(labs: list[BookLab]) -> Cell:
    inlines: list[Inline] = []
    for lab in labs:
        if inlines:
            inlines.append(Text(", "))
        inlines.append(link(lab_page_id(lab), lab.id))
    return tuple(inlines)


def _module_page(module: BookModule, language: Language) -> Page:
    words = language.book
    lines = [(link(lab_page_id(lab), f"{words['lab']} {lab.id}: {lab.title}"),) for lab in module.labs]
    minutes = say_minutes(total_minutes(module.labs), words)
    page_id = module_page_id(module.number)
    return Page(
        kind="module",
        id=page_id,
        label=f"{language.lesson['chapter']} {module.number}",
        title=show(module.title),
        facts=(minutes,) if minutes else (),
        blocks=(heading(2, f"{page_id}-labs", words["in_this_chapter"]), bullets(lines)),
        module=module.number,
    )


def _lab_page(
    lab: BookLab, book: Book, numbering: Numbering, guess: Callable[[str], str | None]
) -> tuple[Page, tuple[Dropped, ...]]:
    words, page_id = book.language.book, lab_page_id(lab)
    page = Page(
        kind="lab",
        id=page_id,
        label=f"{words['lab']} {lab.id}",
        title=show(lab.title),
        level=2,
        facts=_facts(lab, words),
        state=lab.state,
        module=lab.module_number,
    )
    if lab.state != "written":
        blocks = missing_blocks(lab.state, lab.reason, (), words, title="gap_lab_title")
        return replace(page, blocks=mark_languages(blocks, guess)), ()
    markdown = label_files(lab.markdown, book.language)
    parsed = parse_text(markdown, where=lab.id, prefix=page_id, quotes=words["quotes"])
    numbered = numbering.number_blocks(parsed.blocks, title=page.title, captions=False)
    marked = mark_languages(numbered, guess)
    blocks = (*marked, *_checklist(marked, page_id, book.language), *_files(lab, book, page_id))
    return replace(page, blocks=blocks, footnotes=parsed.footnotes), parsed.dropped


def _checklist(blocks: tuple[Block, ...], page_id: str, language: Language) -> tuple[Block, ...]:
    """A box for the environment, for every step, for the check of the result and for cleaning up."""
    words = language.book
    step = language.lab["step"].casefold()
    steps = [
        plain_text(section.heading.children)
        for section in split_sections(blocks, 3)
        if plain_text(section.heading.children).casefold().startswith(step)
    ]
    if not steps:
        return ()
    titles = {plain_text(block.children).casefold() for block in blocks if isinstance(block, Heading)}
    lines = [words["checklist_prepare"], *steps, words["checklist_validate"]]
    if language.lab["cleanup"].casefold() in titles:
        lines.append(words["checklist_clean"])
    return (
        heading(2, f"{page_id}-checklist", words["checklist"]),
        bullets(lines, checked=False),
    )


def _files(lab: BookLab, book: Book, page_id: str) -> tuple[Block, ...]:
    """The names of the lab's starter and solution files."""
    names = sorted(name for name in book.lab_files if name.startswith((f"{lab.id}/", f"{lab.id}.")))
    if not names:
        return ()
    return (
        heading(2, f"{page_id}-files", book.language.book["files"]),
        bullets([(Code(show(name)),) for name in names]),
    )
