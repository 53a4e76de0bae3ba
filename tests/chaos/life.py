"""One life of a course: its phases, one after the other, each judged as soon as it is over."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from chaos.audit import (
    Fault,
    count_under_way,
    find_bad,
    find_costly_kills,
    find_false_book,
    find_lost,
    find_paid_twice,
    find_untrue,
)
from chaos.course import good_model, make_outline
from chaos.evidence import Evidence, Window, find_refusals, read_puts, read_requests, read_store_faults
from chaos.phases import Phase, plan_life
from chaos.world import BUCKET, World
from servers.calls import Call
from servers.faults import Faults

from coursewright.outline.load import load_outline
from coursewright.outline.model import lesson_id

CRASH_IS_SEEN = 150.0
"""Seconds after which Prefect must say of a run whose machine died that it crashed: three heartbeats of 30 s,
and a minute for a busy machine."""


@dataclass
class PhaseResult:
    """What became of a phase.

    Attributes:
        tried: how often each fault was played.
        asked, answered: requests for lessons and figures, and those that were answered well.
        published: lessons of the course that were there when it was over.
        faults: what the auditor found.
    """

    name: str
    state: str
    seconds: float
    tried: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    answered: int = 0
    published: int = 0
    under_way: int = 0
    faults: list[Fault] = field(default_factory=list)


class Life:
    """A course in a world that breaks.

    Args:
        seed: decides the course's language, and what goes wrong when.
        say: told what happens.
    """

    def __init__(self, world: World, project: str, seed: int, say: Callable[[str], None]) -> None:
        self.world = world
        self.project = project
        self.rng = random.Random(seed)
        self.language = self.rng.choice(("en", "es"))
        self.outline = make_outline(self.language)
        self.say = say
        self.windows: list[Window] = []
        course = load_outline(self.outline)
        self.places = [lesson_id(module.number, lesson.number) for module, lesson in course.lessons]
        self._answer = good_model(self.outline, self.language)
        self._file = world.folder / f"{project}.yaml"
        self._file.write_bytes(self.outline)
        self._counted = (0, 0)
        self._reported: set[str] = set()

    def live(self, only: Collection[str] = ()) -> Iterator[PhaseResult]:
        """Go through all phases, or through those of these names."""
        self.world.model.answer = self._answer
        self.world.model.start_anew()
        for phase in plan_life(self.places, self.rng):
            if only and phase.name not in only:
                continue
            result = self._go_through(phase)
            self.say(
                f"  {result.name}: {result.state}, {result.published} lessons, "
                f"{sum(result.tried.values())} faults played, {len(result.faults)} found by the auditor, "
                f"{result.seconds:.0f} s"
            )
            for fault in result.faults:
                self.say(f"    {fault}")
            yield result

    def _go_through(self, phase: Phase) -> PhaseResult:
        world, begun = self.world, time.time()
        world.model.faults = Faults(*phase.rules, seed=self.rng.randrange(1 << 30)) if phase.rules else None
        world.store.script = phase.store or (lambda *_: None)
        world.kills.clear()
        parameters = {
            "outline": str(self._file),
            "project": self.project,
            "store": f"s3://{BUCKET}",
            "model": "openai:good",
            "formats": ["md", "json", "html"],
            "lessons": ",".join(phase.lessons),
            **phase.parameters,
        }
        run = world.start_run(parameters)
        stored_before = self._count_stored()
        tried: Counter[str] = Counter()
        if phase.act:
            tried.update(phase.act(world, lambda: self._count_stored() - stored_before))
        state = world.read_state(run)[1] if phase.silent else world.await_end(run)
        window = Window(
            phase.name,
            run,
            begun,
            time.time(),
            phase.lessons or tuple(self.places),
            state,
            tuple(world.kills),
        )
        windows = [window]
        world.model.faults = None
        world.store.script = lambda *_: None
        if world.machine:
            world.machine.calm()
        if phase.resumes:
            windows.append(self._await_resumption(window))
        self.windows += windows
        result = PhaseResult(phase.name, " → ".join(one.state for one in windows), time.time() - begun, tried)
        self._judge(phase, windows, result)
        return result

    def _await_resumption(self, before: Window) -> Window:
        """The run that goes on by itself once a quota is filled again."""
        world, begun = self.world, time.time()
        world.wait_until(lambda: bool(world.runs_after(before.run)), 30, "a resumption to be scheduled")
        (run,) = world.runs_after(before.run)
        state = world.await_end(run)
        return Window(f"{before.name}, resumed", run, begun, time.time(), before.selected, state)

    def _judge(self, phase: Phase, windows: list[Window], result: PhaseResult) -> None:
        evidence = self.gather()
        found = [
            *find_paid_twice(evidence),
            *find_costly_kills(evidence),
            *find_bad(evidence, self._good_text),
        ]
        for window in windows:
            found += find_untrue(evidence, window)
        if windows[0].state not in phase.ends:
            found.append(Fault("untrue", phase.name, f"ended as {windows[0].state}, not {phase.ends}"))
        if phase.name == "calm":
            found += [*find_lost(evidence, self.places), *find_false_book(evidence), *self._silent_runs()]
        else:
            found += find_lost(evidence, ())
        result.faults = [fault for fault in found if str(fault) not in self._reported]
        self._reported |= {str(fault) for fault in found}
        result.published = len(evidence.published())
        result.under_way = count_under_way(evidence)
        begun, ended = windows[0].begun, windows[-1].ended
        requests = [one for one in evidence.requests if begun <= one.t_in <= ended]
        result.asked = len(requests)
        result.answered = sum(one.status == 200 and not one.fault for one in requests)
        result.tried.update(f"model: {one.fault}" for one in requests if one.fault)
        faults = read_store_faults(self.world.folder / "store.jsonl", begun, ended)
        result.tried.update(f"store: {fault}" for fault in faults)

    def _silent_runs(self) -> Iterator[Fault]:
        """Runs whose machine died must not go on as Running for ever."""
        for window in self.windows:
            if window.state != "Running":
                continue
            left = max(1.0, window.ended + CRASH_IS_SEEN - time.time())
            try:
                self.world.wait_until(
                    lambda run=window.run: self.world.read_state(run)[0] != "RUNNING",
                    left,
                    "a crash to be seen",
                )
            except TimeoutError:
                yield Fault("untrue", window.name, "its machine died, and Prefect still calls it Running")

    def gather(self) -> Evidence:
        """What the servers' logs and the store say of this project just now."""
        folder = self.world.folder
        puts = read_puts(folder / "store.jsonl", f"/{BUCKET}/{self.project}/")
        kills = [moment for window in self.windows for moment in window.kills]
        return Evidence(
            requests=tuple(
                entry for entry in read_requests(folder / "model.jsonl") if entry.t_in >= self._since
            ),
            puts=puts,
            objects=self.world.read_objects(f"{self.project}/"),
            interruptions=(*kills, *self.world.kills, *find_refusals(puts)),
        )

    @property
    def _since(self) -> float:
        return self.windows[0].begun if self.windows else 0.0

    def _count_stored(self) -> int:
        """Lessons whose text was published, by the store's log."""
        below = f"/{BUCKET}/{self.project}/"
        puts = read_puts(self.world.folder / "store.jsonl", below)
        return len({put.key for put in puts if put.key.startswith("lessons/") and put.stored})

    def _good_text(self, place: str) -> str:
        return str(self._answer(Call(number=1, attempt=1, item=f"lesson/{place}", model="good", messages=())))
