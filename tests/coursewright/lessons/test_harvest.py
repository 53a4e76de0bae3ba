"""What came complete in a reply is found again, piece by piece."""

from __future__ import annotations

import pytest
from servers.lesson_text import good_lesson, make_brief

from coursewright.findings import Finding
from coursewright.lessons.harvest import holds_lesson, piece_at, read_pieces, trim_cut
from coursewright.lessons.pieces import assemble, list_pieces
from coursewright.markdown.document import count_words


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_whole_lesson_is_read_into_all_of_its_pieces(language: str) -> None:
    brief = make_brief(language)
    texts, figures = read_pieces(good_lesson(brief), brief)
    # A summary may open with its key takeaways.
    assert set(texts) | {"summary"} == {piece.key for piece in list_pieces(brief)}
    assert set(figures) == {1, 2}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pieces_of_a_lesson_make_the_lesson_again(language: str) -> None:
    brief = make_brief(language)
    lesson = good_lesson(brief, numbered=True)
    again = assemble(brief, *read_pieces(lesson, brief))
    assert read_pieces(again, brief)[0] == read_pieces(lesson, brief)[0]
    assert count_words(again) == pytest.approx(count_words(lesson), abs=25)


def test_of_a_reply_that_was_cut_off_the_last_piece_is_left_out() -> None:
    brief = make_brief()
    lesson = good_lesson(brief)
    cut = lesson[: lesson.index("### Practical Application") + 200]
    texts, _ = read_pieces(cut, brief, cut=True)
    assert list(texts) == [
        "objectives",
        "introduction",
        "topic 1/concept_overview",
        "topic 1/technical_details",
    ]


def test_a_topic_titled_like_a_fixed_section_is_told_by_its_place() -> None:
    brief = make_brief(topics=("Introduction", "Summary"))
    texts, _ = read_pieces(good_lesson(brief), brief)
    assert {"introduction", "topic 1/concept_overview", "topic 2/technical_details"} <= set(texts)
    assert "takeaways" in texts


def test_a_reply_that_is_a_lesson_is_told_from_one_that_is_a_section() -> None:
    brief = make_brief()
    assert holds_lesson(good_lesson(brief), brief)
    assert not holds_lesson("## Introduction\n\nA service runs.", brief)
    assert not holds_lesson("A paragraph.\n\n#### A case\n\nAnother one.", brief)


def test_headings_in_code_are_no_headings() -> None:
    brief = make_brief()
    assert not holds_lesson("```bash\n## Introduction\n## Summary\n## Health checks\n```", brief)


def test_a_finding_is_placed_by_its_line() -> None:
    brief = make_brief()
    lesson = good_lesson(brief, numbered=True)
    lines = lesson.split("\n")
    second = [number for number, line in enumerate(lines, 1) if line == "### Technical Details"][1]
    piece = piece_at(Finding("x", "error", "…", "Technical Details", second + 2), lesson, brief)
    assert piece is not None
    assert piece.key == "topic 2/technical_details"


def test_a_finding_about_the_whole_is_about_no_piece() -> None:
    assert piece_at(Finding("length", "error", "too short"), "# x", make_brief()) is None


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        ("One sentence. Another one. And a th", "One sentence. Another one."),
        ("A list:\n\n- first point\n- second poi", "A list:\n\n- first point"),
        ("Words before.\n\n```python\nprint(1", "Words before."),
        ("It is set so:\n\n```yaml\na: 1", ""),
        ("no end in sight", ""),
        ("| a | b |\n|---|---|\n| 1 | 2", "| a | b |\n|---|---|"),
    ],
)
def test_a_cut_piece_ends_with_its_last_whole_sentence_or_block(cut: str, kept: str) -> None:
    assert trim_cut(cut) == kept
