"""Figures in the flow, with a model that plans them well or badly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.figure_answers import RUBBISH, good_figures
from servers.image_server import ImageServer, bedrock_picture, small_png
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


def test_illustrations_of_bedrock_are_made_up_to_the_limit_once_and_are_in_the_book(
    make_runs: Callable[..., CourseRuns], monkeypatch: pytest.MonkeyPatch
) -> None:
    outline = as_yaml(small_outline())
    prompt = "A quiet control room at night, seen from the door, photograph of figure {}"

    def plan(call: Call) -> str:
        figures = json.loads(good_figures(call))["figures"]
        if "- illustration: " in call.prompt:
            kept = {name: figures[0][name] for name in ("id", "title", "purpose")}
            figures[0] = {**kept, "kind": "illustration", "prompt": prompt.format(kept["id"])}
        return json.dumps({"figures": figures})

    runs = make_runs(outline, answer=answer_from_outline(outline, others={"visuals": plan}))
    runs.defaults = ("--model", "openai:good", "--visuals", "diagrams and illustrations", "--image-model")
    runs.defaults += ("bedrock", "--max-illustrations", "2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "loopback")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "loopback")
    with ImageServer([bedrock_picture(small_png(1200, 20))]) as pictures:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", pictures.url)
        assert runs.generate() == 0
        made = sorted(path.stem for path in (runs.home / "visuals").glob("*.png"))
        asked = [body["textToImageParams"]["text"] for _, _, body in pictures.calls]
        assert sorted(asked) == [prompt.format(name) for name in made]
        assert len(made) == 2
        drawn = {path.stem for path in (runs.home / "visuals").glob("*.svg")}
        assert len(drawn) + len(made) == 5, "every other figure is drawn"
        page = (runs.home / "book" / "book.html").read_text("utf-8")
        assert page.count('src="data:image/png;base64,') == 2
        before = len(runs.server.calls)
        assert runs.generate() == 0
        assert (len(pictures.calls), len(runs.server.calls)) == (2, before), "nothing is paid for twice"
