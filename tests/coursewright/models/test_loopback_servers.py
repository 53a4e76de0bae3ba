"""The servers that the tests of models lean on."""

import json
import signal
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from servers.calls import Call, read_log
from servers.faults import WIRE_FAULTS, Fault, Faults, Rule, parse_rule
from servers.openai_server import OpenAIServer
from servers.text_faults import REPLY_FAULTS, TEXT_FAULTS, break_arrows

pytestmark = pytest.mark.wire

SERVERS = Path(__file__).parents[2] / "servers"
CALL = Call(1, 1, "lesson/01-02", "m", (("user", "hello"),))


def post(url: str, item: str, **body: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": "hello"}]
    request = urllib.request.Request(
        f"{url}/chat/completions",
        data=json.dumps({"model": "m", "messages": turns, **body}).encode(),
        headers={"content-type": "application/json", "x-request-item": item},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        read: dict[str, Any] = json.load(answer)
    return read


def text_of(answer: dict[str, Any]) -> str:
    return str(answer["choices"][0]["message"]["content"])


def test_each_kind_of_item_may_have_its_own_answers() -> None:
    answers = {"visuals": lambda _: "{}", "lab-plan": lambda _: "plan"}
    with OpenAIServer(lambda call: f"other: {call.kind}", answers=answers) as server:
        given = [text_of(post(server.url, item)) for item in ("visuals/01-02", "lab-plan", "lab/01-02-01")]
    assert given == ["{}", "plan", "other: lab"]


def test_the_log_holds_a_whole_line_for_each_request_of_many_threads(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    items = [f"lesson/{number:02d}-01" for number in range(1, 41)]
    with OpenAIServer(lambda call: call.item, log_path=log, seconds=0.01) as server:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda item: post(server.url, item), items))
        assert 2 <= server.max_in_flight <= 8
    entries = read_log(log)
    assert sorted(entry.item for entry in entries) == items
    assert sorted(entry.number for entry in entries) == list(range(1, 41))
    assert all(entry.status == 200 and entry.t_in <= entry.t_out for entry in entries)
    assert len({entry.reply_sha256 for entry in entries}) == 40


def test_an_answer_keeps_to_the_words_and_tokens_that_are_allowed() -> None:
    with OpenAIServer(lambda _: "one two  three\nfour", max_words=3) as server:
        cut = post(server.url, "x")
        assert (text_of(cut), cut["choices"][0]["finish_reason"]) == ("one two  three", "length")
        assert text_of(post(server.url, "x", max_tokens=1)) == "one "


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("throttle", Rule(Fault("throttle"))),
        ("throttle:rate=0.3,retry_after=2", Rule(Fault("throttle", retry_after="2"), rate=0.3)),
        ("server-error:every=3,status=503", Rule(Fault("server-error", status=503), every=3)),
        ("daily-quota:from_item=lesson/05-02", Rule(Fault("daily-quota"), from_item="lesson/05-02")),
        ("cut-off:item=lesson/01-*,attempts=1", Rule(Fault("cut-off"), item="lesson/01-*", attempts=1)),
        ("empty:first=3,last=9,times=2", Rule(Fault("empty"), first=3, last=9, times=2)),
    ],
)
def test_a_rule_is_read_from_the_command_line(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize("text", ["no-such-fault", "throttle:no_such_key=1", "throttle:rate=often"])
def test_a_rule_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no fault|no setting|could not convert"):
        parse_rule(text)


def test_a_rule_befalls_those_requests_that_meet_all_its_conditions() -> None:
    def befallen(rule: Rule, *calls: Call) -> list[bool]:
        script = Faults(rule)
        return [script(call) is not None for call in calls]

    calls = [replace(CALL, number=number, item=f"lesson/01-0{number}") for number in range(1, 7)]
    fault = Fault("empty")
    assert befallen(Rule(fault, every=3), *calls) == [False, False, True, False, False, True]
    assert befallen(Rule(fault, first=2, last=4), *calls) == [False, True, True, True, False, False]
    assert befallen(Rule(fault, from_item="lesson/01-05"), *calls) == [False] * 4 + [True] * 2
    assert befallen(Rule(fault, item="lesson/01-0[12]"), *calls) == [True, True] + [False] * 4
    assert befallen(Rule(fault, times=2), *calls) == [True, True] + [False] * 4
    again = replace(CALL, attempt=2)
    assert befallen(Rule(fault, attempts=1), CALL, again) == [True, False]


def test_chance_does_not_depend_on_the_order_of_arrival() -> None:
    calls = [replace(CALL, number=n, item=f"lesson/{n:02d}-01") for n in range(1, 200)]

    def befallen(seed: int, order: list[Call]) -> set[str]:
        script = Faults(Rule(Fault("throttle"), rate=0.3), seed=seed)
        return {call.item for call in order if script(call)}

    assert befallen(1, calls) == befallen(1, calls[::-1])
    assert befallen(1, calls) != befallen(2, calls)
    assert 40 < len(befallen(1, calls)) < 80


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", sorted(TEXT_FAULTS))
def test_each_fault_of_the_text_spoils_a_good_lesson(kind: str, language: str) -> None:
    from servers.lesson_text import good_lesson, make_brief

    lesson = good_lesson(make_brief(language))
    assert TEXT_FAULTS[kind](lesson) != lesson


def test_a_bad_figure_has_arrows_to_nowhere() -> None:
    good = '{"edges": [{"from": "a", "to": "b"}]}'
    assert break_arrows(good) == '{"edges": [{"from": "a", "to": "nowhere"}]}'


@pytest.mark.parametrize("name", ["openai", "bedrock", "ollama"])
def test_a_server_runs_as_a_script(name: str, tmp_path: Path) -> None:
    log, outline = tmp_path / "log.jsonl", tmp_path / "outline.yaml"
    outline.write_text(
        "course: {title: Git, language: en}\n"
        "modules:\n- title: One\n  lessons:\n  - {title: Branches, duration_minutes: 20}\n"
    )
    command = [
        sys.executable,
        str(SERVERS / f"{name}_server.py"),
        "--log",
        str(log),
        "--outline",
        str(outline),
    ]
    with subprocess.Popen(
        [*command, "--fault", "server-error:times=1"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            assert told["url"].startswith("http://127.0.0.1:")
            assert "127.0.0.1" in told["set"]
            if name == "openai":
                with pytest.raises(urllib.error.HTTPError):
                    post(told["url"], "lesson/01-01")
                assert text_of(post(told["url"], "lesson/01-01", max_tokens=9000)).startswith(
                    "# Lesson: Branches"
                )
                assert [entry.status for entry in read_log(log)] == [500, 200]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_every_fault_is_explained() -> None:
    assert all(WIRE_FAULTS.values())
    assert not set(WIRE_FAULTS) & set(REPLY_FAULTS)
