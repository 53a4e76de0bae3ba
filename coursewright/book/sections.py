"""The sections of a lesson's text, found by their place and confirmed by their name.

A topic may bear the title of a fixed section, so that a name alone decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from coursewright.book.nodes import (
    Block,
    Emphasis,
    FigureRef,
    FootnoteRef,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Strike,
    Strong,
    plain_text,
    walk_blocks,
)
from coursewright.languages import Language


@dataclass(frozen=True)
class Section:
    """What stands under one heading, up to the next of its level or above."""

    heading: Heading
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        return plain_text(self.heading.children)


@dataclass(frozen=True)
class LessonSections:
    """A lesson's fixed sections, each None where the text lacks it, and its topics."""

    objectives: Section | None
    topics: tuple[Section, ...]
    summary: Section | None
    references: Section | None


def split_sections(blocks: tuple[Block, ...], level: int) -> tuple[Section, ...]:
    """The sections under headings of exactly `level`; what comes before the first is left out."""
    starts = [
        index for index, block in enumerate(blocks) if isinstance(block, Heading) and block.level == level
    ]
    sections = []
    for start, end in pairwise((*starts, len(blocks))):
        heading = blocks[start]
        assert isinstance(heading, Heading)
        sections.append(Section(heading, blocks[start + 1 : end]))
    return tuple(sections)


def find_lesson_sections(blocks: tuple[Block, ...], language: Language) -> LessonSections:
    """The lesson's sections: objectives first, introduction second, then topics, summary, references last."""
    rest = list(split_sections(blocks, 2))

    def take(index: int, key: str) -> Section | None:
        if rest and rest[index].title.casefold().strip() == language.lesson[key].casefold():
            return rest.pop(index)
        return None

    objectives = take(0, "learning_objectives")
    take(0, "introduction")
    references = take(-1, "references")
    summary = take(-1, "summary")
    return LessonSections(objectives, tuple(rest), summary, references)


def put_text_first(blocks: tuple[Block, ...], language: Language) -> tuple[Block, ...]:
    """`blocks` with figures that come before any text behind the first paragraph after the objectives.

    Between a lesson's title and its objectives nobody knows yet what a figure is about.
    """
    opening = tuple(takewhile(lambda block: isinstance(block, FigureRef), blocks))
    rest = blocks[len(opening) :]
    if not opening or not rest or not isinstance(rest[0], Heading):
        return blocks
    objectives = find_lesson_sections(rest, language).objectives
    after = len(objectives.blocks) + 1 if objectives else 0
    texts = (place for place, block in enumerate(rest) if place > after and isinstance(block, Paragraph))
    place = next(texts, len(rest) - 1) + 1
    return (*rest[:place], *opening, *rest[place:])


def list_items(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    """The items of the first list in `blocks`, to be said again: their paragraphs, without notes."""
    for block in blocks:
        if isinstance(block, List):
            items = (
                tuple(
                    replace(inner, children=without_notes(inner.children))
                    for inner in item.blocks
                    if isinstance(inner, Paragraph)
                )
                for item in block.items
            )
            return tuple(item for item in items if item)
    return ()


def without_notes(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """`inlines` without marks of footnotes, which belong to the page that they are written on."""
    kept: list[Inline] = []
    for inline in inlines:
        match inline:
            case FootnoteRef():
                pass
            case Emphasis() | Strong() | Strike() | Link():
                kept.append(replace(inline, children=without_notes(inline.children)))
            case _:
                kept.append(inline)
    return tuple(kept)


def key_takeaways(summary: Section, language: Language) -> tuple[tuple[Block, ...], ...]:
    """The items of the part of the summary that lists what to remember."""
    for part in split_sections(summary.blocks, 3):
        if part.title.casefold().strip() == language.lesson["key_takeaways"].casefold():
            return list_items(part.blocks)
    return ()


def linked_references(references: Section) -> Iterator[tuple[str, Paragraph]]:
    """Address and paragraph of each reference that has a link."""
    for block in walk_blocks(references.blocks):
        if isinstance(block, Paragraph):
            href = next((inline.href for inline in block.children if isinstance(inline, Link)), None)
            if href:
                yield href, block
