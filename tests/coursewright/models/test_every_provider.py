"""Each provider, over its own wire, against each kind of fault: one retry layer, typed errors, no secrets."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from servers.faults import Fault, Faults, Rule, play

from coursewright.errors import (
    BadCredentials,
    ContentRefused,
    FinalModelError,
    ModelServerFault,
    ModelTimedOut,
    ModelUnreachable,
    PassingModelError,
    QuotaExhausted,
    RequestRefused,
    Throttled,
    UnknownModel,
)
from coursewright.models.stops import ModelStop

from .conftest import Start, ask_for

pytestmark = pytest.mark.wire

CANARY = "canary-5f1d0c9b7e"

PASSING = {
    "server-error": (Fault("server-error"), ModelServerFault),
    "overloaded": (Fault("server-error", status=503), ModelServerFault),
    "dependency": (Fault("server-error", status=424), ModelServerFault),
    "request-timeout": (Fault("server-error", status=408), ModelTimedOut),
    "throttle": (Fault("throttle"), Throttled),
    "throttle-and-wait": (Fault("throttle", retry_after="7"), Throttled),
    "reset": (Fault("reset"), ModelUnreachable),
    "drop": (Fault("drop"), ModelUnreachable),
    "html": (Fault("html"), ModelServerFault),
    "garbled-json": (Fault("garbled-json"), ModelServerFault),
    "no-answer": (Fault("no-answer"), ModelServerFault),
}
FINAL = {
    "daily-quota": (Fault("daily-quota"), QuotaExhausted),
    "daily": (Fault("throttle", message="The daily limit of this account is reached."), QuotaExhausted),
    "tpd": (Fault("throttle", message="Limit reached on TPD: Limit 500000."), QuotaExhausted),
    "rpd": (Fault("throttle", message="Limit reached on RPD: Limit 200."), QuotaExhausted),
    "wait-of-hours": (Fault("throttle", retry_after="7200"), QuotaExhausted),
    "unpaid": (Fault("unpaid"), QuotaExhausted),
    "bad-key": (Fault("bad-key"), BadCredentials),
    "unknown-model": (Fault("unknown-model"), UnknownModel),
    "content-refused": (Fault("content-refused"), ContentRefused),
    "filtered": (Fault("filtered"), ContentRefused),
    "too-long": (Fault("too-long"), RequestRefused),
}
providers = pytest.mark.parametrize("provider", ["openai", "bedrock", "ollama"])


@providers
def test_a_good_answer_takes_one_request_that_names_its_item(start: Start, provider: str) -> None:
    trial = start(provider)
    reply = trial.model.ask(ask_for("lab/01-02-01"))
    assert (reply.text, reply.stop, reply.requests) == ("# Answer to lab/01-02-01", "end", 1)
    assert reply.model == trial.model.name
    assert reply.usage.input > 0 < reply.usage.output
    assert not reply.usage.estimated
    assert [entry.item for entry in trial.server.entries] == ["lab/01-02-01"]


@providers
@pytest.mark.parametrize(("fault", "error"), PASSING.values(), ids=PASSING)
def test_a_passing_fault_is_asked_again_until_it_passes(
    start: Start, provider: str, fault: Fault, error: type[PassingModelError]
) -> None:
    trial = start(provider, {"faults": play(fault, fault)})
    reply = trial.model.ask(ask_for())
    assert (reply.text, reply.requests) == ("# Answer to lesson/01-02", 3)
    assert len(trial.server.entries) == 3
    assert len(trial.waits) == 2


@providers
@pytest.mark.parametrize(("fault", "error"), PASSING.values(), ids=PASSING)
def test_a_fault_that_does_not_pass_ends_after_six_requests_and_not_one_more(
    start: Start, provider: str, fault: Fault, error: type[PassingModelError]
) -> None:
    trial = start(provider, {"faults": Faults(fault)})
    with pytest.raises(error, match="Asked 6 times") as raised:
        trial.model.ask(ask_for())
    assert raised.value.model == trial.model.name
    assert len(trial.server.entries) == 6
    assert len(trial.waits) == 5
    assert all(wait <= 60 for wait in trial.waits)


@providers
def test_the_wait_that_a_provider_asks_for_is_waited(start: Start, provider: str) -> None:
    trial = start(provider, {"faults": play(Fault("throttle", retry_after="23"))})
    trial.model.ask(ask_for())
    assert 23 <= trial.waits[0] <= 24


@providers
@pytest.mark.parametrize(("fault", "error"), FINAL.values(), ids=FINAL)
def test_a_final_fault_is_asked_once(
    start: Start, provider: str, fault: Fault, error: type[FinalModelError]
) -> None:
    trial = start(provider, {"faults": Faults(fault)})
    with pytest.raises(error) as raised:
        trial.model.ask(ask_for())
    assert type(raised.value) is error
    assert raised.value.model == trial.model.name
    assert len(trial.server.entries) == 1
    assert trial.waits == []


@providers
@pytest.mark.parametrize("kind", ["daily-quota", "bad-key", "unknown-model"])
def test_a_fault_of_the_whole_model_ends_the_asking_of_it(start: Start, provider: str, kind: str) -> None:
    trial = start(provider, {"faults": Faults(Fault(kind))})
    for _ in range(3):
        with pytest.raises(FinalModelError):
            trial.model.ask(ask_for())
    assert len(trial.server.entries) == 1


@providers
@pytest.mark.parametrize("kind", ["content-refused", "too-long"])
def test_a_fault_of_one_item_leaves_the_others_alone(start: Start, provider: str, kind: str) -> None:
    trial = start(provider, {"faults": Faults(Rule(Fault(kind), item="lesson/01-02"))})
    with pytest.raises((ContentRefused, RequestRefused)):
        trial.model.ask(ask_for("lesson/01-02"))
    assert trial.model.ask(ask_for("lesson/01-03")).text == "# Answer to lesson/01-03"


@providers
def test_who_waits_in_back_off_does_not_ask_a_model_whose_quota_ran_out(start: Start, provider: str) -> None:
    stop = ModelStop()
    waiting = threading.Event()

    def sleep(_: float) -> None:
        waiting.set()
        assert stop._stopped.wait(10), "the other thread should have found the quota used up"

    trial = start(
        provider,
        {
            "faults": Faults(
                Rule(Fault("server-error"), item="lesson/01-01"),
                Rule(Fault("daily-quota"), item="lesson/01-02"),
            )
        },
        stop=stop,
        sleep=sleep,
    )
    with ThreadPoolExecutor(2) as pool:
        patient = pool.submit(trial.model.ask, ask_for("lesson/01-01"))
        assert waiting.wait(10)
        second = pool.submit(trial.model.ask, ask_for("lesson/01-02"))
        assert isinstance(second.exception(10), QuotaExhausted)
        assert isinstance(patient.exception(10), QuotaExhausted)
    assert sorted(trial.server.asked()) == ["lesson/01-01", "lesson/01-02"]


@providers
def test_a_cut_off_reply_says_so(start: Start, provider: str) -> None:
    trial = start(provider, {"answer": lambda _: "word " * 100, "max_words": 7})
    reply = trial.model.ask(ask_for())
    assert reply.stop == "length"
    assert len(reply.text.split()) == 7


@providers
def test_an_empty_reply_is_a_reply_for_the_checks_to_judge(start: Start, provider: str) -> None:
    trial = start(provider, {"faults": play(Fault("empty"))})
    reply = trial.model.ask(ask_for())
    assert (reply.text, reply.stop, reply.requests) == ("", "end", 1)


@providers
def test_an_answer_that_takes_too_long_is_a_time_out(start: Start, provider: str) -> None:
    trial = start(provider, {"faults": Faults(Fault("slow", seconds=30))}, read_seconds=0.25)
    with pytest.raises(ModelTimedOut, match="Asked 6 times"):
        trial.model.ask(ask_for())
    assert len(trial.server.calls) == 6


@providers
def test_a_server_that_is_not_there_is_unreachable(start: Start, provider: str) -> None:
    trial = start(provider)
    trial.server.__exit__()
    with pytest.raises(ModelUnreachable, match="cannot be reached"):
        trial.model.ask(ask_for())
    assert len(trial.waits) == 5


@providers
def test_the_limiter_is_asked_once_for_each_request_over_the_wire(start: Start, provider: str) -> None:
    reserved: list[int] = []
    trial = start(
        provider, {"faults": play(Fault("server-error"), Fault("throttle"))}, limiter=reserved.append
    )
    trial.model.ask(ask_for(text="x" * 700, max_output_tokens=500))
    assert len(reserved) == len(trial.server.entries) == 3
    assert all(700 < tokens < 800 for tokens in reserved)


@providers
def test_a_seeded_storm_of_faults_asks_no_item_more_often_than_it_needs(start: Start, provider: str) -> None:
    storm = Faults(
        Rule(Fault("throttle"), rate=0.3, attempts=4),
        Rule(Fault("server-error"), rate=0.1, attempts=4),
        Rule(Fault("reset"), rate=0.05, attempts=4),
        Rule(Fault("drop"), rate=0.05, attempts=4),
        seed=3,
    )
    trial = start(provider, {"faults": storm})
    items = [f"lesson/{module:02d}-{lesson:02d}" for module in range(1, 8) for lesson in range(1, 7)]
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda item: trial.model.ask(ask_for(item)), items))
    assert [reply.text for reply in replies] == [f"# Answer to {item}" for item in items]
    entries = trial.server.entries
    assert {entry.fault for entry in entries} >= {"throttle", "server-error", "reset", "drop", ""}
    for item, reply in zip(items, replies, strict=True):
        own = [entry for entry in entries if entry.item == item]
        assert len(own) == reply.requests
        assert [entry.fault == "" for entry in own] == [False] * (len(own) - 1) + [True]


def test_a_daily_quota_at_lesson_28_costs_no_more_than_what_was_in_flight(start: Start) -> None:
    trial = start("bedrock", {"faults": Faults(Rule(Fault("daily-quota"), from_item="lesson/05-04"))})
    items = [f"lesson/{module:02d}-{lesson:02d}" for module in range(1, 8) for lesson in range(1, 7)]

    def ask(item: str) -> str | None:
        try:
            return trial.model.ask(ask_for(item)).text
        except QuotaExhausted:
            return None

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, items))
    written = [answer for answer in answers if answer]
    refused = [entry for entry in trial.server.entries if entry.status == 429]
    # The one that is asked beside it may come in before it or after it.
    assert 26 <= len(written) <= 28
    assert 1 <= len(refused) <= 2


@providers
@pytest.mark.parametrize("fault", [*PASSING.values(), *FINAL.values()], ids=[*PASSING, *FINAL])
def test_no_error_shows_a_secret(start: Start, provider: str, fault: tuple[Fault, Any]) -> None:
    server: dict[str, Any] = {"faults": Faults(fault[0])}
    server |= {"openai": {"api_key": CANARY}, "bedrock": {"secret_key": CANARY}}.get(provider, {})
    trial = start(provider, server)
    with pytest.raises((FinalModelError, PassingModelError)) as raised:
        trial.model.ask(ask_for())
    shown = "".join(traceback.format_exception(raised.value))
    assert CANARY not in f"{shown} {raised.value!r} {vars(raised.value)}"
