"""The auditor sees what must not be: each of its findings is shown on evidence that was forged for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from chaos.audit import find_bad, find_costly_kills, find_false_book, find_lost, find_paid_twice, find_untrue
from chaos.course import good_model, make_outline
from chaos.evidence import Evidence, Interruption, Put, Window
from chaos.life import PhaseResult
from chaos.table import count_found, make_rows, write_table
from servers.calls import Call, Entry

from coursewright.project.front_matter import with_front_matter

PLACE = "01-02"
ANSWER = good_model(make_outline("en"), "en")
WINDOW = Window("a run", "run-1", 100.0, 200.0, (PLACE,), "Completed")


def good_text(place: str) -> str:
    return str(ANSWER(Call(number=1, attempt=1, item=f"lesson/{place}", model="m", messages=())))


def published(text: str) -> bytes:
    return with_front_matter(text.replace("[VISUAL: ", f"[VISUAL: {PLACE}-0001 - "), key="k-1", model="m")


def entry(item: str = f"lesson/{PLACE}", at: float = 110.0, **changes: Any) -> Entry:
    one = Entry(1, 1, item, "m", at, at + 1, 1, 200, "", "end", 10, 20, "sha", "sha")
    return replace(one, **changes)


def at(moment: float, seconds: float = 0.0) -> Interruption:
    return Interruption(moment, moment + seconds)


def report(**changes: Any) -> dict[str, Any]:
    item = {
        "kind": "lesson",
        "place": PLACE,
        "state": "written",
        "reason": "",
        "requests": 1,
        "input_tokens": 10,
        "output_tokens": 20,
    }
    whole = {"run": "run-1", "state": "Complete", "resume_at": None, "items": [item]}
    item |= changes.pop("item", {})
    return {**whole, **changes}


def evidence(told: dict[str, Any] | None = None, **changes: Any) -> Evidence:
    text = good_text(PLACE)
    figure = {"key": "f-1"}
    objects = {
        f"lessons/{PLACE}.md": published(text),
        f"visuals/{PLACE}-0001.svg": b"<svg/>",
        f"visuals/{PLACE}-0001.json": json.dumps(figure).encode(),
        ".finished/k-1": b"{}",
        ".finished/f-1": b"{}",
        "reports/run-1.json": json.dumps(told or report()).encode(),
        "book/book.json": json.dumps(
            {"modules": [{"lessons": [{"id": PLACE, "state": "written"}]}]}
        ).encode(),
    }
    puts = (Put(120.0, ".finished/k-1", "", 200), Put(130.0, ".finished/f-1", "", 200))
    requests = (entry(), entry(f"visuals/{PLACE}", 125.0))
    whole = Evidence(requests, puts, objects)
    return replace(whole, **changes)


def all_faults(given: Evidence, window: Window = WINDOW) -> list[str]:
    found = [
        *find_lost(given, [PLACE]),
        *find_paid_twice(given),
        *find_untrue(given, window),
        *find_bad(given, good_text),
        *find_false_book(given),
    ]
    return [fault.kind for fault in found]


def without(key: str) -> dict[str, bytes]:
    return {name: data for name, data in evidence().objects.items() if name != key}


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert all_faults(evidence()) == []


@pytest.mark.parametrize("key", [".finished/f-1", f"visuals/{PLACE}-0001.svg", "book/book.json"])
def test_what_is_gone_is_lost(key: str) -> None:
    assert "lost" in all_faults(evidence(objects=without(key)))


def test_a_lesson_that_is_not_there_is_lost_and_its_report_untrue() -> None:
    found = all_faults(evidence(objects=without(f"lessons/{PLACE}.md")))
    assert {"lost", "untrue"} <= set(found)


@pytest.mark.parametrize("late", [entry(at=150.0, status=500), entry(f"visuals/{PLACE}", 150.0)])
def test_what_is_asked_for_after_it_was_stored_is_paid_for_twice(late: Entry) -> None:
    assert "twice" in all_faults(evidence(requests=(*evidence().requests, late)))


def test_two_good_answers_are_one_too_many_unless_a_kill_came_between() -> None:
    two = evidence(told=report(item={"requests": 2, "input_tokens": 20, "output_tokens": 40}))
    two = replace(two, requests=(*two.requests, entry(at=115.0)))
    assert all_faults(two) == ["twice"]
    assert all_faults(replace(two, interruptions=(at(112.0),))) == []


def test_a_kill_excuses_only_what_was_under_way_just_then() -> None:
    two = evidence(requests=(entry(), entry(at=190.0)), interruptions=(at(180.0),))
    assert [fault.kind for fault in find_paid_twice(two)].count("twice") == 2, "stored long before the kill"


def test_what_was_asked_while_a_kill_was_going_on_was_under_way() -> None:
    two = evidence(requests=(entry(), entry(at=115.0)))

    def found(kill: Interruption) -> list[str]:
        return [fault.what for fault in find_paid_twice(replace(two, interruptions=(kill,)))]

    assert found(at(105.0, seconds=5.5)) == []
    assert found(at(105.0, seconds=1.0)) == [
        "asked for again though its answer was good and nothing was killed"
    ]


def test_a_kill_that_costs_more_than_was_under_way_is_seen() -> None:
    places = ["01-01", "01-02", "01-03"]
    asked = tuple(entry(f"lesson/{place}", at) for at in (110.0, 140.0) for place in places)
    (found,) = find_costly_kills(evidence(requests=asked, interruptions=(at(112.0),)))
    assert found.kind == "twice"
    assert not list(find_costly_kills(evidence(requests=asked[1:], interruptions=(at(112.0),))))
    later = tuple(replace(one, t_in=one.t_in + 5) if one.item == "lesson/01-03" else one for one in asked)
    assert not list(find_costly_kills(evidence(requests=later, interruptions=(at(112.0), at(116.0))))), (
        "two kills"
    )


def test_figures_that_are_described_well_twice_are_paid_for_twice() -> None:
    first, again = entry(f"visuals/{PLACE}", 125.0), entry(f"visuals/{PLACE}", 128.0)
    twice = evidence(requests=(entry(), first, again))
    assert [str(fault) for fault in find_paid_twice(twice)] == [
        f"twice: visuals/{PLACE}: asked for again though its answer was good and nothing was killed"
    ]
    assert not list(find_paid_twice(replace(twice, interruptions=(at(126.0),))))
    repair = (entry(), replace(first, fault="bad-figure"), again)
    assert not list(find_paid_twice(evidence(requests=repair)))


@pytest.mark.parametrize("state", ["failed", "not asked", "finished", "published"])
def test_tokens_of_a_lesson_that_was_not_written_are_counted_too(state: str) -> None:
    def found(**item: Any) -> list[str]:
        told = report(state="FinishedWithGaps", item={"state": state, "reason": "because", **item})
        return [fault.what for fault in find_untrue(evidence(told=told), WINDOW) if "tokens" in fault.what]

    assert found() == []
    assert found(requests=0) == [], "an error's message tells of the tries that it ended"
    assert found(input_tokens=0, output_tokens=0) == [
        "is said to have taken 0 input tokens, not 10",
        "is said to have taken 0 output tokens, not 20",
    ]


@pytest.mark.parametrize("state", ["written", "failed", "not asked", "finished"])
def test_tokens_of_a_lessons_figures_are_counted_too(state: str) -> None:
    def found(**changes: Any) -> list[str]:
        figures = {**report()["items"][0], "kind": "figures", "state": state, "reason": "because", **changes}
        told = report(items=[*report()["items"], figures])
        faults = find_untrue(evidence(told=told), WINDOW)
        return [str(fault) for fault in faults if fault.what.startswith("is said to have taken")]

    assert found() == []
    (untold,) = found(output_tokens=0)
    assert untold == f"untrue: visuals/{PLACE}: is said to have taken 0 output tokens, not 20"
    assert len(found(requests=2)) == (state == "written")


@pytest.mark.parametrize(
    "told",
    [
        report(state="FinishedWithGaps"),
        report(state="StoppedByQuota"),
        report(item={"requests": 2}),
        report(item={"output_tokens": 21}),
        report(item={"state": "failed", "reason": "because"}),
        report(item={"state": "dreamt"}),
        report(items=[]),
    ],
)
def test_a_report_that_tells_other_things_than_the_logs_is_untrue(told: dict[str, Any]) -> None:
    assert "untrue" in all_faults(evidence(told=told))


def test_a_state_that_is_not_the_reports_is_untrue() -> None:
    assert "untrue" in all_faults(evidence(), replace(WINDOW, state="FinishedWithGaps"))
    assert "untrue" in all_faults(evidence(objects=without("reports/run-1.json")))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 3],
        lambda text: text.replace("## Introduction", "## Introducción"),
        lambda text: f"{text}\n<think>so</think>",
        lambda text: text * 2,
    ],
)
def test_a_bad_text_that_was_published_is_seen(spoil: Any) -> None:
    objects = {**evidence().objects, f"lessons/{PLACE}.md": published(spoil(good_text(PLACE)))}
    assert "bad" in [fault.kind for fault in find_bad(evidence(objects=objects), good_text)]


def test_a_book_without_a_published_lesson_is_untrue() -> None:
    book = json.dumps({"modules": [{"lessons": [{"id": PLACE, "state": "gap"}]}]}).encode()
    assert "untrue" in all_faults(evidence(objects={**evidence().objects, "book/book.json": book}))


def test_a_fault_counts_as_survived_only_in_a_life_that_was_complete_in_the_end() -> None:
    first = PhaseResult("model misbehaves", "Completed", 1.0)
    first.tried["model: reset"] = 3
    calm = PhaseResult("calm", "Completed", 1.0, published=49)
    (row,) = make_rows([[first, calm]])
    assert (row.played, row.survived) == (3, 3)
    (row,) = make_rows([[first, PhaseResult("calm", "FinishedWithGaps", 1.0)]])
    assert (row.played, row.survived) == (3, 0)
    first.faults = list(find_lost(evidence(objects=without(".finished/f-1")), ()))
    assert count_found([[first, calm]]) == {"lost": 1}
    assert "| model: reset | 3 | 0 | 1 | 0 | 0 | 0 |" in write_table([[first, calm]])
