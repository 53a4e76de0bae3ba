"""What is said of an outline that is YAML and cannot be used: every problem, word for word."""

from __future__ import annotations

import pickle

import pytest

from coursewright.errors import InputError
from coursewright.outline import OutlineError, Problem, load_outline

BLOOM = (
    "Remember (Recordar), Understand (Comprender), Apply (Aplicar), Analyze (Analizar), Evaluate (Evaluar), "
    "Create (Crear); up to three, with / between them"
)


def refuse(text: str) -> OutlineError:
    with pytest.raises(OutlineError) as caught:
        load_outline(text.encode(), name="curso.yaml")
    return caught.value


def only_problem(text: str) -> Problem:
    (problem,) = refuse(text).problems
    return problem


def test_one_error_lists_every_problem_in_the_order_of_the_file() -> None:
    error = refuse(
        """\
course:
  title: Redes
  language: es
modules:
- title: Módulo 1. Cables
  bloom_level: Aplicr
  lessons:
  - title: Cobre
    duration_minutes: -15
    topics: {uno: 1, dos: 2}
  - duration_minutes: pronto
- title: Ondas
"""
    )
    assert isinstance(error, InputError)
    assert str(error) == (
        """\
curso.yaml has 6 problems. Mend them all; until then nothing is generated.

line 6 · modules[0].bloom_level
  “Aplicr” is no Bloom level. Is it Aplicar?
  found: Aplicr
  expected: """
        + BLOOM
        + """
  write line 6 as:
  bloom_level: Aplicar

line 9 · modules[0].lessons[0].duration_minutes
  A duration cannot be negative.
  found: -15
  expected: a number of minutes, such as 45
  write line 9 as:
    duration_minutes: 15

line 10 · modules[0].lessons[0].topics
  The value of topics has to be a list.
  found: the keys uno, dos
  expected: a list: lines that begin with `- `

line 11 · modules[0].lessons[1].title
  Lesson 1.2 has no title.
  found: the keys duration_minutes
  expected: a line `title: …`

line 11 · modules[0].lessons[1].duration_minutes
  A duration has to be a number.
  found: pronto
  expected: a number of minutes, such as 45

line 12 · modules[1].lessons
  Module 2 has no lessons.
  found: the keys title
  expected: a list of lessons, each with `- title: …`"""
    )


def test_a_single_problem_is_said_in_the_singular_and_for_scripts() -> None:
    error = refuse("modules:\n- title: M\n")
    assert str(error).startswith(
        "curso.yaml has 1 problem. Mend it; until then nothing is generated.\n\nline 2 · "
    )
    assert error.problems[0].as_json() == {
        "path": "modules[0].lessons",
        "line": 2,
        "found": "the keys title",
        "expected": "a list of lessons, each with `- title: …`",
        "mend": None,
        "message": "Module 1 has no lessons.",
    }


def test_the_error_survives_being_pickled() -> None:
    error = refuse("modules:\n- title: M\n")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems, again.name) == (str(error), error.problems, "curso.yaml")


def test_thousands_of_problems_are_all_kept_and_not_all_printed() -> None:
    error = refuse("modules:\n" + "- title: M\n" * 2000)
    assert len(error.problems) == 2000
    assert str(error).endswith("and 1500 more")


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ("modules:", 1, "modules", "The outline has no modules."),
        ("modules: []", 1, "modules", "The outline has no modules."),
        ("modules: {a: 1}", 1, "modules", "The value of modules has to be a list."),
        ("course: {title: T}", 1, "modules", "The outline has no modules."),
        ("hello", 1, "", "The file is no course outline."),
        (
            "- title: M",
            1,
            "",
            "The file is no course outline. A list of modules needs the line `modules:` above it.",
        ),
        ("course: T\nmodules: [{title: M, lessons: [L]}]", 1, "course", "The course has to have keys."),
        ("modules:\n-", 2, "modules[0]", "Module 1 is empty."),
        ("modules:\n- Redes", 2, "modules[0]", "Module 1 has to have keys."),
        ("modules: [{title: M, lessons: []}]", 1, "modules[0].lessons", "Module 1 has no lessons."),
        ("modules: [{title: M, lessons: null}]", 1, "modules[0].lessons", "Module 1 has no lessons."),
        (
            "modules: [{title: M, lessons: x}]",
            1,
            "modules[0].lessons",
            "The value of lessons has to be a list.",
        ),
        ("modules: [{title: M, lessons: [null]}]", 1, "modules[0].lessons[0]", "Lesson 1.1 is empty."),
        (
            "modules: [{title: M, lessons: [{}]}]",
            1,
            "modules[0].lessons[0].title",
            "Lesson 1.1 has no title.",
        ),
        (
            "modules: [{title: [a], lessons: [L]}]",
            1,
            "modules[0].title",
            "The title of module 1 has to be a text.",
        ),
        ("modules: [{title: null, lessons: [L]}]", 1, "modules[0].title", "The title of module 1 is empty."),
        ("modules: [{title: ' ', lessons: [L]}]", 1, "modules[0].title", "The title of module 1 is empty."),
        (
            "course: {title: [a]}\nmodules: [{title: M, lessons: [L]}]",
            1,
            "course.title",
            "The title of the course has to be a text.",
        ),
        (
            "modules: [{title: M, lessons: [{title: L, topics: [null]}]}]",
            1,
            "modules[0].lessons[0].topics[0]",
            "The topic is empty.",
        ),
        (
            "modules: [{title: M, lessons: [{title: L, topics: [[a]]}]}]",
            1,
            "modules[0].lessons[0].topics[0]",
            "The topic has to have keys.",
        ),
        (
            "modules: [{title: M, lessons: [L], labs: [{number: 1}]}]",
            1,
            "modules[0].labs[0].title",
            "The lab has no title.",
        ),
        (
            "modules: [{title: M, lessons: [L], percent_theory: 140}]",
            1,
            "modules[0].percent_theory",
            "percent_theory has to be a percentage.",
        ),
        (
            "modules: [{title: M, lessons: [L], bloom_level: {a: 1}}]",
            1,
            "modules[0].bloom_level",
            "The bloom_level has to be a word.",
        ),
        (
            "modules: [{title: M, lessons: [L], bloom_level: 3}]",
            1,
            "modules[0].bloom_level",
            "“3” is no Bloom level.",
        ),
        ("modules: [{title: M, lessons: [L], [a]: 1}]", 1, "modules[0]", "A key has to be a word."),
    ],
)
def test_wrong_shapes_are_named(text: str, line: int, path: str, message: str) -> None:
    problem = only_problem(text)
    assert (problem.line, problem.path, problem.message) == (line, path, message)


@pytest.mark.parametrize(
    "written",
    [
        ".nan",
        ".inf",
        "-.inf",
        "1e400",
        "true",
        "yes",
        "1,500",
        "1:30",
        "45-60",
        "[45]",
        "{a: 1}",
        "2026-01-31",
        "9" * 50,
    ],
)
def test_a_duration_has_to_be_a_number(written: str) -> None:
    problem = only_problem(f"modules: [{{title: M, lessons: [L], duration_minutes: '{written}'}}]")
    assert (problem.message, problem.expected) == (
        "A duration has to be a number.",
        "a number of minutes, such as 45",
    )


def test_a_duration_longer_than_any_course_is_refused_in_its_own_unit() -> None:
    assert only_problem(
        "course: {title: T, duration_hours: 5000}\nmodules: [{title: M, lessons: [L]}]"
    ) == Problem(
        "course.duration_hours",
        1,
        "5000",
        "at most 1,666 hours",
        None,
        "The duration is longer than any course.",
    )


def test_a_title_that_yaml_takes_for_null_is_offered_in_quotes() -> None:
    text = (
        "modules:\n- title: M\n  lessons:\n  - title: Bases\n    topics:\n    - NULL\n    - title: null # x\n"
    )
    assert refuse(text).problems == (
        Problem(
            "modules[0].lessons[0].topics[0]",
            6,
            "NULL",
            "a text; the word NULL in quotes, if that is the text",
            '    - "NULL"',
            "The topic is empty.",
        ),
        Problem(
            "modules[0].lessons[0].topics[1].title",
            7,
            "null",
            "a text; the word null in quotes, if that is the text",
            '    - title: "null" # x',
            "The title of the topic is empty.",
        ),
    )


def test_an_unknown_language_names_the_known_ones_and_the_nearest() -> None:
    problem = only_problem("course: {title: T, language: ingles}\nmodules: [{title: M, lessons: [L]}]")
    assert problem.message == "The language is unknown. Is it en?"
    assert problem.expected.startswith("one of en (English), es (español)")
    assert problem.expected.endswith("; a further one is a data file in coursewright/languages/")


def test_a_course_is_not_said_to_be_called_nothing() -> None:
    error = refuse('modules:\n- title: ""\n  lessons: [L]\n')
    assert [problem.message for problem in error.problems] == ["The title of module 1 is empty."]
    assert error.warnings == ()


def test_what_is_as_long_as_a_file_is_shortened_in_messages() -> None:
    long = "x" * 900
    keys = "\n".join(f"  {long}{number}: 1" for number in range(9))
    error = refuse(f"modules:\n- summary: S\n{keys}\n  lessons:\n  - topics: [T]\n    {long}: [1]\n")
    assert max(map(len, str(error).splitlines())) < 300
    assert max(len(warning.message) for warning in error.warnings) < 300
    course = load_outline(f"modules: [{{title: {long}, lessons: [L]}}]".encode()).warnings[1]
    assert course.message.startswith("The course has no title; it is called “xxx")
    assert len(course.message) < 150


def test_a_key_that_stands_twice_with_two_values_is_never_lost_in_silence() -> None:
    text = "modules:\n- title: M\n  lessons: [L]\n  lessons: [K]\n"
    assert only_problem(text) == Problem(
        "modules[0].lessons",
        4,
        "a list of 1",
        "each key once",
        None,
        "The key lessons stands twice; first on line 3.",
    )


def test_modules_in_two_places_are_refused() -> None:
    text = "course:\n  title: T\n  modules: [{title: M, lessons: [L]}]\nmodules: [{title: N, lessons: [L]}]\n"
    assert only_problem(text).message == (
        "The modules stand twice: as modules (line 4) and as course.modules (line 3)."
    )


def test_problems_of_a_part_that_aliases_repeat_are_said_once() -> None:
    text = "modules:\n- &m {title: M, lessons: [L], duration_minutes: -1}\n- *m\n- *m\n"
    assert only_problem(text).path == "modules[0].duration_minutes"


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    error = refuse('modules: [{title: M, lessons: [L], bloom_level: "\\e[31mRojo\\u202e"}]')
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)
