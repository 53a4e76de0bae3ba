"""Requests wait in the run's own line until the server has room, so that the server never refuses one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import pytest
from servers.prefect_server import PrefectServer

from coursewright.errors import SettingsError
from coursewright.models import settings
from tasks.token_limits import PICTURES, RateLine, check_decay, limiters_for


@dataclass
class Server:
    """Prefect's bucket: what is taken of it flows off at the decay; time passes only in `sleep`."""

    limit: int = 1_000
    slot_decay_per_second: float = 100.0
    active: bool = True
    taken: float = 0.0
    clock: float = 0.0
    given: list[tuple[float, int]] = field(default_factory=list)

    @property
    def active_slots(self) -> int:
        return int(self.taken)

    def read(self, name: str) -> Server:
        return self

    def take(self, name: str, count: int) -> None:
        assert self.taken + count <= self.limit, "the server would have refused this"
        self.taken += count
        self.given.append((self.clock, count))

    def sleep(self, seconds: float) -> None:
        self.clock += seconds
        self.taken = max(0.0, self.taken - self.slot_decay_per_second * seconds)

    def line(self) -> RateLine:
        return RateLine("tokens", read=self.read, take=self.take, sleep=self.sleep)


def test_a_request_waits_as_long_as_the_decay_takes_and_no_longer() -> None:
    server = Server()
    line = server.line()
    for _ in range(5):
        line(500)
    assert [round(at) for at, _ in server.given] == [0, 0, 5, 10, 15]


def test_no_minute_admits_more_than_the_quota() -> None:
    server = Server(limit=1_000, slot_decay_per_second=(10_000 - 1_000) / 60)
    line = server.line()
    for number in range(100):
        line(300 + number % 7 * 100)
    for start, _ in server.given:
        assert sum(count for at, count in server.given if start <= at < start + 60) <= 10_000


def test_a_request_larger_than_the_limit_takes_it_in_parts() -> None:
    server = Server()
    server.line()(2_300)
    assert [count for _, count in server.given] == [1_000, 1_000, 300]
    assert server.clock == pytest.approx(13.0, abs=0.2)


def test_a_limit_that_is_switched_off_holds_nobody() -> None:
    server = Server(active=False)
    taken: list[int] = []
    line = RateLine("tokens", read=server.read, take=lambda _, n: taken.append(n), sleep=server.sleep)
    for _ in range(3):
        server.taken = 1_000
        line(1_000)
    assert taken == [1_000] * 3
    assert server.clock == 0.0


def test_a_limit_without_decay_is_refused_with_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"decay = \(quota - limit\) / 60: prefect gcl update"):
        check_decay("coursewright-tokens", 0.0)
    assert check_decay("coursewright-tokens", 2.5) == 2.5


@pytest.mark.prefect
def test_a_limit_on_pictures_spaces_image_models_alone(prefect_server: PrefectServer) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
    from prefect.settings import PREFECT_API_URL, temporary_settings

    limit = GlobalConcurrencyLimitCreate(name=PICTURES, limit=1, active=True, slot_decay_per_second=1.0)
    with temporary_settings(updates={PREFECT_API_URL: prefect_server.api_url}):
        with get_client(sync_client=True) as client:
            client.create_global_concurrency_limit(limit)
        try:
            limiters = asyncio.run(limiters_for())
            assert list(limiters) == [settings.PICTURES]
            before = time.monotonic()
            for _ in range(4):
                limiters[settings.PICTURES](6_240)
            assert 2.5 <= time.monotonic() - before < 8
        finally:
            with get_client(sync_client=True) as client:
                client.delete_global_concurrency_limit_by_name(PICTURES)
        assert asyncio.run(limiters_for()) == {}
