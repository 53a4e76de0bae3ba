from datetime import UTC, datetime

import pytest

from coursewright.errors import (
    BadCredentials,
    ContentRefused,
    CostLimitReached,
    FinalModelError,
    QuotaExhausted,
    RequestRefused,
    Throttled,
    UnknownModel,
)
from coursewright.models.chain import ModelChain
from coursewright.models.retry import PatientModel
from coursewright.models.scripted import Answer, ScriptedModel

from .conftest import ask_for

EARLY = datetime(2026, 3, 2, 0, 10, tzinfo=UTC)
LATE = datetime(2026, 3, 3, tzinfo=UTC)


def chain_of(*scripts: list[Answer]) -> tuple[ModelChain, list[ScriptedModel]]:
    wires = [ScriptedModel(script, name=f"scripted:{index}") for index, script in enumerate(scripts, 1)]
    return ModelChain([PatientModel(wire, sleep=lambda _: None) for wire in wires]), wires


@pytest.mark.parametrize("error", [QuotaExhausted("day"), BadCredentials("key"), UnknownModel("name")])
def test_a_model_that_is_out_is_followed_by_the_next_for_the_rest_of_the_run(error: FinalModelError) -> None:
    chain, (first, second) = chain_of(["one", error], ["two", "three"])
    assert chain.ask(ask_for()).model == "scripted:1"
    assert chain.current.name == "scripted:1"
    assert [chain.ask(ask_for()).model for _ in range(2)] == ["scripted:2"] * 2
    assert chain.current.name == "scripted:2"
    assert (len(first.requests), len(second.requests)) == (2, 2)


@pytest.mark.parametrize("error", [ContentRefused("no"), RequestRefused("long")])
def test_an_item_that_one_model_refuses_goes_to_the_next_and_others_do_not(error: FinalModelError) -> None:
    chain, _ = chain_of([error, "mine again"], ["fallback"])
    assert chain.ask(ask_for()).text == "fallback"
    assert chain.ask(ask_for()).text == "mine again"


def test_a_passing_error_does_not_move_on() -> None:
    chain, (_, second) = chain_of([Throttled("429")] * 6, ["fallback"])
    with pytest.raises(Throttled):
        chain.ask(ask_for())
    assert second.requests == []


def test_where_every_model_is_out_the_quota_is_told_with_the_earliest_reset() -> None:
    chain, _ = chain_of(
        [BadCredentials("The key is wrong.")],
        [QuotaExhausted("A is used up.", resets_at=LATE)],
        [QuotaExhausted("B is used up.", resets_at=EARLY)],
        [QuotaExhausted("C is used up.")],
    )
    with pytest.raises(QuotaExhausted) as raised:
        chain.ask(ask_for())
    assert raised.value.resets_at == EARLY
    for words in ("The key is wrong.", "A is used up.", "B is used up.", "C is used up."):
        assert words in str(raised.value)


def test_a_refused_item_is_no_quota_while_one_model_still_answers() -> None:
    chain, _ = chain_of([ContentRefused("Not this."), "text"], [QuotaExhausted("Used up.")])
    with pytest.raises(ContentRefused, match=r"Not this\. Used up\."):
        chain.ask(ask_for())
    assert chain.ask(ask_for()).text == "text"


class Wallet:
    """A purse with so much in it, and what it was asked and told."""

    def __init__(self, dollars: float) -> None:
        self.left = dollars
        self.held: list[float] = []

    def hold(self, most: float) -> None:
        if most > self.left:
            raise CostLimitReached("too dear")
        self.held.append(most)

    def pay(self, cost: float | None) -> None:
        self.left -= cost or 0.0


@pytest.mark.parametrize("error", [QuotaExhausted("day"), ContentRefused("no")])
def test_a_dear_fallback_is_not_asked_where_only_the_first_model_can_be_paid(error: FinalModelError) -> None:
    cheap = ScriptedModel([error], name="cheap", price_per_token=0.000001)
    dear = ScriptedModel(["text", "text"], name="dear", price_per_token=0.001)
    chain = ModelChain([PatientModel(cheap), PatientModel(dear)])
    request = ask_for(max_output_tokens=1000)
    with pytest.raises(CostLimitReached):
        chain.paid_from(Wallet(0.5)).ask(request)
    assert (len(cheap.requests), len(dear.requests)) == (1, 0)
    cheap.add(error)
    rich = Wallet(5.0)
    assert chain.paid_from(rich).ask(request).model == "dear"
    assert 1.0 < rich.held[-1] < 1.1
    assert 0.0 < 5.0 - rich.left < 0.1


def test_a_chain_has_the_properties_of_the_model_that_is_asked_next() -> None:
    small = ScriptedModel(["x"], name="b", max_output_tokens=9, demonstration=True, languages=("en",))
    large = ScriptedModel([QuotaExhausted("day")], name="a", max_output_tokens=99, context_tokens=7)
    chain = ModelChain([PatientModel(large), PatientModel(small)])
    assert (chain.name, chain.max_output_tokens, chain.context_tokens) == ("a,b", 99, 7)
    assert (chain.demonstration, chain.languages) == (False, None)
    chain.ask(ask_for())
    assert (chain.max_output_tokens, chain.demonstration, chain.languages) == (9, True, ("en",))
