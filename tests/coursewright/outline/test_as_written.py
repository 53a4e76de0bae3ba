"""What a lesson's content key is made of: its part of the outline, and nothing that moving it changes."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from coursewright.outline import load_outline
from coursewright.outline.model import Lesson


def read(lesson: str) -> Lesson:
    indented = "".join(f"    {line}\n" for line in lesson.splitlines())
    return load_outline(f"modules:\n- title: M\n  lessons:\n  -\n{indented}".encode()).modules[0].lessons[0]


def written(lesson: str) -> Any:
    value = read(lesson).as_written
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    return value


def test_a_lesson_is_its_own_keys_as_plain_values() -> None:
    lesson = (
        "title: 1.1 Redes\nnumber: 4\nduration_minutes: 30\nbloom_level: Comprender / Aplicar\n"
        "topics:\n- title: Cables\n  number: 2\n  duration_minutes: 5.5\n- Ondas: cortas\n- Fibra\n"
        "objectives:\n- Explicar: cables\nlab_activities:\n- title: 2. Medir\n  number: 1\n  minutes: 10\n"
        "- 1. Unir\n"
        "author: {name: Ana, since: 2020-01-31, active: true, note: null}\n"
    )
    assert written(lesson) == {
        "title": "Redes",
        "duration_minutes": 30,
        "bloom_level": "Comprender / Aplicar",
        "topics": [{"title": "Cables", "duration_minutes": 5.5}, "Ondas: cortas", "Fibra"],
        "objectives": ["Explicar: cables"],
        "lab_activities": [{"title": "Medir", "minutes": 10}, "Unir"],
        "author": {"name": "Ana", "since": "2020-01-31", "active": True, "note": None},
    }


def test_null_and_absent_differ() -> None:
    assert written("title: A\nduration_minutes: null") == {"title": "A", "duration_minutes": None}
    assert written("title: A") == {"title": "A"}


@pytest.mark.parametrize(
    "same",
    [
        "title: Redes\nnumber: 7",
        "title: 3.2 Redes",
        "title: 'Lección 9: Redes'",
        "number: 1\ntitle: Redes",
        "title:   Redes   # nota",
    ],
)
def test_numbers_quotes_and_comments_change_nothing(same: str) -> None:
    assert written(same) == {"title": "Redes"}


def test_a_letter_written_in_either_unicode_form_is_the_same() -> None:
    composed = "title: Evoluci\u00f3n\ntopics: [\u00c1rbol]\n"
    assert written(unicodedata.normalize("NFD", composed)) == written(composed)


def test_a_lesson_that_is_only_a_title_is_written_like_one_with_keys() -> None:
    outline = load_outline(b"modules:\n- title: M\n  lessons: [1.1 Redes, {title: Redes}]\n")
    first, second = outline.modules[0].lessons
    assert first.as_written == second.as_written == {"title": "Redes"}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        *[("45", 45), ("-3", -3), ("1.50", 1.5), ("'45'", "45"), ("true", True), ("null", None), ("~", None)],
        *[
            ("yes", "yes"),
            ("010", "010"),
            ("1:30", "1:30"),
            ("0x1F", "0x1F"),
            (".nan", ".nan"),
            (".inf", ".inf"),
        ],
        *[("1e400", "1e400"), ("9" * 30, "9" * 30), ("2026-01-31", "2026-01-31"), ("[1, [a]]", [1, ["a"]])],
    ],
)
def test_values_are_what_json_can_say_and_the_text_otherwise(value: str, plain: Any) -> None:
    assert written(f"title: A\nextra: {value}") == {"title": "A", "extra": plain}


def test_merged_keys_are_part_of_it_and_yield_to_the_lessons_own() -> None:
    lessons = "[&b {title: A, duration_minutes: 5, level: x}, {<<: *b, title: B}]"
    text = f"modules: [{{title: M, lessons: {lessons}}}]"
    assert load_outline(text.encode()).modules[0].lessons[1].as_written == {
        "title": "B",
        "duration_minutes": 5,
        "level": "x",
    }


def test_a_lab_is_its_own_keys_without_its_number() -> None:
    labs = read(
        "title: A\nlabs:\n- {title: 3. Medir, number: 3, activities: [Uno: dos]}\n- 4. Unir\n- Práctica: X"
    ).labs
    assert [lab.as_written for lab in labs] == [
        {"title": "Medir", "activities": ["Uno: dos"]},
        "Unir",
        "Práctica: X",
    ]
