"""Two runs of one project at once, dead runs, runs that stood still, and clocks that jump."""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coursewright.errors import StoreUnavailable
from coursewright.store.base import Store
from coursewright.store.claims import DEAD_AFTER, LONGEST_LOOK, LOOK, Claim, Claims, HeldBy
from coursewright.store.folder import FolderStore
from coursewright.store.heart import BEAT, Heart
from coursewright.store.processes import ProcessIdentity, identify_process

ITEM = "lessons/01-02"
ROOT = Path(__file__).parents[3]


class World:
    """Runs on machines of their own, whose only time is the time that they wait."""

    def __init__(self, open_again: Callable[[], Store]) -> None:
        self.open_again = open_again
        self.now = 1000.0
        self.waited = 0.0
        self.during: list[Callable[[], object]] = []
        self.hearts: dict[str, Heart] = {}

    def start(self, run_id: str, store: Store | None = None) -> Claims:
        elsewhere = replace(identify_process(), host=run_id, boot=f"boot of {run_id}")
        self.hearts[run_id] = Heart(threaded=False)
        return Claims(
            store or self.open_again(),
            run_id,
            heart=self.hearts[run_id],
            clock=lambda: self.now,
            wait=self.wait,
            identify=lambda: elsewhere,
        )

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        self.now += seconds
        self.waited += seconds
        for act in self.during:
            act()
        return stop.is_set()


@pytest.fixture
def world(open_again: Callable[[], Store]) -> World:
    return World(open_again)


@pytest.fixture
def folder_world(tmp_path: Path) -> World:
    return World(lambda: FolderStore(tmp_path / "courses"))


def taken(outcome: object) -> Claim:
    assert isinstance(outcome, Claim), outcome
    return outcome


def never() -> None:
    return None


def test_an_item_is_claimed_by_one_run_until_it_is_released(world: World) -> None:
    one, two = world.start("one"), world.start("two")
    claim = taken(one.claim(ITEM))
    held = two.claim(ITEM)
    assert isinstance(held, HeldBy)
    assert str(held) == f"{ITEM} is being written by run one (process {identify_process().pid} on one)"
    assert isinstance(one.claim(ITEM), HeldBy)
    claim.release()
    again = taken(two.claim(ITEM))
    claim.release()
    assert again.confirm()
    assert not claim.still_held
    assert isinstance(one.claim(ITEM), HeldBy)


def test_closing_a_runs_claims_releases_them_all(world: World) -> None:
    with world.start("one") as one:
        taken(one.claim("a"))
        kept = [one.claim("b"), one.claim("c")]
    two = world.start("two")
    assert all(isinstance(two.claim(name), Claim) for name in "abc")
    assert not any(taken(claim).still_held for claim in kept)


def test_a_dead_runs_claims_cost_less_than_a_minute_together(world: World) -> None:
    dead = world.start("dead")
    claims = [taken(dead.claim(f"item-{number}")) for number in range(5)]
    alive = world.start("alive")
    for claim in claims:
        taken(alive.wait_or_take(claim.name, never))
    assert DEAD_AFTER <= world.waited <= 60
    assert not any(claim.confirm() for claim in claims)


def test_a_living_runs_claim_is_never_taken(folder_world: World) -> None:
    world = folder_world
    one, two = world.start("one"), world.start("two")
    claim = taken(one.claim(ITEM))
    stop = threading.Event()
    beats = [world.now]

    def live() -> None:
        if world.now - beats[-1] >= BEAT:
            beats.append(world.now)
            world.hearts["one"].beat_all()
        if world.waited > 600:
            stop.set()

    world.during.append(live)
    outcome = two.wait_or_take(ITEM, never, stop=stop)
    assert isinstance(outcome, HeldBy)
    assert claim.confirm()


def test_what_another_run_finishes_meanwhile_is_taken_as_it_is(world: World) -> None:
    one, two = world.start("one"), world.start("two")
    claim = taken(one.claim(ITEM))
    done: list[str] = []

    def finish() -> None:
        done.append("the lesson")
        claim.release()

    world.during.append(finish)
    assert two.wait_or_take(ITEM, lambda: done[0] if done else None) == "the lesson"
    assert world.waited == LOOK
    assert isinstance(one.claim(ITEM), Claim)


def test_what_was_finished_between_the_look_and_the_claim_is_not_done_again(world: World) -> None:
    one, two = world.start("one"), world.start("two")
    taken(one.claim(ITEM)).release()
    assert two.wait_or_take(ITEM, lambda: "finished by one") == "finished by one"
    assert isinstance(one.claim(ITEM), Claim)


def test_a_claim_is_freed_if_the_look_for_the_finished_item_fails(folder_world: World) -> None:
    one, two = folder_world.start("one"), folder_world.start("two")

    def fail() -> None:
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        one.wait_or_take(ITEM, fail)
    assert isinstance(two.claim(ITEM), Claim)


def test_a_run_that_stood_still_learns_that_it_lost_its_claim(world: World) -> None:
    still, other = world.start("still"), world.start("other")
    claim = taken(still.claim(ITEM))
    theirs = taken(other.wait_or_take(ITEM, never))
    assert not claim.still_held
    world.hearts["still"].beat_all()
    claim.release()
    assert theirs.confirm()


def test_a_machine_that_slept_does_not_make_a_living_claim_look_dead(folder_world: World) -> None:
    world = folder_world
    one, two = world.start("one"), world.start("two")
    claim = taken(one.claim(ITEM))
    stop = threading.Event()

    def sleep_for_an_hour() -> None:
        world.now += 3600
        if world.waited >= DEAD_AFTER - LONGEST_LOOK * 4:
            stop.set()

    world.during.append(sleep_for_an_hour)
    assert isinstance(two.wait_or_take(ITEM, never, stop=stop), HeldBy)
    assert claim.confirm()


def test_claims_do_not_depend_on_the_wall_clock(folder_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    one, two = folder_world.start("one"), folder_world.start("two")
    taken_at_first = taken(one.claim(ITEM))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert isinstance(two.claim(ITEM), HeldBy)
    taken(two.wait_or_take(ITEM, never))
    assert world_waited_about_a_death(folder_world)
    assert not taken_at_first.confirm()


def world_waited_about_a_death(world: World) -> bool:
    return DEAD_AFTER <= world.waited <= 60


NESTED = b"[" * 200_000


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"pid": "x", "run": null}', b"\xff\xfe", NESTED])
def test_a_damaged_claim_lapses_like_a_dead_runs(folder_world: World, content: bytes) -> None:
    folder_world.open_again().write(f".claims/{ITEM}", content)
    claims = folder_world.start("one")
    assert isinstance(claims.claim(ITEM), HeldBy)
    taken(claims.wait_or_take(ITEM, never))
    assert world_waited_about_a_death(folder_world)


def test_a_claim_whose_etag_was_changed_by_a_tool_is_still_ours(tmp_path: Path, folder_world: World) -> None:
    claims = folder_world.start("one")
    claim = taken(claims.claim(ITEM))
    (tmp_path / "courses" / ".claims" / ITEM).chmod(0o600)
    assert claim.confirm()
    (tmp_path / "courses" / ".claims" / ITEM).chmod(0o644)
    claim.release()
    assert isinstance(folder_world.start("two").claim(ITEM), Claim)


def test_a_claim_file_that_was_removed_is_lost(folder_world: World) -> None:
    claims = folder_world.start("one")
    claim = taken(claims.claim(ITEM))
    folder_world.open_again().delete(f".claims/{ITEM}")
    assert not claim.confirm()


class Away:
    """A store that does not answer while `away` is set."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.away = False

    def __getattr__(self, name: str) -> Any:
        if self.away and name in ("create", "replace", "read_tagged", "list"):
            raise StoreUnavailable("the store is away")
        return getattr(self.store, name)


def test_a_store_that_is_away_for_a_while_loses_no_claim(folder_world: World) -> None:
    away: Any = Away(folder_world.open_again())
    claims = folder_world.start("one", away)
    claim = taken(claims.claim(ITEM))
    away.away = True
    folder_world.hearts["one"].beat_all()
    assert claim.still_held
    folder_world.now += DEAD_AFTER
    with pytest.raises(StoreUnavailable):
        assert claim.still_held
    away.away = False
    folder_world.hearts["one"].beat_all()
    assert claim.still_held


def test_a_release_while_the_store_is_away_leaves_the_claim_to_lapse(folder_world: World) -> None:
    away: Any = Away(folder_world.open_again())
    one, two = folder_world.start("one", away), folder_world.start("two")
    claim = taken(one.claim(ITEM))
    away.away = True
    claim.release()
    away.away = False
    folder_world.during.append(folder_world.hearts["one"].beat_all)
    taken(two.wait_or_take(ITEM, never))
    assert world_waited_about_a_death(folder_world)


def test_a_claim_that_was_dropped_is_free_for_its_own_process_at_once(folder_world: World) -> None:
    claims = folder_world.start("one")
    dropped = taken(claims.claim(ITEM))
    assert isinstance(claims.claim(ITEM), HeldBy)
    del dropped
    gc.collect()
    assert isinstance(claims.claim(ITEM), Claim)


def test_of_many_threads_and_runs_one_at_a_time_holds_an_item(open_again: Callable[[], Store]) -> None:
    inside: list[str] = []
    paid: list[str] = []
    finished: dict[str, str] = {}

    def work(run_id: str) -> None:
        elsewhere = replace(identify_process(), boot=f"boot of {run_id[0]}")
        with Claims(
            open_again(),
            run_id,
            identify=lambda: elsewhere,
            wait=lambda stop, seconds: stop.wait(0.01),
        ) as claims:
            for item in ("a", "b", "c"):
                outcome = claims.wait_or_take(item, lambda item=item: finished.get(item))  # type: ignore[misc]
                if not isinstance(outcome, Claim):
                    continue
                with outcome:
                    inside.append(item)
                    assert inside.count(item) == 1
                    paid.append(item)
                    finished[item] = run_id
                    inside.remove(item)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, ["A1", "A2", "B1", "B2"]))
    assert sorted(paid) == ["a", "b", "c"]


class Between:
    """A store in whose calls something else happens: before or after the one that is named."""

    def __init__(self, store: Store, when: str, called: str, act: Callable[[], object]) -> None:
        self.store = store
        self.when = when
        self.called = called
        self.act = act

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)
        if name != self.called:
            return method

        def call(*arguments: Any) -> Any:
            if self.when == "before":
                self.act()
            answer = method(*arguments)
            answer = iter(list(answer)) if name == "list" else answer
            if self.when == "after":
                self.act()
            return answer

        return call


def test_of_two_who_see_a_claim_free_one_gets_it(folder_world: World) -> None:
    taken(folder_world.start("earlier").claim(ITEM)).release()
    quick = folder_world.start("quick")
    got: list[Claim] = []

    def be_quick() -> None:
        if not got:
            got.append(taken(quick.claim(ITEM)))

    slow = folder_world.start("slow", Between(folder_world.open_again(), "before", "replace", be_quick))  # type: ignore[arg-type]
    assert isinstance(slow.claim(ITEM), HeldBy)
    assert got[0].confirm()


def test_a_claim_that_is_just_being_made_is_not_taken_for_a_dropped_one(folder_world: World) -> None:
    outcomes: list[object] = []
    store: Any = Between(
        folder_world.open_again(), "after", "create", lambda: outcomes.append(another_thread.claim(ITEM))
    )
    claims = folder_world.start("one", store)
    another_thread = Claims(folder_world.open_again(), "one", heart=claims._heart, identify=claims._identify)
    assert isinstance(claims.claim(ITEM), Claim)
    assert [type(outcome) for outcome in outcomes] == [HeldBy]


def test_a_claim_that_beats_at_the_last_moment_is_left_to_its_run(folder_world: World) -> None:
    world = folder_world
    one = world.start("one")
    claim = taken(one.claim(ITEM))
    stop = threading.Event()

    def beat_at_the_last_moment() -> None:
        if world.waited >= DEAD_AFTER:
            world.hearts["one"].beat_all()
        if world.waited >= DEAD_AFTER + 3 * LOOK:
            stop.set()

    store: Any = Between(world.open_again(), "after", "list", beat_at_the_last_moment)
    assert isinstance(world.start("two", store).wait_or_take(ITEM, never, stop=stop), HeldBy)
    assert claim.confirm()


HOLD = """
import sys
from coursewright.store.claims import Claim, Claims
from coursewright.store.folder import FolderStore
claims = Claims(FolderStore(sys.argv[1]), "the other run")
claim = claims.claim("lessons/01-02")
assert isinstance(claim, Claim), claim
print("held", flush=True)
sys.stdin.read()
claims.close()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.parametrize("collected", [True, False])
def test_the_claim_of_a_killed_process_of_this_machine_costs_nothing(
    tmp_path: Path, holder: subprocess.Popen[str], collected: bool
) -> None:
    with Claims(FolderStore(tmp_path), "this run") as claims:
        held = claims.claim(ITEM)
        assert isinstance(held, HeldBy)
        assert (held.run_id, held.process.pid) == ("the other run", holder.pid)
        holder.send_signal(signal.SIGKILL)
        if collected:
            holder.wait()
        else:
            wait_until_dead(holder.pid)
        taken(claims.claim(ITEM))


def wait_until_dead(pid: int) -> None:
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass


def test_a_claim_says_who_holds_it_and_nothing_else(tmp_path: Path, folder_world: World) -> None:
    claim = taken(folder_world.start("one").claim(ITEM))
    record = json.loads((tmp_path / "courses" / ".claims" / ITEM).read_bytes())
    assert set(record) == {"run", "host", "boot", "space", "pid", "started", "token", "beat"}
    assert ProcessIdentity.from_json(record).host == "one"
    assert record["token"] == claim.token
