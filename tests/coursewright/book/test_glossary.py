"""Terms that lessons define, and texts that only look as if they did."""

from __future__ import annotations

import pytest
from book_samples import book_of

from coursewright.book.bind import bind_book
from coursewright.book.nodes import DefinitionList, plain_text


def terms(overview: str, language: str = "en", topic: str = "Image layers") -> dict[str, str]:
    part = {"en": "Concept Overview", "es": "Visión General del Concepto"}[language]
    bound = bind_book(book_of(f"## {topic}\n\n### {part}\n\n{overview}\n", language=language))
    found = {}
    for page in bound.pages:
        for block in page.blocks:
            if isinstance(block, DefinitionList):
                for item in block.items:
                    (paragraph,) = item.blocks
                    found[item.term] = plain_text(paragraph.children)  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(
    ("overview", "language", "term", "meaning"),
    [
        (
            "**Digest**: a number that names exactly one content. More.", "en", "Digest",
            "A number that names exactly one content. (Lesson\u00a01.1)",
        ),
        (
            "- **Tag:** a name that may point to another image tomorrow.", "en", "Tag",
            "A name that may point to another image tomorrow. (Lesson\u00a01.1)",
        ),
        (
            "A **registry** is old.\n\n**Control loop** is a program that closes gaps. It runs.",
            "en", "Control loop", "Control loop is a program that closes gaps. (Lesson\u00a01.1)",
        ),
        (
            "An image layer is a set of changes to files. Next.", "en", "Image layer",
            "An image layer is a set of changes to files. (Lesson\u00a01.1)",
        ),
        (
            "**Resumen criptográfico**: número que designa un único contenido.", "es",
            "Resumen criptográfico", "Número que designa un único contenido. (Lección\u00a01.1)",
        ),
        (
            "El bucle de control es un programa que cierra la brecha.", "es", "Bucle de control",
            "El bucle de control es un programa que cierra la brecha. (Lección\u00a01.1)",
        ),
    ],
)  # fmt: skip
def test_a_definition_is_found(overview: str, language: str, term: str, meaning: str) -> None:
    topic = "Image layer" if language == "en" else "Bucle de control"
    assert terms(overview, language, topic).get(term) == meaning


@pytest.mark.parametrize(
    ("overview", "language"),
    [
        ("**Note**: this is important for all that follows here.", "en"),
        ("**Example 2:** a cluster with three nodes and one registry.", "en"),
        ("**Step 1**: open the console and look for the name.", "en"),
        ("**Nota:** esto es importante para todo lo que sigue.", "es"),
        ("**Ventajas**: es rápido, es barato y se aprende pronto.", "es"),
        ("**Short**: too few.", "en"),
        ("**This is a whole sentence in bold type.** And more text follows here.", "en"),
        ("**Why?**: because it is what everybody asks at first.", "en"),
        ("It is a common mistake to think that images are large.", "en"),
        ("The weather is a subject that has nothing to do with it.", "en"),
        ("There is an old saying about layers and cakes.", "en"),
    ],
)
def test_what_is_no_definition_is_left_alone(overview: str, language: str) -> None:
    assert terms(overview, language) == {}


def test_only_concept_overviews_define() -> None:
    bound = bind_book(
        book_of("## A\n\n### Technical Details\n\n**Digest**: a number that names one content.\n")
    )
    assert all(page.kind != "glossary" for page in bound.pages)


def test_the_first_definition_counts() -> None:
    text = "## A\n\n### Concept Overview\n\n**Pod**: {} that runs on one node.\n"
    bound = bind_book(book_of(text.format("a group of containers"), text.format("something else entirely")))
    assert "a group of containers" in repr(bound.pages).lower()
    glossary = next(page for page in bound.pages if page.kind == "glossary")
    assert repr(glossary.blocks).count("Definition(") == 1
