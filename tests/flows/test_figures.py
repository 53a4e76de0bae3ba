"""Figures in the flow, with a model that plans them well or badly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.figure_answers import RUBBISH, good_figures
from servers.small_course import as_yaml, small_outline

from coursewright.outline.load import load_outline
from coursewright.outline.model import lesson_id
from coursewright.project.front_matter import read_published
from coursewright.visuals.tags import find_tags

pytestmark = pytest.mark.prefect


@pytest.mark.shared
def test_every_topic_of_42_lessons_has_its_figure_though_a_third_of_the_plans_are_rubbish(
    make_runs: Callable[..., CourseRuns], shared_outlines: Path
) -> None:
    outline = (shared_outlines / "seguridad-ia-42-lecciones.yaml").read_bytes()
    course = load_outline(outline)
    lessons = {lesson_id(module.number, lesson.number): lesson for module, lesson in course.lessons}
    # Of the lessons whose plan is rubbish, every other one gets a good plan when asked again.
    once, always = set(list(lessons)[::6]), set(list(lessons)[3::6])

    def plan(call: Call) -> str:
        place = call.item.partition("/")[2]
        if place in always or (place in once and call.attempt == 1):
            return RUBBISH[(call.attempt + int(place[-1])) % len(RUBBISH)]
        return good_figures(call)

    runs = make_runs(outline, answer=answer_from_outline(outline, others={"visuals": plan}))
    runs.defaults = ("--model", "openai:good")
    assert runs.generate() == 0, "a figure that the program had to make is no gap"

    drawn = {path.stem for path in (runs.home / "visuals").glob("*.svg")}
    page = (runs.home / "book" / "book.html").read_text("utf-8")
    tags = {place: find_tags(read_published(runs.read_lesson(place).encode()).body) for place in lessons}
    for place, lesson in lessons.items():
        topics = [topic.title for topic in lesson.topics] or [lesson.title]
        assert set(topics) <= {tag.section for tag in tags[place]}, place
        assert {tag.id for tag in tags[place]} <= drawn, place
    assert page.count('class="cw-figure"') == len(drawn) == sum(map(len, tags.values()))

    told = {item["place"]: item["findings"] for item in runs.report()["items"] if item["kind"] == "figures"}
    for place in lessons:
        said = " ".join(finding["message"] for finding in told[place])
        for tag in tags[place]:
            assert (f"Figure {tag.id} was repaired: " in said) == (place in once), place
            assert (f"Figure {tag.id} is a map of the section's concepts" in said) == (place in always), place
    asked = [item.partition("/")[2] for item in runs.server.asked("visuals")]
    assert {place: asked.count(place) for place in lessons} == {
        place: 3 if place in always else 2 if place in once else 1 for place in lessons
    }


def test_figures_begin_while_lessons_are_written_and_hold_no_slot_of_theirs(
    make_runs: Callable[..., CourseRuns],
) -> None:
    outline = as_yaml(small_outline())
    answer = answer_from_outline(outline, others={"visuals": good_figures})
    figures_asked, last_lesson_asked = Event(), Event()
    in_vain: list[str] = []

    def wait(call: Call) -> str:
        if call.kind == "visuals":
            figures_asked.set()
            # As many figures as there are slots wait here: did they hold them, no further lesson would start.
            if not last_lesson_asked.wait(60):
                in_vain.append(call.item)
        elif call.item == "lesson/02-02":
            last_lesson_asked.set()
            if not figures_asked.wait(60):
                in_vain.append(call.item)
        return answer(call)

    runs = make_runs(outline, answer=wait)
    runs.defaults = ("--model", "openai:good", "--batch-size", "1")
    assert runs.generate() == 0
    assert in_vain == []
    assert sorted(runs.server.asked("visuals")) == [f"visuals/{place}" for place in runs.places()]
