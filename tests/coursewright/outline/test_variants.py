"""Every way of writing an outline that real files use."""

from __future__ import annotations

from typing import Any

import pytest

from coursewright.bloom import BloomLevel
from coursewright.outline import load_outline
from coursewright.outline.model import Outline

LESSON = "lessons: [{title: Uno}]"


def load(text: str) -> Outline:
    return load_outline(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        f"course:\n  title: Redes\n  language: es\n  modules:\n  - title: M\n    {LESSON}\n",
        f"course:\n  title: Redes\n  language: es\nmodules:\n- title: M\n  {LESSON}\n",
        f"title: Redes\nlanguage: es\nmodules:\n- title: M\n  {LESSON}\n",
        f"---\ncourse: {{title: Redes, language: es}}\nmodules:\n- title: M\n  {LESSON}\n...\n",
        f"\ufeffcourse: {{title: Redes, language: es}}\r\nmodules:\r\n- title: M\r\n  {LESSON}\r\n",
    ],
    ids=["modules in the course", "modules beside it", "all at the top", "document marks", "BOM and CRLF"],
)
def test_a_course_and_its_modules_may_stand_in_several_places(text: str) -> None:
    outline = load(text)
    assert (outline.title, outline.language, [module.title for module in outline.modules]) == (
        "Redes",
        "es",
        ["M"],
    )
    assert outline.warnings == ()


def test_modules_alone_name_the_course_after_the_first_of_them() -> None:
    outline = load(f"modules:\n- title: Módulo 1. Redes\n  {LESSON}\n")
    assert (outline.title, outline.language) == ("Redes", None)
    assert [(warning.path, warning.line, warning.message) for warning in outline.warnings] == [
        ("title", 1, "The course has no title; it is called “Redes” after its first module.")
    ]


def test_the_courses_own_keys() -> None:
    outline = load(
        "course:\n  title: T\n  description: >\n    Dos\n    líneas\n  language: Español\n  level: beginner\n"
        "  audience: [Uno, Dos]\n  prerequisites: Nada\n  learning_outcomes: |\n    - Saber\n    - Hacer\n"
        f'  duration_hours: "2"\nmodules: [{{title: M, {LESSON}}}]\n'
    )
    assert outline.description == "Dos líneas"
    assert outline.level == "beginner"
    assert (outline.audience, outline.prerequisites) == (("Uno", "Dos"), ("Nada",))
    assert outline.learning_outcomes == ("Saber", "Hacer")
    assert outline.duration_minutes == 120
    assert outline.warnings == ()


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("total_duration_minutes: 60", 60),
        ('total_duration_minutes: "60"', 60),
        ("duration_hours: 1.5", 90),
        ("duration_hours: '1,5'", 90),
        ("duration_minutes: 45", 45),
        ("total_duration_minutes: null", None),
        ("total_duration_minutes: ''", None),
        ("level: x", None),
    ],
)
def test_the_courses_duration_in_minutes_or_hours(written: str, minutes: float | None) -> None:
    outline = load(f"course:\n  title: T\n  {written}\nmodules: [{{title: M, {LESSON}}}]\n")
    assert outline.duration_minutes == minutes
    assert outline.warnings == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[("es", "es"), ("ES", "es"), ("es-MX", "es"), ("es_419", "es"), ("Spanish", "es")],
        *[("español", "es"), ("Español", "es"), ("ESPANOL", "es"), ("English", "en"), ("en-GB", "en")],
        *[("null", None), ("''", None)],
    ],
)
def test_a_language_by_its_code_or_its_name(written: str, code: str | None) -> None:
    assert (
        load(f"course: {{title: T, language: {written}}}\nmodules: [{{title: M, {LESSON}}}]").language == code
    )


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("Understand", [BloomLevel.UNDERSTAND]),
        ("Comprender", [BloomLevel.UNDERSTAND]),
        ("Comprender / Aplicar / Analizar", [BloomLevel.UNDERSTAND, BloomLevel.APPLY, BloomLevel.ANALYZE]),
        ("Aplicar/Crear", [BloomLevel.APPLY, BloomLevel.CREATE]),
        ("crear / analizar", [BloomLevel.CREATE, BloomLevel.ANALYZE]),
        ("ANÁLISIS", [BloomLevel.ANALYZE]),
        ("[Recordar, Comprender]", [BloomLevel.REMEMBER, BloomLevel.UNDERSTAND]),
        ("Evaluar y Crear", [BloomLevel.EVALUATE, BloomLevel.CREATE]),
        ("Understand / Comprender", [BloomLevel.UNDERSTAND]),
        ("null", []),
        ("''", []),
    ],
)
def test_bloom_levels_single_and_compound_in_both_languages(written: str, levels: list[BloomLevel]) -> None:
    outline = load(
        f"modules: [{{title: M, bloom_level: {written}, lessons: [{{title: L, bloom_level: {written}}}]}}]"
    )
    assert list(outline.modules[0].bloom_levels) == levels
    assert list(outline.modules[0].lessons[0].bloom_levels) == levels


def test_a_modules_own_keys() -> None:
    module = load(
        "modules:\n- number: 9\n  title: M\n  summary: Resumen\n  description: Descripción\n"
        "  duration_minutes: 60\n"
        f"  percent_theory: 60\n  percent_practice: 40 %\n  {LESSON}\n"
    ).modules[0]
    assert (module.number, module.title, module.summary) == (1, "M", "Resumen\n\nDescripción")
    assert (module.duration_minutes, module.percent_theory, module.percent_practice) == (60, 60, 40)


def test_topics_as_objects_texts_or_absent() -> None:
    lessons = (
        load(
            "modules:\n- title: M\n  lessons:\n"
            "  - title: A\n    topics:\n    - title: Uno\n      number: 4\n      duration_minutes: 5\n"
            "      bloom_level: Aplicar\n    - Dos\n"
            "  - title: B\n    topics: Solo uno\n"
            "  - title: C\n    topics: []\n  - title: D\n    topics: null\n"
            "  - title: 1.5 E\n  - F\n"
        )
        .modules[0]
        .lessons
    )
    first = lessons[0].topics
    assert [(topic.title, topic.duration_minutes, topic.bloom_levels) for topic in first] == [
        ("Uno", 5, (BloomLevel.APPLY,)),
        ("Dos", None, ()),
    ]
    assert [topic.title for topic in lessons[1].topics] == ["Solo uno"]
    assert [lesson.has_own_topics for lesson in lessons] == [True, True, False, False, False, False]
    assert [[topic.title for topic in lesson.topics] for lesson in lessons[2:]] == [
        ["C"],
        ["D"],
        ["E"],
        ["F"],
    ]


def test_the_same_title_may_recur_everywhere() -> None:
    outline = load("modules:\n" + "- title: Tema\n  lessons: [Introducción, Resumen, Introducción]\n" * 3)
    assert [lesson.title for _, lesson in outline.lessons] == ["Introducción", "Resumen", "Introducción"] * 3
    assert [module.number for module in outline.modules] == [1, 2, 3]


def test_an_unquoted_colon_in_a_list_is_the_text_it_was_meant_to_be() -> None:
    lesson = (
        load(
            "modules:\n- title: M\n  lessons:\n  - title: A\n    topics:\n    - Práctica: X\n    - Vacío:\n"
            "    objectives:\n    - Aplicar: bien\n    lab_activities:\n    - Práctica 1: Y\n"
        )
        .modules[0]
        .lessons[0]
    )
    assert [topic.title for topic in lesson.topics] == ["Práctica: X", "Vacío:"]
    assert lesson.objectives == ("Aplicar: bien",)
    assert [lab.title for lab in lesson.labs] == ["Práctica 1: Y"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("2024", "2024"),
        ("2024-01-31", "2024-01-31"),
        ("yes", "yes"),
        ("1.10", "1.10"),
        ("0x10", "0x10"),
        ("12:30", "12:30"),
    ],
)
def test_a_title_that_yaml_takes_for_something_else_is_the_text_as_written(written: str, title: str) -> None:
    outline = load(
        f"modules:\n- title: {written}\n  lessons:\n  - title: {written}\n    topics: [{written}]\n"
    )
    lesson = outline.modules[0].lessons[0]
    assert (outline.modules[0].title, lesson.title, lesson.topics[0].title) == (title, title, title)


def test_labs_are_counted_by_lesson_and_by_module() -> None:
    outline = load(
        "modules:\n- title: M\n  labs:\n  - number: 7\n    title: 1. Uno\n    duration_minutes: 20\n"
        "    bloom_level: Crear\n    objectives: [Hacer]\n    activities: [a, b]\n    description: D\n"
        "  lab_activities: [Dos]\n  lessons:\n  - title: L\n    lab_activities:\n"
        "    - title: Tres\n      objective: Ver\n"
        "    - Cuatro\n- title: N\n  lessons: [A, {title: B, labs: [Cinco]}]\n"
    )
    assert [(lab.id, lab.title) for _, _, lab in outline.labs] == [
        ("01-01-01", "Tres"),
        ("01-01-02", "Cuatro"),
        ("01-00-01", "Uno"),
        ("01-00-02", "Dos"),
        ("02-02-01", "Cinco"),
    ]
    lab = outline.modules[0].labs[0]
    assert (lab.duration_minutes, lab.bloom_levels, lab.description) == (20, (BloomLevel.CREATE,), "D")
    assert (lab.objectives, lab.activities) == (("Hacer",), ("a", "b"))
    assert outline.modules[0].lessons[0].labs[0].objectives == ("Ver",)


def test_more_than_ninety_nine_of_anything_keeps_its_ids_apart() -> None:
    labs = ", ".join(f"L{number}" for number in range(120))
    module = f"- title: M\n  lessons: [{labs}]\n  labs: [{labs}]\n"
    outline = load("modules:\n" + module * 101)
    assert outline.modules[100].labs[119].id == "101-00-120"
    ids = [lab.id for _, _, lab in outline.labs]
    assert len(set(ids)) == len(ids) == 101 * 120


def test_unknown_keys_are_warned_of_and_kept() -> None:
    outline = load(
        "course:\n  title: T\n  author: {name: Ana}\nversion: 2\nlanguage: es\nmodules:\n"
        "- title: M\n  colour: red\n"
        "  lessons:\n  - title: L\n    durations_minutes: 5\n"
    )
    assert outline.unknown_keys == {
        "course.author": {"name": "Ana"},
        "version": 2,
        "language": "es",
        "modules[0].colour": "red",
        "modules[0].lessons[0].durations_minutes": 5,
    }
    assert [(warning.path, warning.line, warning.message) for warning in outline.warnings] == [
        ("course.author", 3, "The key author is unknown and is not used."),
        ("version", 4, "The key version is unknown and is not used."),
        ("language", 5, "The key language is unknown and is not used. It belongs under `course:`."),
        ("modules[0].colour", 8, "The key colour is unknown and is not used."),
        (
            "modules[0].lessons[0].durations_minutes",
            11,
            "The key durations_minutes is unknown and is not used. Is it duration_minutes?",
        ),
    ]


def test_line_ends_that_no_editor_shows_are_spaces() -> None:
    lesson = (
        load("modules:\n- title: M\n  lessons:\n  - title: Redes\u2028y\x85ondas\n    nota: x\n")
        .modules[0]
        .lessons[0]
    )
    assert lesson.title == "Redes y ondas"


def test_anchors_and_merged_keys_are_followed() -> None:
    lessons = (
        load(
            "modules:\n- title: M\n  lessons:\n  - &base\n"
            "    title: A\n    duration_minutes: 30\n    topics: &t [X, Y]\n"
            "  - <<: *base\n    title: B\n  - {title: C, topics: *t}\n"
        )
        .modules[0]
        .lessons
    )
    assert [(lesson.title, lesson.duration_minutes, len(lesson.topics)) for lesson in lessons] == [
        ("A", 30, 2),
        ("B", 30, 2),
        ("C", None, 2),
    ]


@pytest.mark.parametrize(
    ("written", "expected", "message"),
    [
        ("duration_minutes: 45 min", 45.0, "“45 min” is read as 45 minutes."),
        ("duration_minutes: 1 h 30 min", 90.0, "“1 h 30 min” is read as 90 minutes."),
        ("duration_hours: 2 horas", 120.0, "“2 horas” is read as 120 minutes."),
        ("duration_minutes: 0", None, "A duration of 0 is read as none."),
    ],
)
def test_durations_that_are_read_with_a_warning(written: str, expected: Any, message: str) -> None:
    outline = load(f"course: {{title: T}}\nmodules:\n- title: M\n  {written}\n  {LESSON}\n")
    assert outline.modules[0].duration_minutes == expected
    assert [warning.message for warning in outline.warnings] == [message]


@pytest.mark.parametrize(
    ("lesson", "message"),
    [
        ("title: Lección #3", "“#3” is a comment in YAML; if it is part of the text, quote the text."),
        (
            "title: &Co y más",
            "&Co is an anchor in YAML, no part of the text; if it should be, quote the text.",
        ),
        ('title: "a\\eb"', "The title of lesson 1.1 has control characters in it; they are left out."),
        ("title: A\n    title: A", "The key title stands twice, with the same value."),
        ("title", "“title Uno” is read as a title; `title: …` would need a colon."),
    ],
)
def test_what_yaml_would_lose_in_silence_is_warned_of(lesson: str, message: str) -> None:
    lesson = "title Uno" if lesson == "title" else lesson
    outline = load(f"course: {{title: T}}\nmodules:\n- title: M\n  lessons:\n  - {lesson}\n")
    assert [warning.message for warning in outline.warnings] == [message]


@pytest.mark.parametrize("key", ["tittle", "Title", "titel", "título"])
def test_a_title_under_a_misspelt_key_is_read_with_a_warning(key: str) -> None:
    outline = load(f"course: {{title: A}}\nmodules:\n- title: M\n  lessons:\n  - {key}: Uno\n")
    assert [warning.message for warning in outline.warnings] == [
        f"“{key}: Uno” is read as a title. Is the key title meant?"
    ]
    assert outline.warnings[0].line == 5


@pytest.mark.parametrize("text", ["Práctica: Uno", "Tema: Uno", "Reto: Uno", "Lab: Uno", "Taller: Uno"])
def test_a_text_with_a_colon_is_read_without_a_warning(text: str) -> None:
    outline = load(f"course: {{title: A}}\nmodules:\n- title: M\n  lessons:\n  - {text}\n")
    assert outline.warnings == ()


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("duracion", "duration_minutes"),
        ("duration", "duration_minutes"),
        ("duracion_horas", "duration_hours"),
    ],
)
def test_the_duration_of_a_lesson_is_meant_in_minutes_unless_hours_are_named(key: str, meant: str) -> None:
    outline = load_outline(
        f"course: {{title: T}}\nmodules:\n- title: M\n  lessons:\n  - {{title: L, {key}: 3}}".encode()
    )
    assert [warning.message for warning in outline.warnings] == [
        f"The key {key} is unknown and is not used. Is it {meant}?"
    ]


def test_a_duration_that_is_given_is_not_guessed_once_more() -> None:
    text = (
        "course: {title: T}\nmodules: [{title: M, lessons: [{title: L, duracion: 3, duration_minutes: 4}]}]"
    )
    assert [warning.message for warning in load_outline(text.encode()).warnings] == [
        "The key duracion is unknown and is not used."
    ]


def test_a_course_may_be_said_in_hours() -> None:
    outline = load_outline(b"course: {title: T, duracion: 30}\nmodules: [{title: M, lessons: [L]}]")
    assert outline.warnings[0].message.endswith("Is it duration_hours?")


@pytest.mark.parametrize(
    ("module", "lesson", "topic", "warned"),
    [
        ("90000", "60", "10", ["modules[0].duration_minutes"]),
        ("3000", "99999", "10", ["modules[0].lessons[0].duration_minutes"]),
        ("3000", "1440", "1441", ["modules[0].lessons[0].topics[0].duration_minutes"]),
        ("30000", "1440", "1440", []),
    ],
)
def test_a_duration_that_is_hardly_meant_is_read_with_a_warning(
    module: str, lesson: str, topic: str, warned: list[str]
) -> None:
    text = f"""\
course: {{title: T, total_duration_minutes: 99999}}
modules:
- title: M
  duration_minutes: {module}
  lessons:
  - title: L
    duration_minutes: {lesson}
    topics: [{{title: T, duration_minutes: {topic}}}]
"""
    outline = load_outline(text.encode())
    assert [warning.path for warning in outline.warnings] == warned
    assert outline.modules[0].lessons[0].duration_minutes == float(lesson)
    if lesson == "99999":
        assert (
            outline.warnings[0].message
            == "The duration is 99,999 minutes, which is 1,667 hours. Is that meant?"
        )


def test_a_topic_that_stands_twice_in_a_lesson_is_told() -> None:
    text = """\
course: {title: T}
modules:
- title: M
  lessons:
  - title: L
    topics:
    - Qué es
    - {title: Cables}
    - title: que  ES
  - title: K
    topics: [Cables]
"""
    outline = load_outline(text.encode())
    assert [(one.path, one.line, one.message) for one in outline.warnings] == [
        (
            "modules[0].lessons[0].topics[2]",
            9,
            "The topic “que ES” stands twice in its lesson, first on line 7; it would be written twice.",
        )
    ]
    assert len(outline.modules[0].lessons[0].topics) == 3, "it is kept as it is written"
