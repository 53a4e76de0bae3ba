from concurrent.futures import ThreadPoolExecutor

import pytest

from coursewright.errors import SettingsError
from coursewright.models.limits import MinuteLimit


class Clock:
    """A clock that goes on only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def admit(limit: MinuteLimit, clock: Clock, *sizes: int) -> list[float]:
    times = []
    for size in sizes:
        limit(size)
        times.append(clock.now - 1000.0)
    return times


def test_tokens_of_any_sixty_seconds_stay_within_the_limit() -> None:
    clock = Clock()
    limit = MinuteLimit(tokens=100, clock=clock, sleep=clock.sleep)
    assert admit(limit, clock, 60, 40, 10, 95, 5) == [0, 0, 60, 120, 120]


def test_requests_of_any_sixty_seconds_stay_within_the_limit() -> None:
    clock = Clock()
    limit = MinuteLimit(requests=2, clock=clock, sleep=clock.sleep)
    assert admit(limit, clock, 1, 1, 1, 1, 1) == [0, 0, 60, 60, 120]


def test_a_request_larger_than_the_limit_goes_through_alone() -> None:
    clock = Clock()
    limit = MinuteLimit(tokens=100, clock=clock, sleep=clock.sleep)
    assert admit(limit, clock, 10, 500, 10) == [0, 60, 120]


def test_threads_share_one_limit() -> None:
    limit = MinuteLimit(requests=50, clock=lambda: 0.0, sleep=lambda _: pytest.fail("there was room"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(limit, [1] * 50))
    assert limit._admit(1) > 0


@pytest.mark.parametrize("limits", [{"tokens": 0}, {"requests": -1}])
def test_a_limit_that_admits_nothing_is_refused(limits: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match="admits nothing"):
        MinuteLimit(**limits)
