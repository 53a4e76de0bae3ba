"""Numbers and captions of a page's figures, tables and listings, and the languages of its paragraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from coursewright.book.nodes import (
    Block,
    CodeBlock,
    DefinitionList,
    FigureRef,
    Heading,
    List,
    Notice,
    Paragraph,
    Quote,
    Table,
    plain_text,
)


@dataclass
class Numbering:
    """Counts through one module: figure 3-7 is the seventh of module 3.

    Attributes:
        figures: every figure so far, in order, with the id to link to.
    """

    module: int
    figures: list[FigureRef] = field(default_factory=list)
    tables: int = 0
    listings: int = 0

    def number_blocks(
        self, blocks: tuple[Block, ...], *, title: str, captions: bool = True
    ) -> tuple[Block, ...]:
        """`blocks` with their figures, and where `captions` is set their tables and listings, numbered.

        A table or listing without a caption of its own takes the title of the section it is in. Where
        several would say the same, each has its number alone.

        Args:
            title: the page's, for what stands before its first heading.
        """
        sections = _sections_of(blocks, title)
        silent = Counter(
            place
            for block, (place, _) in zip(blocks, sections, strict=True)
            if isinstance(block, Table | CodeBlock) and not block.caption
        )
        numbered: list[Block] = []
        for block, (place, section) in zip(blocks, sections, strict=True):
            words = section if silent[place] == 1 else ""
            match block:
                case Table() if captions:
                    self.tables += 1
                    number = f"{self.module}-{self.tables}"
                    block = replace(block, number=number, caption=block.caption or words)
                case CodeBlock() if captions:
                    self.listings += 1
                    number = f"{self.module}-{self.listings}"
                    block = replace(block, number=number, caption=block.caption or words)
                case _:
                    block = map_blocks(block, self._number_figure)
            numbered.append(block)
        return tuple(numbered)

    def _number_figure(self, block: Block) -> Block:
        if not isinstance(block, FigureRef):
            return block
        for seen in self.figures:
            if seen.id == block.id:
                return replace(block, number=seen.number)
        number = f"{self.module}-{len(self.figures) + 1}"
        figure = replace(block, number=number, anchor=f"fig-{block.id}")
        self.figures.append(figure)
        return figure


def _sections_of(blocks: tuple[Block, ...], title: str) -> list[tuple[int, str]]:
    """For each block the place and the title of the section that it stands in."""
    sections: list[tuple[int, str]] = []
    place = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            place, title = place + 1, plain_text(block.children)
        sections.append((place, title))
    return sections


def map_blocks(block: Block, change: Callable[[Block], Block]) -> Block:
    """`block` after `change`, with every block within it changed before."""
    match block:
        case List():
            items = tuple(
                replace(item, blocks=tuple(map_blocks(inner, change) for inner in item.blocks))
                for item in block.items
            )
            block = replace(block, items=items)
        case Quote() | Notice():
            block = replace(block, blocks=tuple(map_blocks(inner, change) for inner in block.blocks))
        case DefinitionList():
            terms = tuple(
                replace(term, blocks=tuple(map_blocks(inner, change) for inner in term.blocks))
                for term in block.items
            )
            block = replace(block, items=terms)
        case _:
            pass
    return change(block)


def mark_languages(blocks: tuple[Block, ...], guess: Callable[[str], str | None]) -> tuple[Block, ...]:
    """`blocks` with the language of each paragraph where `guess` gives one."""

    def mark(block: Block) -> Block:
        if isinstance(block, Paragraph) and (language := guess(plain_text(block.children))):
            return replace(block, language=language)
        return block

    return tuple(map_blocks(block, mark) for block in blocks)
