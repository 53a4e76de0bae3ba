"""Lessons that repeat each other: which ones, and which passage."""

from __future__ import annotations

import time

from servers.lesson_text import good_lesson, make_brief

from coursewright.lessons.checks.repetition import MOST_TOLD, find_repetition

PASSAGE = (
    "A queue holds what has come and is not yet done, so that those who ask need not wait for those who "
    "work, and "
    "its length tells before anything else does whether the workers keep up with what is asked of them each "
    "day."
)


def make_course(language: str, lessons: int) -> dict[str, str]:
    return {
        f"01-{number:02d}": good_lesson(make_brief(language, title=f"Title {number}"), numbered=True)
        for number in range(1, lessons + 1)
    }


def test_lessons_that_say_different_things_are_not_named() -> None:
    for language in ("en", "es"):
        assert find_repetition(make_course(language, 12)) == {}


def test_a_repeated_passage_is_told_on_both_sides_with_its_line() -> None:
    course = make_course("en", 4)
    course["01-01"] += f"\n{PASSAGE}\n"
    course["01-03"] += f"\n{PASSAGE.replace('each day', 'every day')}\n"
    found = find_repetition(course)
    assert sorted(found) == ["01-01", "01-03"]
    (first,), (second,) = found["01-01"], found["01-03"]
    assert "“A queue holds what has come" in first.message
    assert f"lesson 01-03 says in line {second.line}" in first.message
    assert f"lesson 01-01 says in line {first.line}" in second.message
    assert (first.check, first.severity) == ("repetition", "warning")
    assert first.line == course["01-01"].split("\n").index(PASSAGE) + 1


def test_code_tables_references_and_short_passages_may_recur() -> None:
    same = (
        f"```text\n{PASSAGE}\n```\n\n| {PASSAGE} |\n\n- [x {PASSAGE}](https://a.org)\n\nShort and the same.\n"
    )
    assert find_repetition({"01-01": same, "01-02": same}) == {}


def test_a_lesson_that_repeats_another_throughout_is_told_in_short() -> None:
    text = good_lesson(make_brief("es", target_words=3000))
    found = find_repetition({"01-01": text, "01-02": text})
    assert len(found["01-02"]) == MOST_TOLD + 1
    assert "more passages repeat other lessons (01-01)" in found["01-02"][-1].message


def test_two_hundred_lessons_are_compared_in_seconds() -> None:
    course = make_course("en", 200)
    started = time.process_time()
    find_repetition(course)
    assert time.process_time() - started < 15


def test_any_texts_can_be_compared() -> None:
    assert find_repetition({"a": "", "b": "\x00\ud800" * 50, "c": "word " * 500}) == {}
