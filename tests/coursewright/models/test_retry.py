import copy
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from coursewright.errors import (
    ContentRefused,
    FinalModelError,
    ModelServerFault,
    QuotaExhausted,
    RequestRefused,
    Throttled,
)
from coursewright.models.base import Reply, Usage
from coursewright.models.retry import AskDifferently, PatientModel, RetryPolicy
from coursewright.models.scripted import Answer, ScriptedModel
from coursewright.models.stops import ModelStop, ModelStops

from .conftest import ask_for

NOW = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)


def patient(
    *answers: Answer, chance: float = 1.0, waits: list[float] | None = None, stop: ModelStop | None = None
) -> tuple[PatientModel, ScriptedModel]:
    wire = ScriptedModel(answers)
    sleep: Callable[[float], None] = (waits if waits is not None else []).append
    model = PatientModel(wire, sleep=sleep, random=lambda: chance, now=lambda: NOW, stop=stop)
    return model, wire


def test_the_bound_of_the_wait_doubles_up_to_a_minute() -> None:
    waits: list[float] = []
    model, _ = patient(*[ModelServerFault("500")] * 5, "text", waits=waits)
    assert model.ask(ask_for()).requests == 6
    assert waits == [2, 4, 8, 16, 32]


def test_throttling_is_given_the_time_that_a_minutes_window_takes() -> None:
    waits: list[float] = []
    model, _ = patient(*[Throttled("429")] * 5, "text", waits=waits)
    model.ask(ask_for())
    assert waits == [8, 16, 32, 60, 60]


@pytest.mark.parametrize("chance", [0.0, 0.25, 1.0])
def test_the_wait_is_drawn_from_nothing_to_the_bound(chance: float) -> None:
    waits: list[float] = []
    model, _ = patient(ModelServerFault("500"), "text", waits=waits, chance=chance)
    model.ask(ask_for())
    assert waits == [2 * chance]


def test_the_providers_wait_goes_before_our_own_and_is_not_cut() -> None:
    waits: list[float] = []
    model, _ = patient(Throttled("429", retry_after=95), Throttled("429", retry_after=0), "text", waits=waits)
    model.ask(ask_for())
    assert waits == [96, 1]


def test_a_wait_of_over_ten_minutes_is_a_quota() -> None:
    waits: list[float] = []
    model, wire = patient(Throttled("Too many requests.", retry_after=7200), "text", waits=waits)
    with pytest.raises(QuotaExhausted, match="asks to wait 120 minutes") as raised:
        model.ask(ask_for())
    assert raised.value.resets_at == NOW + timedelta(hours=2)
    with pytest.raises(QuotaExhausted):
        model.ask(ask_for())
    assert len(wire.requests) == 1
    assert waits == []


def test_the_last_error_is_raised_with_what_it_was() -> None:
    fault = ModelServerFault("It said 500.", model="scripted")
    model, wire = patient(*[fault] * 6)
    with pytest.raises(
        ModelServerFault, match=r"It said 500. Asked 6 times; this item is set aside."
    ) as raised:
        model.ask(ask_for())
    assert raised.value.model == "scripted"
    assert len(wire.requests) == 6
    assert str(fault) == "It said 500."


def test_a_request_put_otherwise_is_asked_at_once_and_costs_no_try() -> None:
    waits: list[float] = []
    model, wire = patient(
        AskDifferently(), AskDifferently(), *[ModelServerFault("500")] * 5, "text", waits=waits
    )
    assert model.ask(ask_for()).requests == len(wire.requests) == 8
    assert len(waits) == 5


@pytest.mark.parametrize("error", [ContentRefused("no"), RequestRefused("too long")])
def test_a_final_error_of_one_item_does_not_stop_the_model(error: FinalModelError) -> None:
    model, _ = patient(error, "text")
    with pytest.raises(type(error)):
        model.ask(ask_for())
    assert model.ask(ask_for()).text == "text"


def test_a_wait_ends_at_once_when_the_model_is_stopped() -> None:
    stop = ModelStop()
    wire = ScriptedModel([Throttled("429", retry_after=500)])
    model = PatientModel(wire, stop=stop)
    threading.Timer(0.05, stop.stop, [QuotaExhausted("used up")]).start()
    with pytest.raises(QuotaExhausted, match="used up"):
        model.ask(ask_for())
    assert len(wire.requests) == 1


def test_a_model_stopped_while_it_waited_for_the_limiter_is_not_asked() -> None:
    stop = ModelStop()
    wire = ScriptedModel(["text"])
    model = PatientModel(wire, stop=stop, limiter=lambda _: stop.stop(QuotaExhausted("used up")))
    with pytest.raises(QuotaExhausted):
        model.ask(ask_for())
    assert wire.requests == []


def test_a_cancelled_run_asks_no_model_again() -> None:
    stops = ModelStops()
    model, wire = patient("text", stop=stops.of("scripted"))
    stops.stop_all("the run was cancelled")
    with pytest.raises(FinalModelError, match="the run was cancelled"):
        model.ask(ask_for())
    assert wire.requests == []


def test_the_first_reason_is_the_one_that_is_told_and_is_not_shared() -> None:
    stop = ModelStop()
    first = QuotaExhausted("first", model="m", resets_at=NOW)
    stop.stop(first)
    stop.stop(QuotaExhausted("second"))
    with pytest.raises(QuotaExhausted, match="first") as raised:
        stop.raise_if_stopped()
    assert raised.value is not first
    assert (raised.value.model, raised.value.resets_at) == ("m", NOW)


def test_seconds_and_cost_are_told() -> None:
    times = iter([10.0, 17.5])
    wire = ScriptedModel([Reply("text", "end", "scripted", Usage(100, 50))], price_per_token=0.01)
    model = PatientModel(wire, clock=lambda: next(times))
    reply = model.ask(ask_for())
    assert (reply.seconds, reply.cost) == (7.5, 1.5)


def test_an_unknown_price_is_none_and_never_nothing() -> None:
    model, _ = patient(Reply("text", "end", "scripted", Usage(100, 50)))
    assert model.ask(ask_for()).cost is None


def test_a_policy_can_be_another() -> None:
    policy = RetryPolicy(tries=2, first_wait=0.0)
    wire = ScriptedModel([ModelServerFault("500")] * 2)
    with pytest.raises(ModelServerFault, match="Asked 2 times"):
        PatientModel(wire, policy=policy).ask(ask_for())


def test_errors_survive_being_copied() -> None:
    error = QuotaExhausted("used up", model="m", resets_at=NOW)
    twin = copy.copy(error)
    assert (str(twin), twin.model, twin.resets_at) == ("used up", "m", NOW)
