"""A lesson's sections, recognised by where they stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from servers.lesson_text import good_lesson, lesson_languages, make_brief
from servers.rough_markdown import rough_markdown

from coursewright.lessons.parse import bare_title, parse_lesson
from coursewright.markdown.document import format_document


@pytest.mark.parametrize("language", lesson_languages())
def test_a_good_lesson_has_every_section_by_its_name(language: str) -> None:
    brief = make_brief(language)
    lesson = parse_lesson(good_lesson(brief), brief)
    assert not lesson.missing
    assert [section.expected for section in lesson.sections] == list(lesson.format.sections)
    assert all(section.match == "exact" and section.score == 100 for section in lesson.sections)
    assert all(part.match == "exact" for section in lesson.sections for part in section.parts)


def test_a_topic_called_like_a_fixed_section_is_told_by_its_place() -> None:
    brief = make_brief("es", title="Introducción", topics=("Introducción", "Resumen"))
    lesson = parse_lesson(good_lesson(brief), brief)
    assert not lesson.missing
    titles = [
        (section.heading.title, section.expected and section.expected.key) for section in lesson.sections
    ]
    assert titles == [
        ("Objetivos de Aprendizaje", "learning_objectives"),
        ("Introducción", "introduction"),
        ("Introducción", "topic"),
        ("Resumen", "topic"),
        ("Resumen", "summary"),
        ("Referencias Bibliográficas", "references"),
    ]
    first = lesson.topic(0)
    assert first is not None and len(first.parts) == 3


def test_a_missing_topic_is_missing_and_nothing_else() -> None:
    brief = make_brief("en")
    text = good_lesson(brief).replace("## Rolling updates", "## Concerning bananas")
    lesson = parse_lesson(text, brief)
    assert [section.title for section in lesson.missing] == ["Rolling updates"]
    assert [section.heading.title for section in lesson.sections if section.expected is None] == [
        "Concerning bananas"
    ]


@pytest.mark.parametrize(
    ("heading", "match"),
    [
        ("Summary", "exact"),
        ("**summary:**", "exact"),
        ("4. Summary", "exact"),
        ("Conclusion", "alias"),
        ("Resumen", "translated"),
        ("Sumary", "close"),
    ],
)
def test_a_heading_is_known_by_other_names(heading: str, match: str) -> None:
    brief = make_brief("en")
    lesson = parse_lesson(good_lesson(brief).replace("## Summary", f"## {heading}"), brief)
    section = lesson.section("summary")
    assert section is not None and section.match == match


def test_a_line_knows_its_heading() -> None:
    brief = make_brief("en")
    lesson = parse_lesson(good_lesson(brief, numbered=True), brief)
    topic = lesson.topic(0)
    assert topic is not None
    assert lesson.heading_at(topic.heading.line) == "Health checks"
    assert lesson.heading_at(topic.parts[1].heading.line + 1) == "Technical Details"
    assert lesson.heading_at(1) == "Lesson 1.2: Keeping services up"
    assert topic.last_line == lesson.sections[3].heading.line - 1


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("2. Summary", "Summary"),
        ("Tema 3: Redes", "Redes"),
        ("1.2 Redes", "Redes"),
        ("5G", "5G"),
        ("IV. X", "X"),
    ],
)
def test_a_number_before_a_title_is_no_part_of_it(title: str, bare: str) -> None:
    assert bare_title(title) == bare


def test_a_thousand_headings_are_matched_in_bounded_time() -> None:
    brief = make_brief("en", topics=tuple(f"Topic {number} of many" for number in range(60)))
    text = "# T\n\n" + "".join(f"## Topic {number} of few\n\nx\n\n" for number in range(3000))
    started = time.process_time()
    parse_lesson(text, brief)
    assert time.process_time() - started < 5


@given(rough_markdown())
def test_any_text_can_be_read_and_nothing_is_lost(text: str) -> None:
    brief = make_brief("es")
    lesson = parse_lesson(text, brief)
    assert format_document(lesson.document) == text
    known = [section.expected for section in lesson.sections if section.expected]
    assert len(known) + len(lesson.missing) == len(lesson.format.sections)
