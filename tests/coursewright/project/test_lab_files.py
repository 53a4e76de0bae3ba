"""Starter and solution files beside a lab: written, moved and removed with it, never over an edit."""

from __future__ import annotations

import pytest
from servers.calls import Call
from servers.course_answers import answer_from_outline
from servers.lab_runs import Answer, LabRuns
from servers.lab_text import good_lab, make_lab_brief
from servers.small_course import lesson


def with_files(runs: LabRuns) -> None:
    def answer(call: Call) -> str:
        good = answer_from_outline(runs.file)(call)
        start = good_lab(make_lab_brief(), files=True)
        fences = start[
            start.index("```python starter") : start.index("**Expected Output:**", start.index("starter"))
        ]
        solution = start[start.index("```python solution") : start.index("## Troubleshooting")]
        return good.replace("## Troubleshooting", f"{fences}\n\n{solution}\n\n## Troubleshooting")

    runs.others["lab/01-02-01"] = answer


def test_starter_and_solution_files_are_written_beside_the_guide(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    assert (
        runs.file_of("01-02-01", "starter/app.py").read_text()
        == "LIMIT = 40  # the limit that the lab chose\n"
    )
    assert "LIMIT = 80" in runs.file_of("01-02-01", "solution/app.py").read_text()


def test_an_edited_file_is_not_written_over(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    runs.file_of("01-02-01", "starter/app.py").write_text("LIMIT = 7\n")
    runs.run(labs="01-02-01", again=True)
    assert runs.file_of("01-02-01", "starter/app.py").read_text() == "LIMIT = 7\n"
    assert "LIMIT = 40" in runs.file_of("01-02-01", "starter/app.generated.py").read_text()
    runs.run(labs="01-02-01", again=True, overwrite_edits=True)
    assert "LIMIT = 40" in runs.file_of("01-02-01", "starter/app.py").read_text()
    assert not runs.file_of("01-02-01", "starter/app.generated.py").exists()


def test_files_that_the_new_guide_lacks_are_removed(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    runs.file_of("01-02-01", "solution/app.py").write_text("print('mine')\n")
    del runs.others["lab/01-02-01"]
    runs.run(labs="01-02-01", again=True)
    assert not runs.file_of("01-02-01", "starter/app.py").exists()
    assert runs.file_of("01-02-01", "solution/app.py").read_text() == "print('mine')\n"


@pytest.mark.parametrize(("first", "then"), [("data", "data/app.py"), ("data/app.py", "data")])
@pytest.mark.parametrize("edited", [False, True])
def test_a_file_that_becomes_a_folder_ends_no_run(runs: LabRuns, first: str, then: str, edited: bool) -> None:
    def named(name: str) -> Answer:
        text = good_lab(make_lab_brief(title="Try gamma", id="01-02-01"), files=True)
        return lambda call: text.replace("starter=app.py", f"starter={name}")

    runs.others["lab/01-02-01"] = named(first)
    runs.run()
    if edited:
        runs.file_of("01-02-01", f"starter/{first}").write_text("MINE\n")
    runs.others["lab/01-02-01"] = named(then)
    _, done = runs.run(labs="01-02-01", again=True)
    assert [item.outcome.state for item in done] == ["written"]
    if edited:
        assert runs.file_of("01-02-01", f"starter/{first}").read_text() == "MINE\n"
    places = [runs.file_of("01-02-01", f"{kind}/{then}") for kind in ("starter", "starter.generated")]
    assert ["LIMIT = 40" in place.read_text() for place in places if place.is_file()] == [True]


def test_files_move_with_their_lab(runs: LabRuns) -> None:
    with_files(runs)
    runs.run()
    del runs.others["lab/01-02-01"]
    runs.outline["modules"][0]["lessons"].insert(0, lesson("Zeroth", "Omega"))
    asked, _ = runs.run()
    assert asked == []
    assert "LIMIT = 40" in runs.file_of("01-03-01", "starter/app.py").read_text()
    assert not runs.file_of("01-02-01", "starter/app.py").exists()
