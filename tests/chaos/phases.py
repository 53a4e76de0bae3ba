"""The script of a course's life: which faults befall which of its lessons, and what is killed when."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chaos.world import World
from servers.faults import Fault, Rule

StoreScript = Callable[[str, str, int], str | None]

TEXT_KINDS = (
    "cut-off",
    "empty",
    "garbled",
    "wrong-language",
    "repeating",
    "thinking",
    "chatter",
    "fences",
    "script",
    "twice",
    "heading-translated",
    "topic-missing",
)
WIRE_FAULTS = (
    Fault("throttle", retry_after="1"),
    Fault("server-error"),
    Fault("reset"),
    Fault("drop"),
    Fault("html"),
    Fault("garbled-json"),
    Fault("no-answer"),
    Fault("slow", seconds=2.0),
)
STORE_KINDS = ("500", "503", "reset", "lost", "lost-500")
ANY_END = ("Completed", "FinishedWithGaps")


@dataclass(frozen=True)
class Phase:
    """A part of the life: one run, and what goes wrong in it.

    Attributes:
        lessons: what it selects; empty for all.
        rules: faults of the model.
        store: gives the fault for a request to the store.
        act: breaks something while the run is on; gives the names of what it did.
        ends: the states in which the run may end.
        resumes: whether it goes on by itself.
        silent: whether its process is gone without anybody to say so.
    """

    name: str
    lessons: tuple[str, ...] = ()
    rules: Sequence[Rule] = ()
    store: StoreScript | None = None
    act: Callable[[World, Callable[[], int]], Sequence[str]] | None = None
    ends: tuple[str, ...] = ANY_END
    resumes: bool = False
    silent: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)


def wire_and_text(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """Everything that a model's wire and its texts can do: each kind once for certain, and more by chance."""
    kinds = rng.sample(TEXT_KINDS, len(TEXT_KINDS))
    bad, late = rng.sample(lessons, 2)
    # A late answer is a good one, after which its lesson is not asked for again: it befalls figures.
    wire = [fault for fault in WIRE_FAULTS if fault.kind != "slow"]
    certain = [
        Rule(fault, item=f"lesson/{place}", times=1)
        for faults in (rng.sample(wire, len(wire)), map(Fault, kinds))
        for fault, place in zip(faults, lessons, strict=False)
    ]
    rules = [
        *certain,
        Rule(Fault("bad-figure"), item=f"visuals/{bad}", times=1),
        Rule(Fault("slow", seconds=2.0), item=f"visuals/{late}", times=1),
        Rule(Fault("throttle", retry_after="1"), rate=0.1),
        Rule(Fault("server-error", status=rng.choice((500, 502, 503))), rate=0.08),
        Rule(Fault("reset"), rate=0.08),
        Rule(Fault("drop"), rate=0.05),
        Rule(Fault("html"), rate=0.04),
        Rule(Fault("garbled-json"), rate=0.04),
        Rule(Fault("no-answer"), rate=0.04),
        Rule(Fault("slow", seconds=2.0), rate=0.08),
        *(Rule(Fault(kind), item="lesson/*", attempts=2, rate=0.14) for kind in kinds),
        Rule(Fault("bad-figure"), item="visuals/*", attempts=2, rate=0.4),
        Rule(Fault("garbled"), item="visuals/*", attempts=1, rate=0.3),
        Rule(Fault("empty"), item="visuals/*", attempts=1, rate=0.3),
    ]
    return Phase("model misbehaves", lessons, rules)


def quota(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """A daily quota is used up at a chosen lesson, and filled again a minute later, the soonest believed."""
    message = (
        "Rate limit reached on requests per day (RPD): Limit 200, Used 200, Requested 1. "
        "Please try again in 61s."
    )
    at = rng.choice(lessons[len(lessons) // 2 :])
    rules = [Rule(Fault("daily-quota", message=message), from_item=f"lesson/{at}")]
    return Phase("quota of the day", lessons, rules, ends=("StoppedByQuota",), resumes=True)


def kill_flow(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The flow run's process is killed at a moment."""
    after, wait = rng.randint(1, max(1, len(lessons) - 2)), rng.uniform(0, 0.8)

    def act(world: World, stored: Callable[[], int]) -> Sequence[str]:
        world.wait_until(lambda: stored() >= after, 180, f"{after} stored lessons")
        time.sleep(wait)
        world.kill_flow()
        return ["kill -9 of the flow"]

    return Phase("flow killed", lessons, act=act, ends=("Crashed", *ANY_END))


def kill_server(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The Prefect server is killed in the middle, and started again."""
    after = rng.randint(1, max(1, len(lessons) - 2))

    def act(world: World, stored: Callable[[], int]) -> Sequence[str]:
        world.wait_until(lambda: stored() >= after, 180, f"{after} stored lessons")
        world.kill_server()
        time.sleep(1)
        world.restart_server()
        return ["kill -9 of the server"]

    return Phase("server killed", lessons, act=act, ends=(*ANY_END, "Failed", "Crashed"))


def kill_worker(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The worker alone is killed. Prefect ends its flow runs then, unless they are through before."""

    def act(world: World, stored: Callable[[], int]) -> Sequence[str]:
        world.wait_until(lambda: stored() >= 1, 180, "a stored lesson")
        world.kill_worker(with_flow=False)
        world.start_worker()
        return ["kill -9 of the worker"]

    return Phase("worker killed", lessons, act=act, ends=("Crashed", *ANY_END))


def kill_machine(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """Worker and flow run die at once, as when a machine does; nobody is left to say so."""
    after, wait = rng.randint(1, max(1, len(lessons) - 2)), rng.uniform(0, 0.8)

    def act(world: World, stored: Callable[[], int]) -> Sequence[str]:
        world.wait_until(lambda: stored() >= after, 180, f"{after} stored lessons")
        time.sleep(wait)
        world.kill_worker(with_flow=True)
        world.start_worker()
        return ["kill -9 of worker and flow"]

    return Phase("machine dies", lessons, act=act, ends=("Running", "Crashed"), silent=True)


def failing_store(lessons: tuple[str, ...], rng: random.Random, share: float = 0.2) -> Phase:
    """One put in five fails in one way or another, one reading in twenty, and answers come late."""
    seed = rng.random()

    def script(method: str, path: str, number: int) -> str | None:
        chance = random.Random(f"{seed} {number}")
        if chance.random() < 0.03:
            return "late"
        if chance.random() < (share if method == "PUT" else share / 4):
            return chance.choice(STORE_KINDS)
        return None

    return Phase("store fails", lessons, store=script)


def store_expires(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The store's credentials expire in the middle: nothing more can be read or written."""
    script = _from_finished(rng.randint(1, 2), "expired", ("GET", "HEAD", "PUT", "DELETE"))
    return Phase("store credentials expire", lessons, store=script, ends=("Failed",))


def store_is_full(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The store's disk is full in the middle: it can be read and not written."""
    script = _from_finished(rng.randint(1, 2), "full", ("PUT",))
    return Phase("store is full", lessons, store=script, ends=("Failed",))


def _from_finished(after: int, fault: str, methods: Sequence[str]) -> StoreScript:
    """From the finished work after so many on, all requests of these methods fail."""
    seen: list[str] = []
    lock = threading.Lock()

    def script(method: str, path: str, number: int) -> str | None:
        with lock:
            if method == "PUT" and "/.finished/" in path:
                seen.append(path)
            return fault if len(seen) > after and method in methods else None

    return script


def key_expires(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The model's key is refused from the middle on."""
    at = rng.choice(lessons[1:])
    rules = [Rule(Fault("bad-key"), from_item=f"lesson/{at}")]
    return Phase("model key expires", lessons, rules, ends=("FinishedWithGaps",))


def jumping_clock(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The machine's calendar jumps a day ahead, and back to a day ago."""
    days = rng.sample((1, -1), 2)

    def act(world: World, stored: Callable[[], int]) -> Sequence[str]:
        if world.machine is None:
            return []
        for jumped, day in enumerate(days, 1):
            world.wait_until(lambda jumped=jumped: stored() >= jumped, 180, f"{jumped} stored lessons")
            world.machine.jump(day * 86_400)
        return ["clock that jumps"] * 2

    return Phase("clock jumps", lessons, act=act)


def full_disk(lessons: tuple[str, ...], rng: random.Random) -> Phase:
    """The disk of the machine that makes the course is full; the PDF, made by way of a folder, cannot be."""

    def act(world: World, stored: Callable[[], int]) -> Sequence[str]:
        if world.machine is None:
            return []
        world.wait_until(lambda: stored() >= 1, 180, "a stored lesson")
        world.machine.fill_disk()
        return ["full disk"]

    # The figures wait, so that the disk is full before the book is made.
    return Phase(
        "disk is full",
        lessons,
        [Rule(Fault("slow", seconds=4.0), item="visuals/*")],
        act=act,
        ends=("FinishedWithGaps",),
        parameters={"formats": ["md", "json", "html", "pdf"]},
    )


def calm() -> Phase:
    """Nothing goes wrong: everything that is missing is asked for."""
    return Phase("calm", ends=("Completed",))


def plan_life(places: Sequence[str], rng: random.Random) -> list[Phase]:
    """The phases of one life of a course of 49 lessons; the seed decides moments, kinds and places."""
    places = tuple(places)
    return [
        kill_machine(places[35:39], rng),
        wire_and_text(places[:12], rng),
        quota(places[12:18], rng),
        kill_flow(places[18:24], rng),
        failing_store(places[18:27], rng),
        kill_server(places[27:33], rng),
        kill_worker(places[33:36], rng),
        store_expires(places[36:42], rng),
        key_expires(places[40:44], rng),
        store_is_full(places[42:46], rng),
        jumping_clock(places[44:48], rng),
        full_disk(places[47:], rng),
        calm(),
    ]
