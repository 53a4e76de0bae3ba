"""Models that think before they write: thinking does not eat the lesson, and is paid for in the open."""

from __future__ import annotations

import pytest

from coursewright.errors import CostLimitReached, QuotaExhausted
from coursewright.models.base import Reply, Usage
from coursewright.models.chain import ModelChain
from coursewright.models.retry import PatientModel
from coursewright.models.scripted import ScriptedModel
from coursewright.models.thinking import LEAST_ROOM

from .conftest import Start, ask_for

TEXT = "A lesson of some words. " * 40


@pytest.mark.parametrize("provider", ["openai", "bedrock", "ollama"])
def test_a_model_that_thinks_is_given_room_for_it_from_its_first_reply_on(
    start: Start, provider: str
) -> None:
    trial = start(provider, {"answer": lambda _: TEXT, "thinks": 1500})
    reply = trial.model.ask(ask_for(max_output_tokens=1000))
    assert (reply.text, reply.stop, reply.requests) == (TEXT, "end", 2)
    assert reply.usage.output >= 2 * 1500, "what the cut reply took is counted"
    assert trial.waits == [], "nothing was at fault, so nothing is waited for"
    later = trial.model.ask(ask_for("lesson/01-03", max_output_tokens=1000))
    assert (later.text, later.requests) == (TEXT, 1)
    assert trial.server.calls[0].max_tokens == 1000
    assert trial.server.calls[2].max_tokens >= 1000 + 2 * 1500


@pytest.mark.parametrize("provider", ["openai", "bedrock", "ollama"])
def test_a_model_that_does_not_think_is_asked_for_no_more_than_its_text_takes(
    start: Start, provider: str
) -> None:
    trial = start(provider, {"answer": lambda _: TEXT * 20})
    reply = trial.model.ask(ask_for(max_output_tokens=1000))
    assert (reply.stop, reply.requests) == ("length", 1)
    trial.model.ask(ask_for("lesson/01-03", max_output_tokens=1000))
    assert [call.max_tokens for call in trial.server.calls] == [1000, 1000]


def thought(tokens: int, stop: str = "length") -> Reply:
    usage = Usage(input=10, output=tokens)
    return Reply("", "length" if stop == "length" else "end", "scripted", usage, thinking=tokens)


def test_more_room_is_given_only_while_there_is_more_to_give() -> None:
    wire = ScriptedModel([thought(1000), thought(3000), thought(4000)], max_output_tokens=4000)
    reply = PatientModel(wire).ask(ask_for(max_output_tokens=1000))
    assert (reply.stop, reply.requests, reply.usage.output) == ("length", 3, 8000)
    assert [request.max_output_tokens for request in wire.requests] == [1000, 3048, 4000]


def test_a_reply_whose_text_filled_its_room_is_cut_off_and_not_asked_for_again() -> None:
    wire = ScriptedModel([thought(300, "end"), thought(400)])
    model = PatientModel(wire)
    model.ask(ask_for())
    assert model.ask(ask_for()).requests == 1
    assert wire.requests[1].max_output_tokens == wire.requests[0].max_output_tokens + LEAST_ROOM


def test_thinking_that_a_server_leaves_in_the_text_counts_as_such() -> None:
    aloud = Reply("<think>\n" + "Let me see. " * 400, "length", "scripted")
    wire = ScriptedModel([aloud, "# A lesson"])
    model = PatientModel(wire)
    assert model.ask(ask_for(max_output_tokens=1000)).text == "# A lesson"
    assert wire.requests[1].max_output_tokens > 2000


def test_each_request_that_thinking_takes_is_paid_for_before_it_is_made() -> None:
    wire = ScriptedModel([thought(1000), thought(3000)], max_output_tokens=4000, price_per_token=0.001)
    told: list[float | None] = []

    class Wallet:
        def hold(self, most: float) -> None:
            if most > 4.0:
                raise CostLimitReached("too dear")
            told.append(most)

        def pay(self, cost: float | None) -> None:
            told.append(cost)

    with pytest.raises(CostLimitReached) as raised:
        PatientModel(wire).ask(ask_for(max_output_tokens=1000), Wallet())
    assert [request.max_output_tokens for request in wire.requests] == [1000, 3048]
    spent = raised.value.spent
    assert spent is not None, "what thinking took is told, though nothing came of it"
    assert (spent.usage, spent.requests) == (Usage(input=20, output=4000), 2)
    assert spent.cost == pytest.approx(1010 * 0.001 + 3010 * 0.001)
    assert [round(amount or 0.0, 1) for amount in told] == [1.0, 1.0, 3.1, 3.0]


def test_the_limiter_reserves_the_room_for_thinking_too() -> None:
    reserved: list[int] = []
    model = PatientModel(ScriptedModel([thought(500, "end"), "x"]), limiter=reserved.append)
    for _ in range(2):
        model.ask(ask_for(max_output_tokens=1000))
    assert reserved[1] - reserved[0] == LEAST_ROOM


def test_what_one_model_thought_before_its_quota_ended_counts_in_the_next_ones_reply() -> None:
    first = ScriptedModel([thought(1000), QuotaExhausted("used up")], name="a", price_per_token=0.001)
    second = ScriptedModel([Reply("text", "end", "b", Usage(10, 5))], name="b", price_per_token=0.002)
    reply = ModelChain([PatientModel(first), PatientModel(second)]).ask(ask_for(max_output_tokens=1000))
    assert (reply.model, reply.text) == ("b", "text")
    assert (reply.usage, reply.requests) == (Usage(20, 1005), 3)
    assert reply.cost == pytest.approx(1010 * 0.001 + 15 * 0.002)


def test_what_thinking_took_is_told_where_no_model_of_a_chain_is_left() -> None:
    first = ScriptedModel([thought(1000), QuotaExhausted("used up")], name="a")
    second = ScriptedModel([thought(500), QuotaExhausted("used up as well")], name="b")
    with pytest.raises(QuotaExhausted) as raised:
        ModelChain([PatientModel(first), PatientModel(second)]).ask(ask_for(max_output_tokens=100))
    assert raised.value.spent is not None
    assert (raised.value.spent.usage, raised.value.spent.requests) == (Usage(20, 1500), 4)


def test_a_model_that_was_stopped_tells_nobody_what_another_item_had_spent() -> None:
    model = PatientModel(ScriptedModel([thought(1000), QuotaExhausted("used up")]))
    for spent in (Usage(10, 1000), Usage()):
        with pytest.raises(QuotaExhausted) as raised:
            model.ask(ask_for(max_output_tokens=100))
        assert raised.value.spent is not None
        assert raised.value.spent.usage == spent
