"""The pieces of a lesson share its target among them."""

from __future__ import annotations

import pytest
from servers.lesson_text import make_brief

from coursewright.lessons.pieces import assemble, describe_figure, fit_description, list_pieces


@pytest.mark.parametrize("target", [1000, 1510, 3000, 5000])
@pytest.mark.parametrize("topics", [1, 2, 5, 8])
def test_the_pieces_words_add_up_to_the_target(target: int, topics: int) -> None:
    brief = make_brief(target_words=target, topics=tuple(f"Topic {n}" for n in range(topics)))
    pieces = list_pieces(brief)
    assert sum(piece.words for piece in pieces) == pytest.approx(target, abs=2 * len(pieces))
    assert all(piece.words > 0 for piece in pieces)


def test_an_assembled_lesson_has_every_heading_in_order_and_its_numbers() -> None:
    brief = make_brief(topics=("Health checks",))
    text = assemble(brief, {"introduction": "Words."}, {1: "A figure of what there is to be seen in it"})
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Lesson 1.2: Keeping services up",
        "## Learning Objectives",
        "## Introduction",
        "## Health checks",
        "### Concept Overview",
        "### Technical Details",
        "### Practical Application",
        "## Summary",
        "### Key Takeaways",
        "### What's Next",
        "## Bibliographic References",
    ]
    assert "[VISUAL: 01-02-0001 - A figure of what there is to be seen in it]" in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", ["X", "Health checks", "A very long title " * 6, "Arrays [1] and <b>"])
def test_a_figure_described_from_the_outline_has_10_to_20_words(language: str, topic: str) -> None:
    description = describe_figure(make_brief(language), topic)
    assert 10 <= len(description.split()) <= 20
    assert not set("[]<>") & set(description)


def test_a_short_description_is_filled_up() -> None:
    assert len(fit_description("Three small words", "and " * 20).split()) >= 10
