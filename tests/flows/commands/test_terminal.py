"""What a run shows in the terminal, and in a log."""

from __future__ import annotations

import os
import pty
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from coursewright.project.decide import RunRequest, decide_run
from coursewright.project.order import RunOrder
from coursewright.project.outcome import ItemOutcome
from coursewright.project.report import RunReport, RunState
from coursewright.project.settings import Wanted
from coursewright.store.open import open_store
from flows.commands.terminal import RunDisplay

EXAMPLE = str(Path(__file__).parents[3] / "examples" / "web-basics.yaml")
LONG = "A title that no terminal of eighty columns holds beside all that there is to say of it"
WRITTEN = ItemOutcome(
    "lesson",
    "01-01",
    LONG,
    "written",
    words=900,
    target=1_000,
    seconds=12,
    repairs=1,
    requests=2,
    input_tokens=1_500,
    output_tokens=1_200,
    cost=0.5,
    findings=({"severity": "warning", "check": "length", "message": "short"},),
)
PUBLISHED = ItemOutcome("lesson", "01-02", "Hosts [b]", "published", words=950, target=1_000)
REFUSED = ItemOutcome("lesson", "02-01", "Pages", "set aside", reason="A topic is missing.")


def report(state: RunState, *outcomes: ItemOutcome) -> RunReport:
    page = "courses/web/book/book.html"
    return RunReport(
        "run", "web", "Web Basics", state, "So it is.", outcomes, seconds=31.2, book={"book.html": page}
    )


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))


def play(display: RunDisplay, folder: Path, *outcomes: ItemOutcome) -> None:
    order = RunOrder(run="run", store=str(folder), project="web")
    ready = decide_run(RunRequest(order, Wanted(), EXAMPLE), open_store(folder), dry=True)
    with display:
        display.starting()
        display.begun(ready.prepared)
        for outcome in outcomes:
            display.item(outcome)
        display.ended(report("FinishedWithGaps" if REFUSED in outcomes else "Complete", *outcomes))


def test_a_log_has_whole_lines_lesson_by_lesson_with_words_and_time_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(RunDisplay(None, quiet=False), tmp_path, WRITTEN, PUBLISHED, REFUSED)
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert lines[0].startswith("Starting Prefect's temporary server.")
    assert lines[1] == "4 to write, 0 finished before"
    start = f"✓ lesson 01-01 {LONG}  900 of 1,000 words · 12 s · 1 repair · 1 warning · about "
    assert lines[2].startswith(start)
    assert lines[2].endswith(" left")
    assert lines[3].startswith("✓ lesson 01-02 Hosts [b]  950 of 1,000 words · finished before")
    assert lines[4].startswith("✗ lesson 02-01 Pages  A topic is missing.")
    assert "FinishedWithGaps So it is." in lines
    assert "1,850 words · 2 requests · 1,500 tokens in, 1,200 out · $0.5000 · 31 s" in lines
    assert f"1 warning in the report {tmp_path}/web/reports/run.json" in lines
    assert lines[-1] == "Open courses/web/book/book.html"
    assert "\x1b" not in said.err


def test_a_run_that_asked_no_model_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(RunDisplay(None, quiet=False), tmp_path)
    assert "No model was asked · 31 s" in capsys.readouterr().err.splitlines()


def test_no_time_is_left_for_what_nobody_asks_for_and_the_labs_plan_is_named_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = ItemOutcome("lab-plan", "all", "The labs' plan", "written", seconds=3)
    stopped = ItemOutcome("lesson", "01-02", "Hosts", "not asked", reason="the run stopped before it")
    play(RunDisplay(None, quiet=False), tmp_path, WRITTEN, plan, stopped)
    lines = capsys.readouterr().err.splitlines()
    assert lines[3].startswith("✓ The labs' plan  3 s")
    assert lines[4] == "· lesson 01-02 Hosts  the run stopped before it"


def test_what_is_odd_about_the_whole_course_and_its_figures_is_counted_with_the_place_to_read_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = replace(WRITTEN, kind="figures")
    order = RunOrder(run="run", store=str(tmp_path), project="web")
    ready = decide_run(RunRequest(order, Wanted(), EXAMPLE), open_store(tmp_path), dry=True)
    with RunDisplay(None, quiet=False) as display:
        display.begun(ready.prepared)
        display.ended(replace(report("Complete", figures), warnings=("01-01: <b>: raw HTML",)))
        display.ended(report("Complete", PUBLISHED))
    said = capsys.readouterr().err
    assert f"2 warnings in the report {tmp_path}/web/reports/run.json\n" in said
    assert said.count("in the report") == 1


def test_a_script_is_told_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play(RunDisplay(None, quiet=True), tmp_path, WRITTEN)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_what_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    above, below = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(below, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        play(RunDisplay(None, quiet=False), tmp_path, WRITTEN)
        monkeypatch.undo()
    shown = os.read(above, 1 << 16).decode()
    os.close(above)
    assert "waiting for" in shown
    assert "✓" in shown


def test_a_run_about_labs_alone_leads_to_the_lab_guide(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = ItemOutcome("lab", "01-01-01", "Try it", "written", words=600)
    pages = {"book.html": "courses/web/book/book.html", "lab-guide.html": "courses/web/book/lab-guide.html"}
    with RunDisplay(None, quiet=False) as display:
        display.ended(RunReport("run", "web", "Web", "Complete", "So it is.", (lab,), book=pages))
        display.ended(RunReport("run", "web", "Web", "Complete", "So it is.", (WRITTEN, lab), book=pages))
    opened = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Open ")]
    assert opened == ["Open courses/web/book/lab-guide.html", "Open courses/web/book/book.html"]


def test_a_folder_with_brackets_is_told_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    page = "courses/[old]/book/book.html"
    with RunDisplay(None, quiet=False) as display:
        display.ended(replace(report("Complete", WRITTEN), book={"book.html": page}))
    said = capsys.readouterr().err
    assert "The book is in courses/[old]/book: book.html" in said
    assert f"Open {page}" in said
