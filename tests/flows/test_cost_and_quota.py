"""Money and quotas: stopped in time, kept what is finished, gone on with by another model."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from servers.bedrock_server import BedrockServer
from servers.course_answers import answer_from_outline
from servers.course_runs import CourseRuns
from servers.faults import Fault, Faults, Rule
from servers.small_course import as_yaml, many_lessons

from flows.__main__ import main

pytestmark = pytest.mark.prefect


def test_a_cost_limit_stops_the_run_before_it_is_passed(
    make_runs: Callable[..., CourseRuns], capsys: pytest.CaptureFixture[str]
) -> None:
    runs = make_runs(as_yaml(many_lessons(3, 3)))
    runs.defaults = ("--model", "openai:gpt-4o", "--visuals", "none")
    assert main(["estimate", str(runs.outline), "--model", "openai:gpt-4o", "--json"]) == 0
    low, high = json.loads(capsys.readouterr().out)["cost_usd"]
    limit = low / 2
    assert runs.generate("--max-cost", f"{limit:.6f}") == 4
    report = runs.report()
    assert report["state"] == "StoppedByCostLimit"
    assert 0 < report["totals"]["cost_usd"] <= limit
    kept = set(runs.places())
    assert 0 < len(kept) < 9
    runs.newly_asked()
    assert runs.generate("--max-cost", f"{high:.6f}") == 0
    assert set(runs.newly_asked()) == {f"{m:02d}-{n:02d}" for m in (1, 2, 3) for n in (1, 2, 3)} - kept


def test_repairs_do_not_pass_a_cost_limit_and_what_they_cost_is_told(
    make_runs: Callable[..., CourseRuns],
) -> None:
    runs = make_runs(
        as_yaml(many_lessons(3, 3)), faults=Faults(Rule(Fault("topic-missing"), item="lesson/01-02"))
    )
    runs.defaults = ("--model", "openai:gpt-4o", "--visuals", "none")
    limit = 0.075
    assert runs.generate("--max-cost", f"{limit}") == 4
    report = runs.report()
    paid = sum(call.input_tokens * 2.5e-6 for call in runs.server.calls) + sum(
        entry.output_tokens * 10e-6 for entry in runs.server.entries
    )
    assert report["totals"]["cost_usd"] == pytest.approx(paid, rel=0.01), "also what ended in nothing"
    assert 0 < paid <= limit


def test_a_cost_limit_on_a_model_of_unknown_price_is_refused_before_anything_is_asked(
    make_runs: Callable[..., CourseRuns], capsys: pytest.CaptureFixture[str]
) -> None:
    runs = make_runs(as_yaml(many_lessons(1, 2)))
    assert runs.generate("--max-cost", "1") == 2
    assert "the price of openai:good is not known" in capsys.readouterr().err
    assert runs.newly_asked() == []


def test_a_fallback_model_goes_on_after_a_quota_and_each_lesson_says_who_wrote_it(
    make_runs: Callable[..., CourseRuns],
) -> None:
    def quota_of_the_first(call: object) -> Fault | None:
        return Fault("daily-quota") if getattr(call, "model", "") == "first" and call.number > 2 else None  # type: ignore[attr-defined]

    runs = make_runs(as_yaml(many_lessons(2, 3)), faults=quota_of_the_first)
    runs.defaults = ("--model", "openai:first,openai:second", "--visuals", "none")
    assert runs.generate() == 0
    writers = {item["place"]: item["model"] for item in runs.report()["items"]}
    assert set(writers.values()) == {"openai:first", "openai:second"}


def test_finishing_with_any_model_pays_only_for_what_is_missing(make_runs: Callable[..., CourseRuns]) -> None:
    runs = make_runs(
        as_yaml(many_lessons(2, 3)), faults=Faults(Rule(Fault("daily-quota"), from_item="lesson/02-01"))
    )
    assert runs.generate() == 4
    kept = set(runs.places())
    runs.newly_asked()
    runs.server.faults = None
    runs.defaults = ("--model", "openai:other", "--visuals", "none")
    assert runs.generate("--finished-by", "any model") == 0
    assert not set(runs.newly_asked()) & kept


def test_bedrock_that_throttles_fails_and_breaks_off_is_asked_by_one_layer(
    make_runs: Callable[..., CourseRuns], monkeypatch: pytest.MonkeyPatch
) -> None:
    outline = as_yaml(many_lessons(2, 3))
    runs = make_runs(outline)
    faults = Faults(
        Rule(Fault("throttle"), rate=0.3, attempts=1),
        Rule(Fault("server-error"), item="lesson/01-02", attempts=1),
        Rule(Fault("reset"), item="lesson/02-03", attempts=1),
    )
    with BedrockServer(answer_from_outline(outline), faults=faults) as bedrock:
        for name, value in bedrock.environment.items():
            monkeypatch.setenv(name, value)
        runs.defaults = ("--model", "bedrock:amazon.nova-pro-v1:0", "--visuals", "none")
        assert runs.generate() == 0
        failed = sum(entry.status != 200 for entry in bedrock.entries)
        assert failed > 0
        assert len(bedrock.entries) == 6 + failed, "each failure costs one request more"
        assert runs.report()["totals"]["requests"] == len(bedrock.entries)
    assert len(runs.places()) == 6


def test_bedrocks_tokens_per_day_end_the_asking(
    make_runs: Callable[..., CourseRuns], monkeypatch: pytest.MonkeyPatch
) -> None:
    outline = as_yaml(many_lessons(2, 3))
    runs = make_runs(outline)
    faults = Faults(Rule(Fault("daily-quota"), from_item="lesson/01-03"))
    with BedrockServer(answer_from_outline(outline), faults=faults) as bedrock:
        for name, value in bedrock.environment.items():
            monkeypatch.setenv(name, value)
        runs.defaults = ("--model", "bedrock:amazon.nova-pro-v1:0", "--visuals", "none")
        assert runs.generate() == 4
        assert sum(entry.status != 200 for entry in bedrock.entries) <= 2
        kept = set(runs.places())
        before = len(bedrock.entries)
        bedrock.faults = None
        assert runs.generate() == 0
        asked = [entry.item.removeprefix("lesson/") for entry in bedrock.entries[before:]]
    assert sorted(asked) == sorted({f"{m:02d}-{n:02d}" for m in (1, 2) for n in (1, 2, 3)} - kept)
