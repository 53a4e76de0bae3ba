"""What a run may spend: held back before it is spent, grown where repairs take more, never passed."""

from __future__ import annotations

import pytest

from coursewright.errors import CostLimitReached, SettingsError
from coursewright.models.retry import PatientModel
from coursewright.models.scripted import ScriptedModel
from coursewright.project.resources import Spending, refuse_unknown_prices


def test_what_is_held_back_comes_free_and_what_was_paid_is_spent() -> None:
    spending = Spending(1.0)
    with spending.reserve(0.6) as reservation:
        with pytest.raises(CostLimitReached, match=r"\$0\.6000 are held back"), spending.reserve(0.5):
            pass
        reservation.hold(0.6)
        reservation.pay(0.2)
    assert spending.spent == pytest.approx(0.2)
    with spending.reserve(0.0) as reservation:
        reservation.hold(0.8)
        reservation.pay(None)
    assert spending.spent == pytest.approx(1.0), "what is not known counts as all that was held back for it"


def test_a_piece_of_work_that_takes_more_asks_for_more_first() -> None:
    spending = Spending(1.0)
    with spending.reserve(0.3) as reservation:
        reservation.hold(0.2)
        reservation.pay(0.2)
        reservation.hold(0.5)
        with pytest.raises(CostLimitReached), spending.reserve(0.4):
            pass
        reservation.pay(0.4)
        with pytest.raises(CostLimitReached):
            reservation.hold(0.5)
    assert spending.spent == pytest.approx(0.6)
    with spending.reserve(0.4):
        pass


def test_without_a_limit_nothing_is_refused() -> None:
    with Spending(None).reserve(10.0) as reservation:
        reservation.hold(1e9)


def test_a_limit_is_refused_where_a_price_is_not_known() -> None:
    priced, unpriced = ScriptedModel(name="a", price_per_token=0.1), ScriptedModel(name="b")
    chain = [PatientModel(priced), PatientModel(unpriced)]
    with pytest.raises(SettingsError, match="the price of b is not known"):
        refuse_unknown_prices(1.0, chain)
    refuse_unknown_prices(None, chain)
    refuse_unknown_prices(1.0, [PatientModel(priced)])
