"""What is said of an outline that is not YAML: the usual mistakes by name, each with the line to paste."""

from __future__ import annotations

import pytest
import yaml

from coursewright.outline import OutlineError, load_outline, nodes

HEAD = "course: {title: T}\nmodules:\n- title: M\n  lessons:\n"


def problems_of(text: str) -> list[tuple[int | None, str, str, str | None]]:
    with pytest.raises(OutlineError) as caught:
        load_outline(text.encode())
    return [(one.line, one.path, one.message, one.mend) for one in caught.value.problems]


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers: the wheel's fast one, and the one where libyaml is missing."""
    if request.param == "pure Python":
        monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    return str(request.param)


COLON = "The {} has “: ” in it and is not quoted, so YAML takes it for a key."


def test_unquoted_colons_are_named_all_at_once_with_the_lines_to_paste(parser: str) -> None:
    text = HEAD + (
        "  - title: 1.1 Redes: cables y ondas\n"
        "    topics:\n"
        "    - Cables: cobre: y fibra   # dos\n"
        '    - "Quoted: fine"\n'
        "    - Práctica: fine\n"
        '  - title: El "mejor" cable: C:\\red\r\n'
        "    description: |\n"
        "      title: a: b\n"
        "  - title: 'Ondas: y\n"
        "      title: c: d'\n"
        "    description: Acaba en dos puntos:\n"
    )
    assert problems_of(text) == [
        (5, "modules[0].lessons[0].title", COLON.format("title"), '  - title: "1.1 Redes: cables y ondas"'),
        (
            7,
            "modules[0].lessons[0].topics[0]",
            COLON.format("text"),
            '    - "Cables: cobre: y fibra"   # dos',
        ),
        (
            10,
            "modules[0].lessons[1].title",
            COLON.format("title"),
            '  - title: "El \\"mejor\\" cable: C:\\\\red"',
        ),
        (
            15,
            "modules[0].lessons[2].description",
            COLON.format("description"),
            '    description: "Acaba en dos puntos:"',
        ),
    ]


def test_every_line_to_paste_mends_the_outline(parser: str) -> None:
    broken = (
        HEAD
        + '  - title: A: b "c" \\d\n    topics:\n    - @x\n    - "y" z\n    - *w*\n    - 50% of it: yes: no\n'
    )
    lines = broken.splitlines()
    for line, _, _, mend in problems_of(broken):
        assert line and mend
        lines[line - 1] = mend
    lesson = load_outline("\n".join(lines).encode()).modules[0].lessons[0]
    assert lesson.title == 'A: b "c" \\d'
    assert [topic.title for topic in lesson.topics] == ["@x", '"y" z', "*w*", "50% of it: yes: no"]


def test_problems_behind_broken_lines_are_listed_as_well(parser: str) -> None:
    text = HEAD + "  - title: A: b\n    duration_minutes: -5\n  - duration_minutes: 3\n"
    assert [(line, message) for line, _, message, _ in problems_of(text)] == [
        (5, COLON.format("title")),
        (6, "A duration cannot be negative."),
        (7, "Lesson 1.2 has no title."),
    ]


@pytest.mark.parametrize(
    ("lines", "line", "message", "mend"),
    [
        ("  - title: @home", 5, "The title begins with @, which is reserved in YAML.", '  - title: "@home"'),
        ("  - title: `ls`", 5, "The title begins with `, which is reserved in YAML.", '  - title: "`ls`"'),
        (
            "  - title: %d y %s",
            5,
            "The title begins with %, which begins a directive in YAML.",
            '  - title: "%d y %s"',
        ),
        (
            "  - title: *Muy* fácil",
            5,
            "The title begins with *, which begins an alias in YAML.",
            '  - title: "*Muy* fácil"',
        ),
        (
            "  - title: [A] B",
            5,
            "The title begins with [, which begins a list in YAML.",
            '  - title: "[A] B"',
        ),
        (
            "  - title: {A} B",
            5,
            "The title begins with {, which begins a mapping in YAML.",
            '  - title: "{A} B"',
        ),
        (
            '  - title: "IA" y red',
            5,
            "The quote before the title ends before the text does.",
            '  - title: "\\"IA\\" y red"',
        ),
        (
            "  - title: 'l'eau'",
            5,
            "The quote before the title ends before the text does.",
            '  - title: "l\'eau"',
        ),
        ('  - title: "Redes', 5, "The quote before the title is not closed.", '  - title: "Redes"'),
        (
            '  - title: "Redes\n    topics: [A]\n  - title: "B"',
            5,
            "The quote before the title is not closed.",
            '  - title: "Redes"',
        ),
        (
            "  - title:Redes\n    topics: [A]",
            5,
            "The key title has no space after its colon.",
            "  - title: Redes",
        ),
        (
            "  - topics: [A]\n    title:Redes # x",
            6,
            "The key title has no space after its colon.",
            "    title: Redes # x",
        ),
        (
            "  - topics: [A]\n    title Redes\n    number: 1",
            6,
            "The key title has no colon.",
            "    title: Redes",
        ),
        (
            "  - topics: [A]\n    title = Redes\n    number: 1",
            6,
            "The key title has no colon.",
            "    title: Redes",
        ),
        (
            "  - title: A\n     topics: [B]",
            6,
            "The line's indentation fits none of the lines before it.",
            "    topics: [B]",
        ),
        (
            "  - title: A\n - title: B",
            6,
            "The line's indentation fits none of the lines before it.",
            "  - title: B",
        ),
        ("  - title: A\n    topics: [B, C", 6, "The list that [ begins is not closed.", "    topics: [B, C]"),
        ("\t- title: A", 5, "The line is indented with a tab.", "  - title: A"),
        (
            "  - title: A\n\t\ttopics: [A]\n\t\tnumber: 1",
            6,
            "The line is indented with a tab. So is line 7.",
            "    topics: [A]",
        ),
        (
            "  - title: Redes y\n      ondas: dos",
            5,
            COLON.format("title") + " It goes on to line 6, for which the mend stands as well.",
            '  - title: "Redes y ondas: dos"',
        ),
        (
            "  - title: !Hola mundo",
            5,
            "The tag !Hola has no place in an outline.",
            '  - title: "!Hola mundo"',
        ),
        (
            "  - title: *Hola",
            5,
            "*Hola is an alias in YAML, and there is no anchor &Hola.",
            '  - title: "*Hola"',
        ),
    ],
)
def test_the_usual_mistakes_are_named(parser: str, lines: str, line: int, message: str, mend: str) -> None:
    (problem,) = problems_of(HEAD + lines + "\n")
    assert (problem[0], problem[2], problem[3]) == (line, message, mend)


def test_a_line_that_nothing_mends_is_named_with_the_parsers_words() -> None:
    (problem,) = problems_of(HEAD + "  - title: A\n    ]: {\n")
    assert problem[:2] == (6, "")
    assert problem[2].startswith("The line cannot be read after those before it; look at its indentation.")
    assert "The YAML parser says: " in problem[2]


def test_colons_behind_a_line_that_nothing_mends_are_named_as_well() -> None:
    found = problems_of(HEAD + "  - title: A\n    ]\n  - title: B: c\n  - title: D: e\n")
    assert [line for line, *_ in found] == [6, 7, 8]


def test_a_character_that_json_writes_in_two_halves_is_read_as_the_character(parser: str) -> None:
    text = r'{"course": {"title": "Hi \ud83d\ude00\uD83D\uDE00 \\\ud83d\ude00"}, "modules": ['
    text += '{"title": "M",\n "lessons": ["L",\n"K \\ud83e\\udd16"]}]}'
    outline = load_outline(text.encode())
    assert outline.title == "Hi 😀😀 \\😀"
    assert [lesson.title for lesson in outline.modules[0].lessons] == ["L", "K 🤖"]
    assert outline.warnings == ()


def test_two_halves_outside_of_quotes_are_the_text_that_they_are() -> None:
    outline = load_outline((HEAD + r"  - Escape \ud83d\ude00 so" + "\n").encode())
    assert outline.modules[0].lessons[0].title == r"Escape \ud83d\ude00 so"


def test_half_a_character_is_named_as_that(parser: str) -> None:
    text = (
        HEAD + '  - "A \\ud83d"\n  - title: "B \\ude00 c"\n    bloom_level: Aplicr\n  - "C \\ud83d\\ude00"\n'
    )
    (first, second) = problems_of(text)
    assert first == (
        5,
        "modules[0].lessons[0]",
        "The line has one half of a character that JSON writes as two escapes. So has line 6.",
        '  - "A "',
    )
    assert second[2].startswith("“Aplicr” is no Bloom level"), "the file is read to its end"


def test_a_problem_on_a_line_of_several_values_names_none_of_them() -> None:
    text = '{"course": {"title": "A \\ud83d"}, "modules": [{"title": "M", "lessons": ["L"]}]}'
    assert [(line, path) for line, path, *_ in problems_of(text)] == [(1, "")]


def test_one_space_is_told_as_one() -> None:
    with pytest.raises(OutlineError) as caught:
        load_outline(b"course: {title: T}\nmodules:\n- title: M\n lessons: [L]\n")
    assert caught.value.problems[0].found == "1 space before lessons: [L]"
    assert caught.value.problems[0].expected.startswith("2 spaces before it")
