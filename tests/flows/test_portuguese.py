"""A language that was added as one data file goes all the way, from the outline to the bound book."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from servers.course_runs import CourseRuns
from servers.faults import Fault, Faults, Rule
from servers.small_course import as_yaml, many_lessons

from coursewright.languages import load_language

pytestmark = pytest.mark.prefect


def test_a_course_in_portuguese_is_asked_for_checked_and_bound_in_portuguese(
    make_runs: Callable[..., CourseRuns],
) -> None:
    spanish = Faults(
        Rule(Fault("wrong-language"), item="lesson/01-01", attempts=1),
        Rule(Fault("topic-missing"), item="lesson/01-02", attempts=1),
    )
    runs = make_runs(as_yaml(many_lessons(1, 2, "pt")), faults=spanish)
    assert runs.generate() == 0
    assert [item["repairs"] for item in runs.report()["items"]] == [1, 1]
    words = load_language("pt").lesson
    for place in ("01-01", "01-02"):
        text = runs.read_lesson(place)
        assert re.search(rf"^# {words['lesson']} 1\.\d: ", text, re.MULTILINE)
        assert f"## {words['references']}" in text
    prompts = {call.prompt for call in runs.server.calls}
    assert all("Write everything in Portuguese" in prompt for prompt in prompts)
    page = (runs.home / "book" / "book.html").read_text("utf-8")
    assert re.search(r'<html[^>]* lang="pt', page)
    assert words["learning_objectives"] in page
    assert "Learning Objectives" not in page and "Objetivos de Aprendizaje" not in page
