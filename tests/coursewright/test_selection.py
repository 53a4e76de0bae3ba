"""A selection is what was named, or an error; never everything by mistake, and never nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursewright.errors import SelectionError
from coursewright.outline import load_outline
from coursewright.selection import parse_item, parse_labs, parse_lessons, parse_modules, resolve_selection

OUTLINE = load_outline(
    b"modules:\n- {title: A, lessons: [a, b], labs: [x]}\n- {title: B, lessons: [{title: c, labs: [y, z]}]}\n"
)
BARE = load_outline(b"modules: [{title: A, lessons: [a]}]")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", set()),
        ("1", {1}),
        ("1,3-5", {1, 3, 4, 5}),
        (" 2 - 3 ; 7 ", {2, 3, 7}),
        ("01 02", {1, 2}),
        ("3-3", {3}),
    ],
)
def test_modules_are_numbers_and_ranges(text: str, numbers: set[int]) -> None:
    assert parse_modules(text) == numbers


@pytest.mark.parametrize(
    "text", ["all", "0", "3-1", "-2", "1-", "1.5", "1,,2", "1,", "módulo 1", "1-2-3", "0-2", "99999"]
)
def test_what_names_no_modules_is_an_error(text: str) -> None:
    with pytest.raises(SelectionError):
        parse_modules(text)


def test_the_error_says_how_to_write_it() -> None:
    with pytest.raises(SelectionError) as caught:
        parse_modules("1,dos")
    assert str(caught.value) == "“dos” names no modules. Write numbers and ranges, such as 1,3-5."
    with pytest.raises(SelectionError) as caught:
        parse_lessons("02-03, 4")
    assert str(caught.value) == "“4” is no lesson's id. Write module and lesson, such as 02-03."
    with pytest.raises(SelectionError) as caught:
        parse_labs("02-03")
    assert str(caught.value) == (
        "“02-03” is no lab's id. Write module, lesson and lab, such as 02-03-01; "
        "the lesson of a module's own labs is 00."
    )


def test_ids_may_be_written_without_zeros() -> None:
    assert parse_lessons("02-03, 2-5;101-120") == {(2, 3), (2, 5), (101, 120)}
    assert parse_labs("2-0-1 101-02-003") == {"02-00-01", "101-02-03"}


@pytest.mark.parametrize("text", ["all", "2", "0-1", "1-0", "1-2-3", "1-2,", "uno-dos", "1–2"])
def test_what_is_no_lesson_is_an_error(text: str) -> None:
    with pytest.raises(SelectionError):
        parse_lessons(text)


@pytest.mark.parametrize("text", ["all", "1-1", "0-1-1", "1-1-0", "1-1-1-1"])
def test_what_is_no_lab_is_an_error(text: str) -> None:
    with pytest.raises(SelectionError):
        parse_labs(text)


def test_nothing_named_is_everything() -> None:
    selection = resolve_selection(OUTLINE)
    assert selection.everything
    assert selection.selects_lesson(1, 2)
    assert selection.selects_lab("02-01-02")
    assert selection.module_numbers(OUTLINE) == (1, 2)


def test_what_is_named_adds_up() -> None:
    selection = resolve_selection(OUTLINE, modules="2", lessons="01-02", labs="01-00-01")
    assert not selection.everything
    assert [(m, n) for m, n in [(1, 1), (1, 2), (2, 1)] if selection.selects_lesson(m, n)] == [(1, 2), (2, 1)]
    assert selection.selects_lab("01-00-01")
    assert selection.module_numbers(OUTLINE) == (1, 2)


def test_labs_are_selected_with_their_lesson_or_module() -> None:
    assert resolve_selection(OUTLINE, lessons="02-01").selects_lab("02-01-02")
    assert resolve_selection(OUTLINE, modules="1").selects_lab("01-00-01")
    assert not resolve_selection(OUTLINE, lessons="01-01").selects_lab("01-00-01")


def test_a_lab_is_renewed_where_it_is_named_and_not_where_it_comes_along_with_a_lesson() -> None:
    lesson = resolve_selection(OUTLINE, lessons="02-01")
    assert not lesson.renews_lab("02-01-02", beside_lessons=True)
    assert lesson.renews_lab("02-01-02", beside_lessons=False), "of a course of labs alone it means its labs"
    both = resolve_selection(OUTLINE, lessons="02-01", labs="02-01-01")
    assert both.renews_lab("02-01-01", beside_lessons=True)
    assert not both.renews_lab("02-01-02", beside_lessons=True)
    for named in (resolve_selection(OUTLINE), resolve_selection(OUTLINE, modules="2")):
        assert named.renews_lab("02-01-02", beside_lessons=True)
    assert not resolve_selection(OUTLINE, modules="1").renews_lab("02-01-02", beside_lessons=True)


def test_a_lab_alone_selects_no_lesson() -> None:
    selection = resolve_selection(OUTLINE, labs="02-01-01")
    assert not any(
        selection.selects_lesson(module.number, lesson.number) for module, lesson in OUTLINE.lessons
    )
    assert not selection.selects_lab("02-01-02")


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"modules": "1-3"}, "The outline has no module 3. It has:\n  1  A\n  2  B"),
        ({"lessons": "02-02"}, "The outline has no lesson 02-02. It has 02-01."),
        ({"lessons": "03-01"}, "The outline has no lesson 03-01. It has 01-01, 01-02, 02-01."),
        ({"labs": "01-01-01"}, "The outline has no lab 01-01-01. It has 01-00-01, 02-01-01, 02-01-02."),
    ],
)
def test_what_the_outline_lacks_is_an_error_that_names_what_it_has(
    named: dict[str, str], message: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        resolve_selection(OUTLINE, **named)
    assert str(caught.value) == message


def test_an_outline_without_labs_says_so() -> None:
    with pytest.raises(SelectionError, match="It has no labs at all"):
        resolve_selection(BARE, labs="01-01-01")


@given(st.text(max_size=12), st.sampled_from(["modules", "lessons", "labs"]))
def test_no_text_but_an_empty_one_ever_selects_everything(text: str, kind: str) -> None:
    try:
        selection = resolve_selection(OUTLINE, **{kind: text})
    except SelectionError:
        return
    assert selection.everything == (not text.strip())


@pytest.mark.parametrize(
    ("text", "item"),
    [("2-3", "02-03"), (" 02-03 ", "02-03"), ("2-3-1", "02-03-01"), ("02-00-01", "02-00-01")],
)
def test_one_item_may_be_written_short(text: str, item: str) -> None:
    assert parse_item(text) == item


@pytest.mark.parametrize("text", ["", "bad", "0-1", "1-1,1-2", "1-1-1 1-1-2", "1-1-0", "1-1-1-1"])
def test_what_is_not_one_item_is_refused(text: str) -> None:
    with pytest.raises(SelectionError):
        parse_item(text)
