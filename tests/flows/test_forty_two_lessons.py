"""The 42-lesson course against models that misbehave: nothing bad published, nothing asked for in vain."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.bedrock_server import BedrockServer
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.faults import Fault, Faults, Rule

from coursewright.languages import load_language
from coursewright.lessons.brief import brief_lesson
from coursewright.lessons.checks import check_lesson, publishable
from coursewright.outline.load import load_outline
from coursewright.outline.model import lesson_id
from coursewright.project.front_matter import read_published
from flows.__main__ import main

pytestmark = [pytest.mark.prefect, pytest.mark.shared]

BEDROCK = ("--model", "bedrock:amazon.nova-pro-v1:0", "--visuals", "none")


@pytest.fixture
def outline_42(shared_outlines: Path) -> bytes:
    return (shared_outlines / "seguridad-ia-42-lecciones.yaml").read_bytes()


def test_what_is_bad_once_is_repaired_and_what_stays_bad_is_set_aside(
    make_runs: Callable[..., CourseRuns], outline_42: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = Faults(
        Rule(Fault("wrong-language"), item="lesson/02-03", attempts=1),
        Rule(Fault("topic-missing"), item="lesson/04-01", attempts=1),
        Rule(Fault("heading-translated"), item="lesson/06-02", attempts=1),
        Rule(Fault("wrong-language"), item="lesson/05-05"),
    )
    answer = answer_from_outline(outline_42, length=(0.7, 1.3), seed=7)
    runs = make_runs(outline_42, faults=faults, answer=answer)
    runs.defaults = ("--model", "openai:gpt-4o", "--visuals", "none")
    assert main(["estimate", str(runs.outline), *runs.defaults, "--json"]) == 0
    estimate = json.loads(capsys.readouterr().out)

    assert runs.generate() == 3

    report = runs.report()
    items = {item["place"]: item for item in report["items"]}
    assert {place for place, item in items.items() if item["state"] != "written"} == {"05-05"}
    assert items["05-05"]["state"] == "set aside"
    assert items["02-03"]["repairs"] == items["04-01"]["repairs"] == 1
    course = load_outline(outline_42)
    for module, lesson in course.lessons:
        place_of = lesson_id(module.number, lesson.number)
        if place_of == "05-05":
            continue
        brief = brief_lesson(course, module, lesson, load_language("es"))
        text = read_published(runs.own.read(f"lessons/{place_of}.md")).body
        assert publishable(check_lesson(text, brief)), place_of
    totals = report["totals"]
    for name, used in (
        ("calls", totals["requests"]),
        ("input_tokens", totals["input_tokens"]),
        ("output_tokens", totals["output_tokens"]),
        ("cost_usd", totals["cost_usd"]),
    ):
        assert estimate[name][0] <= used <= estimate[name][1], name


@pytest.mark.long
def test_bedrock_in_a_bad_hour_costs_no_request_more_than_it_failed(
    make_runs: Callable[..., CourseRuns], outline_42: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = make_runs(outline_42)
    runs.defaults = BEDROCK
    faults = Faults(
        Rule(Fault("throttle"), rate=0.3, attempts=3),
        Rule(Fault("server-error"), rate=0.1, attempts=3),
        Rule(Fault("reset"), rate=0.05, attempts=3),
        Rule(Fault("drop"), rate=0.05, attempts=3),
        Rule(Fault("server-error", status=408), item="lesson/03-03", attempts=1),
        seed=42,
    )
    with BedrockServer(answer_from_outline(outline_42), faults=faults) as bedrock:
        for name, value in bedrock.environment.items():
            monkeypatch.setenv(name, value)
        assert runs.generate() == 0
        failed = [entry for entry in bedrock.entries if entry.status != 200]
        assert {entry.fault for entry in failed} == {"throttle", "server-error", "reset", "drop"}
        assert len(bedrock.entries) == 42 + len(failed), "each failure costs one request more"
        assert runs.report()["totals"]["requests"] == len(bedrock.entries)
    assert len(runs.places()) == 42


@pytest.mark.long
def test_a_daily_quota_at_lesson_28_keeps_27_and_the_next_run_asks_for_the_15_that_are_missing(
    make_runs: Callable[..., CourseRuns],
    outline_42: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = make_runs(outline_42)
    runs.defaults = BEDROCK
    course = load_outline(outline_42)
    places = [lesson_id(module.number, lesson.number) for module, lesson in course.lessons]
    # By arrival: two batches are written at once, so no item's place says how many came before it.
    faults = Faults(Rule(Fault("daily-quota"), first=28))
    with BedrockServer(answer_from_outline(outline_42), faults=faults) as bedrock:
        for name, value in bedrock.environment.items():
            monkeypatch.setenv(name, value)
        assert runs.generate() == 4
        assert 1 <= len(bedrock.entries) - 27 <= 2, "no more than what was in flight"
        kept = runs.places()
        assert len(kept) == 27
        said = " ".join("".join(capsys.readouterr()).split())
        assert "Too many tokens per day" in said
        assert "27 of 42 items are finished and kept. Resume at or after" in said
        before = len(bedrock.entries)
        bedrock.faults = None
        assert runs.generate() == 0
        asked = [entry.item.removeprefix("lesson/") for entry in bedrock.entries[before:]]
    assert sorted(asked) == sorted(set(places) - set(kept))
    assert len(asked) == 15
