"""A glossary from the terms that the lessons themselves define, and only where they clearly do.

Two ways of defining are read, both in a topic's concept overview: a bold term with a colon, and a paragraph
that opens with the term and a verb of definition ("**X** is a …", or the topic's own words: "X es un …").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coursewright.book.compose import unbroken
from coursewright.book.inlines import slugify
from coursewright.book.nodes import (
    Block,
    Definition,
    Inline,
    Link,
    List,
    Paragraph,
    Strong,
    Text,
    plain_text,
)
from coursewright.book.sections import Section, split_sections
from coursewright.languages import Language

MAX_TERM_WORDS = 5
MIN_DEFINITION_WORDS = 5
MAX_DEFINITION_CHARACTERS = 400

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÁÉÍÓÚÑÜ¿¡«“])")


@dataclass(frozen=True)
class FoundTerm:
    """A term, what it means, and the heading that it is defined under."""

    term: str
    meaning: str
    anchor: str


def find_terms(topics: Sequence[Section], language: Language) -> Iterator[FoundTerm]:
    """The terms that the concept overviews of `topics` define, in reading order."""
    for topic in topics:
        for part in split_sections(topic.blocks, 3):
            if part.title.casefold().strip() == language.lesson["concept_overview"].casefold():
                yield from _terms_of_overview(part, topic, language)


def _terms_of_overview(part: Section, topic: Section, language: Language) -> Iterator[FoundTerm]:
    verbs = re.compile(rf"\s*(?:{language.book['definition_verbs']})\b", re.IGNORECASE)
    first = True
    for paragraph in _own_paragraphs(part.blocks):
        found = _bold_definition(paragraph, verbs) or (
            _opening_definition(paragraph, verbs, topic.title, language) if first else None
        )
        first = False
        if found and _is_term(found[0], language) and len(found[1].split()) >= MIN_DEFINITION_WORDS:
            yield FoundTerm(found[0], found[1], topic.heading.id)


def _own_paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """Paragraphs of the section itself and those that open an item of a list."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, List):
            for item in block.items:
                if item.blocks and isinstance(item.blocks[0], Paragraph):
                    yield item.blocks[0]


def _bold_definition(paragraph: Paragraph, verbs: re.Pattern[str]) -> tuple[str, str] | None:
    if len(paragraph.children) < 2 or not isinstance(paragraph.children[0], Strong):
        return None
    term = plain_text(paragraph.children[0].children).strip()
    rest = plain_text(paragraph.children[1:])
    if term.endswith(":"):
        return term.rstrip(": "), _first_sentence(rest.strip())
    if rest.lstrip().startswith(":"):
        return term, _first_sentence(rest.lstrip(": "))
    if verbs.match(rest):
        return term, _first_sentence(f"{term}{rest}")
    return None


def _opening_definition(
    paragraph: Paragraph, verbs: re.Pattern[str], topic: str, language: Language
) -> tuple[str, str] | None:
    """A definition without bold, where the term is made of words of the topic's title."""
    text = plain_text(paragraph.children)
    verb = verbs.search(text[:80])
    if verb is None or verb.start() == 0:
        return None
    articles = language.book["articles"]
    term = re.sub(rf"^(?:{articles})\s+", "", text[: verb.start()].strip(), flags=re.IGNORECASE)
    words = {word for word in slugify(term).split("-") if len(word) > 1}
    if not words or not words <= set(slugify(topic).split("-")):
        return None
    return term[:1].upper() + term[1:], _first_sentence(text)


def _first_sentence(text: str) -> str:
    sentence = _SENTENCE_END.split(text.strip(), maxsplit=1)[0]
    return sentence[:1].upper() + sentence[1:]


def _is_term(term: str, language: Language) -> bool:
    refused = re.compile(language.book["not_terms"], re.IGNORECASE)
    return (
        1 < len(term) <= 60
        and len(term.split()) <= MAX_TERM_WORDS
        and not term.endswith((".", "?", "!", ","))
        and refused.fullmatch(term) is None
    )


def define_terms(found: Sequence[tuple[FoundTerm, str]]) -> tuple[Definition, ...]:
    """The glossary's entries in alphabetical order; of a term defined twice, the first counts.

    Args:
        found: each term with the label of its lesson.
    """
    entries: dict[str, Definition] = {}
    for term, label in found:
        key = term.term.casefold()
        if key in entries or len(term.meaning) > MAX_DEFINITION_CHARACTERS:
            continue
        anchor = f"term-{slugify(term.term) or len(entries) + 1}"
        if any(entry.id == anchor for entry in entries.values()):
            continue
        children: tuple[Inline, ...] = (
            Text(f"{term.meaning} ("),
            Link(f"#{term.anchor}", (unbroken(label),)),
            Text(")"),
        )
        entries[key] = Definition(anchor, term.term, (Paragraph(children),))
    return tuple(sorted(entries.values(), key=lambda entry: _sort_key(entry.term)))


def _sort_key(term: str) -> tuple[str, str]:
    """Letters without their accents, ñ after n, as dictionaries have it."""
    folded = term.casefold().replace("ñ", "n\uffff")
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", folded)
        if not unicodedata.combining(character)
    )
    return bare, term
