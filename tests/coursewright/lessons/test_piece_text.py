"""A model's answer for one piece takes the form that the piece has in a lesson."""

from __future__ import annotations

import pytest
from servers.lesson_text import make_brief

from coursewright.lessons.piece_text import lacks, shape_piece, trim_words, unwrap_piece
from coursewright.lessons.pieces import Piece, list_pieces
from coursewright.markdown.document import count_words

BRIEF = make_brief()
PIECES: dict[str, Piece] = {piece.key: piece for piece in list_pieces(BRIEF)}
PART = PIECES["topic 1/concept_overview"]


@pytest.mark.parametrize(
    "reply",
    [
        "```markdown\nA service runs.\n```",
        "<think>They want prose.</think>\nA service runs.",
        "Sure! Here is the text you asked for:\n\nA service runs.",
        "A service runs.\n\nLet me know if you need anything else!",
        "\u200bA service runs.\r\n",
    ],
)
def test_what_models_put_around_a_piece_is_taken_off(reply: str) -> None:
    assert unwrap_piece(reply, BRIEF).strip() == "A service runs."


def test_code_that_a_piece_holds_stays() -> None:
    reply = "A command:\n\n```bash\nls\n```"
    assert unwrap_piece(reply, BRIEF) == reply


def test_the_pieces_own_heading_goes_and_others_rank_below_it() -> None:
    shaped = shape_piece("## Concept Overview\n\nWords.\n\n## A case\n\nMore.", PART, BRIEF)
    assert shaped == "Words.\n\n#### A case\n\nMore."


def test_of_a_reply_that_goes_on_with_other_pieces_only_its_own_is_taken() -> None:
    reply = "### Concept Overview\n\nWords.\n\n#### A case\n\nMore.\n\n### Technical Details\n\nElsewhere."
    assert shape_piece(reply, PART, BRIEF) == "Words.\n\n#### A case\n\nMore."
    assert shape_piece(reply, PIECES["topic 1/technical_details"], BRIEF) == "Elsewhere."


def test_headings_alone_are_no_text() -> None:
    assert shape_piece("# Keeping services up\n\n## Health checks\n\n### A case", PART, BRIEF) == ""


def test_under_a_section_itself_a_heading_becomes_bold() -> None:
    assert shape_piece("### Why\n\nWords.", PIECES["introduction"], BRIEF) == "**Why**\n\nWords."


def test_tags_that_the_model_put_in_are_the_programs_affair() -> None:
    assert shape_piece("Words.\n\n[VISUAL: 09-09-0001 - a picture]", PART, BRIEF) == "Words."


def test_objectives_are_bullets_whatever_list_they_came_in() -> None:
    shaped = shape_piece(
        "1. **Explain** a thing well\n2. Use it\n* Implement it", PIECES["objectives"], BRIEF
    )
    assert shaped == "- Explain a thing well\n- Use it\n- Implement it"
    assert lacks(shaped, PIECES["objectives"], BRIEF) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no text"),
        ("- Explain it\n- Use it", "2 bullets"),
        ("- Explain it\n- Use it\n- The third", "does not open with one of these verbs"),
        ("- Explain it\n- Describe it\n- Classify it", "highest level"),
    ],
)
def test_what_objectives_lack_is_named(text: str, message: str) -> None:
    assert message in lacks(text, PIECES["objectives"], BRIEF)


def test_references_keep_only_what_is_linked() -> None:
    shaped = shape_piece(
        "- [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110): read it\n- A book nobody can find\n"
        "- Kubernetes documentation. https://kubernetes.io/docs/.",
        PIECES["references"],
        BRIEF,
    )
    assert shaped.splitlines() == [
        "- [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110)",
        "- [Kubernetes documentation](https://kubernetes.io/docs/)",
    ]
    assert lacks(shaped, PIECES["references"], BRIEF) == ""
    assert "1 usable" in lacks(shaped.splitlines()[0], PIECES["references"], BRIEF)


def test_a_piece_is_trimmed_between_blocks_and_then_between_sentences() -> None:
    text = "One two three. Four five six.\n\n```text\na b c\n```\n\nSeven eight nine. Ten eleven twelve."
    trimmed = trim_words(text, 9)
    assert trimmed.endswith("Seven eight nine.")
    assert count_words(trimmed) == 9
    assert trim_words("One two three. Four five six.", 3) == "One two three."


def test_trimming_leaves_no_announcement_of_what_was_cut_away() -> None:
    assert trim_words("One two.\n\nIt goes so:\n\n- a b c d e\n- f g h i j", 6) == "One two."
