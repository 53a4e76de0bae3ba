"""Lessons shortened for a lab's request: section by section, by whole blocks and whole sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coursewright.languages import Language
from coursewright.lessons.format import plain_title
from coursewright.lessons.number import VISUAL_TAG
from coursewright.markdown.document import Block, Heading, count_words
from coursewright.markdown.parse import parse_document

FEWEST_WORDS = 25
"""What a section of a long lesson still gets."""

_SENTENCE = re.compile(r"\S.*?[.!?…](?=\s|$)", re.DOTALL)
_LEFT_OUT = ("learning_objectives", "references", "whats_next")


@dataclass(frozen=True)
class _Part:
    heading: Heading | None
    blocks: tuple[Block, ...]

    @property
    def words(self) -> int:
        return sum(_weigh(block) for block in self.blocks)


def shorten_texts(texts: Sequence[str], words: int, language: Language) -> str:
    """Several lessons in about `words` words together, each with an equal part of them."""
    written = [text for text in texts if text.strip()]
    return "\n\n".join(shorten_text(text, words // len(written), language) for text in written).strip()


def shorten_text(text: str, words: int, language: Language) -> str:
    """A lesson in about `words` words.

    Every section keeps its heading and its first blocks, in proportion to its length, so that the end of a
    lesson says as much as its beginning. Blocks are kept whole; only the first paragraph of a section that
    has no room for it is cut, after a sentence. Objectives, references and visual tags are left out.
    """
    parts = [part for part in _read_parts(text, language) if part.heading or part.blocks]
    total = sum(part.words for part in parts)
    if total <= words:
        return "\n\n".join(filter(None, (_write(part, part.words) for part in parts)))
    carried = 0.0
    shown = []
    for part in parts:
        share = max(FEWEST_WORDS, words * part.words / total) if part.words else 0.0
        written = _write(part, round(share + carried))
        # What a section leaves of its share is for those after it; what it takes beyond, it takes from them.
        body = written.partition("\n\n")[2] if part.heading else written
        carried += share - count_words(body)
        if written:
            shown.append(written)
    return "\n\n".join(shown)


def _read_parts(text: str, language: Language) -> list[_Part]:
    left_out = {plain_title(language.lesson[key]) for key in _LEFT_OUT}
    parts: list[_Part] = []
    skipped_level = 0
    for section in parse_document(text).sections:
        heading = section.heading
        if heading and heading.level == 1:
            heading = None
        if heading:
            if skipped_level and heading.level > skipped_level:
                continue
            skipped_level = heading.level if plain_title(heading.title) in left_out else 0
            if skipped_level:
                continue
        blocks = tuple(block for block in section.blocks if not _is_visual(block) and block.kind != "rule")
        parts.append(_Part(heading, blocks))
    return parts


def _write(part: _Part, room: int) -> str:
    """The heading and as many blocks from the start as there is room for."""
    lines = [f"{'#' * part.heading.level} {part.heading.title}"] if part.heading else []
    left = room
    for number, block in enumerate(part.blocks):
        weight = _weigh(block)
        if weight <= left:
            lines.append(block.source.rstrip())
            left -= weight
            continue
        if number == 0 and block.kind == "paragraph" and (opening := _opening(block.source, left)):
            lines.append(opening)
        break
    return "\n\n".join(lines)


def _opening(paragraph: str, room: int) -> str:
    """The first sentences that fit; one at least, unless it is very long."""
    kept: list[str] = []
    words = 0
    for sentence in _SENTENCE.findall(paragraph):
        words += count_words(sentence)
        if kept and words > room:
            break
        if not kept and words > max(room, 2 * FEWEST_WORDS):
            return ""
        kept.append(" ".join(sentence.split()))
    return " ".join(kept)


def _weigh(block: Block) -> int:
    # Code counts too: it takes room in a request like any text.
    return len(block.source.split())


def _is_visual(block: Block) -> bool:
    return block.kind == "paragraph" and bool(VISUAL_TAG.fullmatch(block.source.strip()))
