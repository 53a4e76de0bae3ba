"""The thread that keeps claims alive."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path

import pytest

from coursewright.errors import StoreUnavailable
from coursewright.store import heart as module
from coursewright.store.claims import Claim, Claims
from coursewright.store.folder import FolderStore
from coursewright.store.heart import Heart


class Counted:
    def __init__(self, token: str, beats: list[str], *, lives: int = 10**9, away: bool = False) -> None:
        self.token = token
        self.beats = beats
        self.lives = lives
        self.away = away

    def beat(self) -> bool:
        self.beats.append(self.token)
        if self.away:
            raise StoreUnavailable("away")
        self.lives -= 1
        return self.lives > 0


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "coursewright-claims"]


def wait_for(what: object) -> None:
    end = time.monotonic() + 5
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


def test_all_claims_of_a_process_share_one_thread_that_ends_with_the_last(tmp_path: Path) -> None:
    wait_for(lambda: not threads())
    with Claims(FolderStore(tmp_path), "one") as one, Claims(FolderStore(tmp_path), "two") as two:
        held = [one.claim("a"), one.claim("b"), two.claim("c")]
        assert all(isinstance(claim, Claim) for claim in held)
        assert len(threads()) == 1
    wait_for(lambda: not threads())


def test_what_is_kept_beats_until_it_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT", 0.01)
    heart, beats = Heart(), []
    one, two = Counted("one", beats), Counted("two", beats, away=True)
    heart.keep(one)
    heart.keep(two)
    wait_for(lambda: beats.count("one") > 2 and beats.count("two") > 2)
    heart.drop(one)
    time.sleep(0.03)
    beats.clear()
    wait_for(lambda: beats.count("two") > 2)
    assert "one" not in beats
    heart.drop(two)
    wait_for(lambda: not threads())
    heart.keep(one)
    wait_for(lambda: "one" in beats)
    heart.drop(one)
    wait_for(lambda: not threads())


def test_what_has_nothing_to_keep_alive_is_dropped() -> None:
    heart, beats = Heart(threaded=False), []
    one = Counted("one", beats, lives=2)
    heart.keep(one)
    for _ in range(4):
        heart.beat_all()
    assert beats == ["one", "one"]
    assert not heart.keeps("one")


def test_what_nobody_holds_any_more_stops_beating() -> None:
    heart, beats = Heart(threaded=False), []
    one = Counted("one", beats)
    heart.keep(one)
    heart.beat_all()
    del one
    gc.collect()
    heart.beat_all()
    assert beats == ["one"]


def test_a_forked_process_does_not_keep_its_parents_claims_alive(tmp_path: Path) -> None:
    with Claims(FolderStore(tmp_path), "parent") as claims:
        claim = claims.claim("a")
        assert isinstance(claim, Claim)
        claims._heart._thread = None  # a fork beside another thread is warned of
        with module.HEART.expecting("x"):
            module.HEART.forget_all()
            assert not module.HEART.keeps(claim.token)
            assert not module.HEART.keeps("x")
    assert os.listdir(tmp_path) == [".claims"]  # noqa: PTH208
