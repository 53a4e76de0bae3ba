"""What a run may spend: held back before it is spent, grown where repairs take more, never passed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from coursewright.errors import CostLimitReached, SettingsError
from coursewright.models.retry import PatientModel
from coursewright.models.scripted import ScriptedModel
from coursewright.project.resources import Spending, refuse_unknown_prices


def test_what_is_held_back_comes_free_and_what_was_paid_is_spent() -> None:
    spending = Spending(1.0)
    with spending.reserve(0.6) as reservation:
        with pytest.raises(CostLimitReached, match=r"\$0\.6000 are held back"), spending.reserve(1.1):
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
        reservation.pay(0.4)
        with pytest.raises(CostLimitReached):
            reservation.hold(0.5)
    assert spending.spent == pytest.approx(0.6)
    with spending.reserve(0.4):
        pass


class Worker:
    """A thread that holds back money, and gives it back when it is told to."""

    def __init__(self, spending: Spending, most: float, *more: float) -> None:
        self.holds, self.goes_on = [threading.Event() for _ in (most, *more)], threading.Semaphore(0)
        self._steps = most, more
        self._spending = spending
        self._thread = ThreadPoolExecutor(1)
        self.done = self._thread.submit(self._work)
        self._thread.shutdown(wait=False)

    def _work(self) -> None:
        most, more = self._steps
        with self._spending.reserve(most) as reservation:
            self.holds[0].set()
            for step, held in zip(more, self.holds[1:], strict=True):
                self.goes_on.acquire(timeout=10)
                reservation.hold(step)
                held.set()
            self.goes_on.acquire(timeout=10)
            reservation.pay(0.1)


def test_what_has_no_room_beside_work_under_way_waits_for_what_that_really_costs() -> None:
    spending = Spending(1.0)
    first = Worker(spending, 0.6)
    assert first.holds[0].wait(10)
    second = Worker(spending, 0.5)
    assert not second.holds[0].wait(0.05), "0.6 and 0.5 are more than 1"
    first.goes_on.release()
    assert second.holds[0].wait(10), "0.1 and 0.5 are not"
    second.goes_on.release()
    for worker in (first, second):
        worker.done.result(10)
    assert spending.spent == pytest.approx(0.2)


def test_where_all_work_waits_for_the_others_one_gives_up_and_the_rest_goes_on() -> None:
    spending = Spending(1.0)
    workers = [Worker(spending, 0.4, 0.7), Worker(spending, 0.4, 0.7)]
    for worker in workers:
        assert worker.holds[0].wait(10)
    for worker in workers:
        worker.goes_on.release(2)
    errors = [worker.done.exception(10) for worker in workers]
    assert sorted(type(error).__name__ for error in errors) == ["CostLimitReached", "NoneType"]
    assert spending.spent == pytest.approx(0.1)


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
