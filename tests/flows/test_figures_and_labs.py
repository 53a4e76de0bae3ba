"""Figures and labs in the flow: at the right time, paid for once, and kept where a person made them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.prefect_server import PrefectServer
from servers.small_course import as_yaml, lesson, small_outline

from coursewright.labs.checks import check_lab
from coursewright.lessons.checks import publishable
from coursewright.project.course import load_course
from coursewright.project.front_matter import read_published
from coursewright.project.plan_labs import lab_brief, read_lab_plan
from coursewright.store.open import open_store

pytestmark = pytest.mark.prefect


def with_labs() -> bytes:
    outline = small_outline()
    outline["modules"][0]["lessons"][0]["lab_activities"] = [
        {"title": "Probe a service", "duration_minutes": 20}
    ]
    outline["modules"][1]["lab_activities"] = ["Roll a change back"]
    return as_yaml(outline)


def answer_once_a_lab_is_asked(outline: bytes, lesson_item: str, lab_item: str) -> Callable[[Call], str]:
    """Answers that keep one lesson back until a lab of another module is asked for."""
    answer, asked = answer_from_outline(outline), Event()

    def wait(call: Call) -> str:
        if call.item == lab_item:
            asked.set()
        if call.item == lesson_item and not asked.wait(120):
            return f"{lab_item} waits for a lesson that it does not need."
        return answer(call)

    return wait


def test_lessons_labs_and_figures_come_out_of_one_run_and_a_rerun_asks_for_nothing(
    make_runs: Callable[..., CourseRuns],
) -> None:
    outline = with_labs()
    runs = make_runs(outline, answer=answer_once_a_lab_is_asked(outline, "lesson/02-02", "lab/01-01-01"))
    runs.defaults = ("--model", "openai:good")
    assert runs.generate("--content", "both") == 0
    order = [call.item for call in runs.server.calls]
    assert order.index("lesson/01-01") < order.index("lab/01-01-01") < order.index("lab/02-00-01")
    assert order.index("lesson/02-02") < order.index("lab/02-00-01"), "a module's lab needs all its lessons"
    assert sorted(runs.server.asked("lab")) == ["lab/01-01-01", "lab/02-00-01"]
    assert len(runs.server.asked("lab-plan")) == 1
    assert sorted(path.name for path in (runs.home / "labs").glob("*.md")) == ["01-01-01.md", "02-00-01.md"]
    figures = {path.stem for path in (runs.home / "visuals").glob("*.svg")}
    assert figures == {"01-01-0001", "01-01-0002", "01-02-0001", "02-01-0001", "02-02-0001"}
    page = (runs.home / "book" / "book.html").read_text("utf-8")
    assert page.count("<figure") >= len(figures)
    assert (runs.home / "book" / "lab-guide.html").exists()

    asked = len(runs.server.calls)
    assert runs.generate() == 0
    assert len(runs.server.calls) == asked, "what was made is remembered, and nothing is asked for again"


@pytest.mark.long
@pytest.mark.shared
def test_both_on_the_42_lesson_course_gives_its_lessons_and_its_labs_in_its_language(
    make_runs: Callable[..., CourseRuns], shared_outlines: Path
) -> None:
    outline = (shared_outlines / "seguridad-ia-42-lecciones.yaml").read_bytes()
    runs = make_runs(outline)
    assert runs.generate("--content", "both") == 0
    course = load_course(open_store(runs.store), runs.project)
    assert runs.places() == sorted(course.lessons) and len(course.lessons) == 42
    asked = runs.server.asked("lab")
    assert sorted(asked) == [f"lab/{lab}" for lab in sorted(course.labs)] and len(asked) == 8
    assert len(runs.server.asked("lab-plan")) == 1
    for lab, (_, _, activity) in course.labs.items():
        text = read_published(runs.own.read(f"labs/{lab}.md")).body
        assert text.startswith(f"# Lab {lab}: {activity.title}\n")
        found = check_lab(text, lab_brief(course, lab, read_lab_plan(course)))
        assert course.language.code == "es" and publishable(found), found
    # An hour and ten minutes in the first module, and an hour in each of the other six.
    assert "- Total: 7 h 10 min" in runs.own.read("book/lab-guide.md").decode("utf-8")

    before = len(runs.server.calls)
    assert runs.generate() == 0
    assert len(runs.server.calls) == before


def test_one_changed_lab_costs_one_lab_and_at_most_one_plan(make_runs: Callable[..., CourseRuns]) -> None:
    runs = make_runs(with_labs())
    assert runs.generate("--content", "labs") == 0
    assert runs.server.asked("lesson") == [], "labs alone need no lessons"
    before = len(runs.server.asked("lab-plan"))
    runs.newly_asked("lab")
    runs.edit_outline(lambda text: text.replace("Roll a change back", "Roll two changes back"))
    assert runs.generate() == 0
    assert runs.newly_asked("lab") == ["02-00-01"]
    assert len(runs.server.asked("lab-plan")) - before <= 1
    runs.newly_asked("lab")
    assert runs.generate("--labs", "01-01-01", "--again") == 0
    assert runs.newly_asked("lab") == ["01-01-01"]
    assert runs.generate("--lessons", "01-02") == 0
    assert runs.report()["message"] == "There was nothing to make. What was selected has no labs."


def test_the_plan_and_the_labs_hold_the_slots_that_lessons_hold(
    make_runs: Callable[..., CourseRuns], on_the_server: PrefectServer
) -> None:
    """So that the limit on batches bounds them over all runs of a server."""
    outline = with_labs()
    answer, held = answer_from_outline(outline), dict[str, int]()

    def look(call: Call) -> str:
        with on_the_server.client as client:
            limit = client.get("v2/concurrency_limits/tag:lesson-batch").json()
        held[call.item] = limit["active_slots"]
        return answer(call)

    runs = make_runs(outline, answer=look)
    assert runs.generate("--content", "labs") == 0
    assert held.keys() == {"lab-plan", "lab/01-01-01", "lab/02-00-01"}
    assert all(1 <= slots <= 2 for slots in held.values()), held


def test_a_course_without_labs_is_a_success_that_says_so(make_runs: Callable[..., CourseRuns]) -> None:
    runs = make_runs(as_yaml(small_outline()))
    assert runs.generate("--content", "labs") == 0
    assert runs.report()["message"] == "There was nothing to make. The outline has no labs."
    assert runs.generate("--content", "both") == 0
    assert runs.report()["message"] == "4 lessons finished. The outline has no labs."
    assert not (runs.home / "book" / "lab-guide.md").exists()


def test_a_figure_of_a_persons_own_is_kept_and_moves_with_its_lesson(
    make_runs: Callable[..., CourseRuns],
) -> None:
    outline = small_outline()
    runs = make_runs(as_yaml(outline))
    runs.defaults = ("--model", "openai:good")
    assert runs.generate() == 0
    own = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
    (runs.home / "visuals" / "01-02-0001.svg").write_bytes(own)
    outline["modules"][0]["lessons"].insert(0, lesson("First Things", "Why services fail"))
    Path(runs.outline).write_bytes(as_yaml(outline))
    assert runs.generate() == 0
    assert (runs.home / "visuals" / "01-03-0001.svg").read_bytes() == own
    assert runs.generate("--again", "--lessons", "01-03") == 0
    assert (runs.home / "visuals" / "01-03-0001.svg").read_bytes() == own
