"""Files that are no outlines, on purpose or not: each gets a clear error, soon."""

from __future__ import annotations

import time

import pytest
import yaml

from coursewright.outline import OutlineError, load_outline, nodes

HEAD = "course: {title: T}\nmodules:\n- title: M\n  lessons:\n"


def message_of(data: bytes | str) -> tuple[int | None, str, str]:
    """The first problem's line, message and what was expected."""
    with pytest.raises(OutlineError) as caught:
        load_outline(data.encode() if isinstance(data, str) else data)
    problem = caught.value.problems[0]
    return problem.line, problem.message, problem.expected


@pytest.mark.parametrize("data", [b"", b"\n \n", b"# solo un comentario\n", b"---\n...\n", b"\xef\xbb\xbf"])
def test_an_empty_file(data: bytes) -> None:
    assert message_of(data) == (None, "The file is empty.", "a course outline in YAML")


def test_a_file_of_more_than_5_mb() -> None:
    assert message_of(b"x" * 5_000_001) == (
        None,
        "The file is too large for a course outline.",
        "at most 5 MB",
    )


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        ("a: b\nc: Introducción".encode("latin-1"), 2, "the byte 0xF3 (Windows-1252 or Latin-1, it seems)"),
        ("a: b".encode("utf-16"), 1, "the byte 0xFF (UTF-16, it seems)"),
        (b"\x80\x00\x01", 1, "the byte 0x80 (no text at all, it seems)"),
    ],
)
def test_a_file_that_is_not_utf8(data: bytes, line: int, found: str) -> None:
    with pytest.raises(OutlineError) as caught:
        load_outline(data)
    (problem,) = caught.value.problems
    assert (problem.line, problem.message, problem.found) == (line, "The file is not UTF-8.", found)
    assert problem.expected == "UTF-8: save the file again with this encoding"


def test_control_characters_are_named_with_their_lines() -> None:
    with pytest.raises(OutlineError) as caught:
        load_outline((HEAD + "  - title: Re\x07des\n  - title: B\n  - title: \x00C\x1b\n").encode())
    (problem,) = caught.value.problems
    assert problem.message == "The line has control characters in it, which cannot be seen. So has line 7."
    assert (problem.line, problem.found, problem.mend) == (5, "U+0007", "  - title: Redes")


def test_several_documents() -> None:
    text = HEAD + "  - A\n---\n" + HEAD + "  - B\n"
    assert message_of(text) == (
        7,
        "The file holds several YAML documents.",
        "one course, without a line --- inside",
    )


def test_a_bomb_of_aliases() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert message_of(bomb)[1:] == (
        "The file holds too much for an outline.",
        "at most 500,000 values, aliases followed",
    )


def test_a_bomb_of_one_long_text() -> None:
    bomb = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 10_000)}]\n"
    assert message_of(bomb)[1] == "The file holds too much for an outline."


def test_a_chain_of_aliases_deeper_than_python_recurses() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000))
    assert message_of(chain)[1:] == ("The file is nested too deeply.", "at most 50 levels, aliases followed")


def test_an_alias_to_itself() -> None:
    assert message_of("modules: &m [*m]")[1] == "The alias *m stands inside of what it refers to."


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting(opening: str) -> None:
    assert message_of(opening * 50_000)[1] == "The file is nested too deeply."


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!!python/object/new:os.system [x]",
        "!x y",
    ],
)
def test_a_tag_is_refused_and_never_obeyed(tagged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.system", lambda _: pytest.fail("a tag was obeyed"))
    line, message, _ = message_of(f"{HEAD}  - title: {tagged}\n")
    assert (line, message) == (5, f"The tag {tagged.split()[0]} has no place in an outline.")


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "data",
    [
        "a: b: c\n" * 50_000,
        "- title: b: c\n" * 50_000,
        '- "a\n' * 50_000,
        "\ta: b\n" * 50_000,
        "'" * 500_000,
        "a:" + " " * 500_000 + "x: y: z",
        "x: " * 200_000,
        "&a " * 200_000,
        "|\n" * 200_000,
        "- a\n" * 200_000,
        f"{HEAD}  - title: {'1. ' * 100_000}\n",
        f"{HEAD}  - title: {'Módulo 1 · ' * 50_000}\n",
        f"{HEAD}  - title: A\n    bloom_level: {'/ ' * 100_000}\n",
        f"{HEAD}  - title: A\n    duration_minutes: {'9' * 100_000}\n",
        f"{HEAD}  - {'k' * 100_000}: A\n    title: B\n",
    ],
    ids=lambda data: data[:12].strip().replace("\n", " ") if isinstance(data, str) else None,
)
def test_hostile_files_are_answered_within_seconds(data: str) -> None:
    started = time.process_time()
    try:
        load_outline(data.encode())
    except OutlineError as error:
        assert len(str(error)) < 5_000_000
    assert time.process_time() - started < 10


def test_a_thousand_lessons_are_read_in_well_under_a_second() -> None:
    lesson = "  - title: L\n    duration_minutes: 30\n    bloom_level: Crear\n    topics: [{title: T}, U]\n"
    text = "course: {title: T, language: es}\nmodules:\n" + ("- title: M\n  lessons:\n" + lesson * 50) * 20
    load_outline(text.encode())
    started = time.process_time()
    assert len(load_outline(text.encode()).lessons) == 1000
    assert time.process_time() - started < 1


def test_both_of_pyyamls_parsers_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        HEAD + '  - title: "Ñandú \\u00e9"\n    topics:\n    - >\n      a\n      b\n    - {title: x}\n'
    ).encode()
    fast = load_outline(text)
    monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    assert load_outline(text) == fast
