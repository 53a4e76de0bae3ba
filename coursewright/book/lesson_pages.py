"""The pages of one module: its opening, its lessons or what stands in for them, summary and references."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from coursewright.book.bound import Page, PageLink
from coursewright.book.compose import bullets, heading, link, paragraph, paragraphs, show, text, unbroken
from coursewright.book.glossary import FoundTerm, find_terms
from coursewright.book.model import BookLesson, BookModule, State
from coursewright.book.nodes import (
    Block,
    Dropped,
    FigureRef,
    Inline,
    Link,
    List,
    ListItem,
    Notice,
    Paragraph,
    Strong,
    Text,
)
from coursewright.book.numbering import Numbering, mark_languages
from coursewright.book.parse import parse_text
from coursewright.book.sections import (
    LessonSections,
    find_lesson_sections,
    key_takeaways,
    linked_references,
    list_items,
    put_text_first,
    without_notes,
)
from coursewright.book.wording import say_bloom, say_minutes
from coursewright.languages import Language


@dataclass(frozen=True)
class ModulePages:
    """A module's pages, and what the rest of the book takes from them."""

    pages: tuple[Page, ...]
    terms: tuple[tuple[FoundTerm, str], ...]
    figures: tuple[FigureRef, ...]
    dropped: tuple[Dropped, ...]


def lesson_page_id(module_number: int, lesson_number: int) -> str:
    """The page's id, which is also its file's name in formats of many files."""
    return f"l{module_number:02d}-{lesson_number:02d}"


def module_page_id(module_number: int) -> str:
    return f"m{module_number:02d}"


def lesson_label(lesson: BookLesson, language: Language) -> str:
    return f"{language.lesson['lesson']} {lesson.module_number}.{lesson.number}"


def bind_module(
    module: BookModule, language: Language, guess: Callable[[str], str | None], minutes: float | None
) -> ModulePages:
    """All pages of a module.

    Args:
        guess: gives the language of a paragraph where it is not the book's.
        minutes: the module's duration.
    """
    numbering = Numbering(module.number)
    bound: list[tuple[BookLesson, Page, LessonSections | None]] = []
    dropped: list[Dropped] = []
    terms: list[tuple[FoundTerm, str]] = []
    for lesson in module.lessons:
        if lesson.state != "written":
            bound.append((lesson, _placeholder_page(lesson, language, guess), None))
            continue
        page, lost = _lesson_page(lesson, language, numbering, guess)
        sections = find_lesson_sections(page.blocks, language)
        terms.extend((term, page.label) for term in find_terms(sections.topics, language))
        bound.append((lesson, page, sections))
        dropped.extend(lost)
    pages = (
        _opening_page(module, bound, language, minutes),
        *(page for _, page, _ in bound),
        *_summary_page(module, bound, language),
        *_references_page(module, bound, language),
    )
    return ModulePages(pages, tuple(terms), tuple(numbering.figures), tuple(dropped))


def link_neighbours(pages: Sequence[Page], kind: str) -> tuple[Page, ...]:
    """`pages` with each page of `kind` knowing the one before and after it."""
    places = [index for index, page in enumerate(pages) if page.kind == kind]
    linked = list(pages)
    for before, after in pairwise(places):
        first, second = pages[before], pages[after]
        linked[before] = replace(linked[before], next=PageLink(second.id, second.label, second.title))
        linked[after] = replace(linked[after], previous=PageLink(first.id, first.label, first.title))
    return tuple(linked)


def _facts(lesson: BookLesson, language: Language) -> tuple[str, ...]:
    facts = (say_minutes(lesson.duration_minutes, language.book), say_bloom(lesson.bloom_levels, language))
    return tuple(fact for fact in facts if fact)


def _lesson_page(
    lesson: BookLesson, language: Language, numbering: Numbering, guess: Callable[[str], str | None]
) -> tuple[Page, tuple[Dropped, ...]]:
    page_id = lesson_page_id(lesson.module_number, lesson.number)
    parsed = parse_text(
        lesson.markdown,
        where=f"{lesson.module_number:02d}-{lesson.number:02d}",
        prefix=page_id,
        quotes=language.book["quotes"],
    )
    blocks = numbering.number_blocks(put_text_first(parsed.blocks, language), title=show(lesson.title))
    page = Page(
        kind="lesson",
        id=page_id,
        label=lesson_label(lesson, language),
        title=show(lesson.title),
        level=2,
        facts=_facts(lesson, language),
        blocks=mark_languages(blocks, guess),
        footnotes=parsed.footnotes,
        module=lesson.module_number,
    )
    return page, parsed.dropped


def missing_blocks(
    state: State, reason: str, planned: Sequence[str], words: Mapping[str, str], *, title: str
) -> tuple[Block, ...]:
    """What a page says in the place of a lesson or lab: that it is missing, why, and what it was to cover."""
    if state == "gap":
        said = [paragraph(words["gap_text"])]
        if reason:
            said.append(paragraph(f"{words['gap_reason']}: {reason}"))
        notice = Notice("gap", (_strong(words[title]), *said))
    else:
        notice = Notice("unwritten", (_strong(words["unwritten"]), paragraph(words["unwritten_text"])))
    if not planned:
        return (notice,)
    return (notice, paragraph(f"{words['gap_planned']}:"), bullets(planned))


def _strong(words: str) -> Paragraph:
    return Paragraph((Strong((text(words),)),))


def _placeholder_page(lesson: BookLesson, language: Language, guess: Callable[[str], str | None]) -> Page:
    blocks = missing_blocks(lesson.state, lesson.reason, lesson.topics, language.book, title="gap_title")
    return Page(
        kind="lesson",
        id=lesson_page_id(lesson.module_number, lesson.number),
        label=lesson_label(lesson, language),
        title=show(lesson.title),
        level=2,
        facts=_facts(lesson, language),
        # The reason is the program's or the provider's own, in English.
        blocks=mark_languages(blocks, guess),
        state=lesson.state,
        module=lesson.module_number,
    )


Bound = Sequence[tuple[BookLesson, Page, LessonSections | None]]


def _opening_page(module: BookModule, bound: Bound, language: Language, minutes: float | None) -> Page:
    words, page_id = language.book, module_page_id(module.number)
    blocks: list[Block] = [*paragraphs(module.summary)]
    if bound:
        blocks.append(heading(2, f"{page_id}-lessons", words["in_this_chapter"]))
        blocks.append(bullets(_lesson_line(page, words["unwritten"], words["gap"]) for _, page, _ in bound))
    objectives = [
        ListItem((Paragraph((link(page.id, page.title),)), List(False, tuple(map(ListItem, items)))))
        for _, page, sections in bound
        if sections and sections.objectives and (items := list_items(sections.objectives.blocks))
    ]
    if objectives:
        blocks.append(heading(2, f"{page_id}-objectives", words["chapter_objectives"]))
        blocks.append(List(ordered=False, items=tuple(objectives)))
    noun = language.lesson["lesson"] if len(bound) == 1 else words["lessons"]
    lessons = f"{len(bound)} {noun.lower()}"
    return Page(
        kind="module",
        id=page_id,
        label=f"{language.lesson['chapter']} {module.number}",
        title=show(module.title),
        facts=tuple(fact for fact in (say_minutes(minutes, words), lessons) if fact),
        blocks=tuple(blocks),
        module=module.number,
    )


def _lesson_line(page: Page, unwritten: str, gap: str) -> tuple[Inline, ...]:
    line: tuple[Inline, ...] = (Text(f"{page.label} "), link(page.id, page.title))
    remark = {"gap": gap, "not written": unwritten}.get(page.state, "")
    parts = (page.facts[0] if page.facts else "", remark[:1].lower() + remark[1:])
    details = ", ".join(filter(None, parts))
    return (*line, Text(f" ({details})")) if details else line


def _summary_page(module: BookModule, bound: Bound, language: Language) -> tuple[Page, ...]:
    page_id = f"{module_page_id(module.number)}-summary"
    blocks: list[Block] = []
    for _, page, sections in bound:
        items = key_takeaways(sections.summary, language) if sections and sections.summary else ()
        if items:
            blocks.append(heading(2, f"{page_id}-{page.id}", page.title))
            blocks.append(List(ordered=False, items=tuple(map(ListItem, items))))
    if not blocks:
        return ()
    title = language.book["chapter_summary"].format(number=module.number)
    return (Page("summary", page_id, title, level=2, blocks=tuple(blocks), module=module.number),)


def _references_page(module: BookModule, bound: Bound, language: Language) -> tuple[Page, ...]:
    entries: dict[str, tuple[Paragraph, list[Page]]] = {}
    for _, page, sections in bound:
        for href, reference in (
            linked_references(sections.references) if sections and sections.references else ()
        ):
            _, pages = entries.setdefault(href, (reference, []))
            if page not in pages:
                pages.append(page)
    if not entries:
        return ()
    words = language.book
    items = tuple(
        ListItem((Paragraph((*without_notes(reference.children), *_cited_in(pages, words["cited_in"]))),))
        for reference, pages in entries.values()
    )
    page = Page(
        kind="references",
        id=f"{module_page_id(module.number)}-references",
        title=words["chapter_references"].format(number=module.number),
        level=2,
        blocks=(paragraph(words["chapter_references_intro"]), List(ordered=False, items=items)),
        module=module.number,
    )
    return (page,)


def _cited_in(pages: Sequence[Page], word: str) -> tuple[Inline, ...]:
    inlines: list[Inline] = [Text(f" — {word} ")]
    for index, page in enumerate(pages):
        if index:
            inlines.append(Text(", "))
        inlines.append(Link(f"#{page.id}", (unbroken(page.label),)))
    return tuple(inlines)
