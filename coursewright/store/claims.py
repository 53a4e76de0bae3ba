"""Claims: how two runs of one project, anywhere, keep from paying for one item twice.

A claim is an object ``.claims/<name>`` that says which run and which process hold it, and that its holder
writes anew every `BEAT` seconds. Every write of it is conditional: one claim has one holder, and whoever
lost it is told so. A released claim is marked and stays, because not every store can delete on a condition.

A claim is taken over when it was released, when its process ran on this machine and has ended, or when it
was seen unchanged for `DEAD_AFTER` seconds. Whose clock says what time does not matter: the observer adds
up the time that passes *between its own looks*, and no more than `LONGEST_LOOK` for any two of them, so that
a machine that slept, or a clock that jumped, makes no living claim look dead. Every look sees all claims
at once, so that all claims of a dead run together cost one wait.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, TypeVar

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, StoreError
from coursewright.store.base import Store
from coursewright.store.heart import HEART, Heart
from coursewright.store.processes import ProcessIdentity, identify_process, is_gone

FOLDER = ".claims"

DEAD_AFTER = 45.0
"""Seconds of waiting without a heartbeat after which a claim is dead: three heartbeats."""

LOOK = 3.0
"""Seconds from one look at others' claims to the next."""

LONGEST_LOOK = 2 * LOOK
"""Seconds that count, at most, between two looks."""

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Another holds the claim.

    Attributes:
        name: the claim's.
        run_id: the run that holds it; empty where the claim does not say.
        process: the process of that run.
        etag: the claim as it was seen.
    """

    name: str
    run_id: str
    process: ProcessIdentity
    etag: str

    def __str__(self) -> str:
        run = f"run {self.run_id}" if self.run_id else "another run"
        place = f" (process {self.process.pid} on {self.process.host})" if self.process.host else ""
        return f"{self.name} is being written by {run}{place}"


class Claim:
    """A claim that this process holds. Release it, or use it as a context manager."""

    def __init__(self, claims: Claims, name: str, token: str, etag: str, beats: int = 0) -> None:
        self.name = name
        self.token = token
        self._claims = claims
        self._etag = etag
        self._beats = beats
        self._state = "held"
        self._confirmed = claims.clock()
        self._changing = threading.RLock()

    @property
    def still_held(self) -> bool:
        """Whether the claim is held, as far as is known here; asks the store if its heart stood still."""
        if self._state == "held" and self._claims.clock() - self._confirmed >= DEAD_AFTER:
            return self.confirm()
        return self._state == "held"

    def confirm(self) -> bool:
        """Ask the store whether the claim is held; to be called before what must not be done twice.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        return self.beat()

    def beat(self) -> bool:
        """Show that this process lives; False if the claim was released or lost."""
        with self._changing:
            if self._state != "held":
                return False
            self._beats += 1
            asked = self._claims.clock()
            if self._write(self._claims.make_record(self.token, self._beats)):
                self._confirmed = asked
            else:
                self._state = "lost"
                log.warning("The claim on %s was lost to another run: this one stood still.", self.name)
            return self._state == "held"

    def release(self) -> None:
        """Free the item for others, if it is still ours; at once, or by not beating if the store is away."""
        with self._changing:
            if self._state != "held":
                return
            self._state = "released"
            self._claims.forget(self)
            try:
                self._write({**self._claims.make_record(self.token, self._beats), "released": True})
            except StoreError as error:
                log.warning("The claim on %s could not be released and will lapse: %s", self.name, error)

    def _write(self, record: dict[str, Any]) -> bool:
        """Write the claim anew; False if it is another's by now."""
        key = f"{FOLDER}/{self.name}"
        while True:
            try:
                self._etag = self._claims.store.replace(key, _encode(record), self._etag)
                return True
            except ChangedMeanwhile:
                try:
                    data, etag = self._claims.store.read_tagged(key)
                except NotStored:
                    return False
                if etag == self._etag or _decode(data).get("token") != self.token:
                    return False
                # It is ours: only its etag is new, as after a change of rights by a tool.
                self._etag = etag

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Claims:
    """The claims of one run in one project's store. Safe for several threads; close it when the run ends.

    Args:
        store: the project's.
        run_id: what others are told who holds the claim.
        heart: keeps the claims alive.
        clock: monotonic, in seconds.
        wait: waits for an event or a number of seconds, and says whether the event came.
        identify: says which process this is.
    """

    def __init__(
        self,
        store: Store,
        run_id: str,
        *,
        heart: Heart = HEART,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
        identify: Callable[[], ProcessIdentity] = identify_process,
    ) -> None:
        self.store = store
        self.run_id = run_id
        self.clock = clock
        self._heart = heart
        self._wait = wait
        self._identify = identify
        self._held: dict[str, tuple[str, weakref.ref[Claim]]] = {}
        self._looking = threading.Lock()
        self._looked: float | None = None
        self._unchanged: dict[str, tuple[str, float]] = {}

    def claim(self, name: str) -> Claim | HeldBy:
        """Claim the item `name`, if nobody alive holds it.

        Raises:
            StoreUnavailable: the store cannot be read or written.
        """
        key = f"{FOLDER}/{name}"
        token = secrets.token_hex(16)
        data = _encode(self.make_record(token, 0))
        with self._heart.expecting(token):
            while True:
                try:
                    return self._hold(name, token, self.store.create(key, data))
                except AlreadyStored:
                    pass
                try:
                    standing, etag = self.store.read_tagged(key)
                except NotStored:
                    continue
                held = _decode(standing)
                holder = HeldBy(name, str(held.get("run") or ""), ProcessIdentity.from_json(held), etag)
                if not self._is_free(held, holder):
                    return holder
                try:
                    return self._hold(name, token, self.store.replace(key, data, etag))
                except ChangedMeanwhile:
                    continue

    def wait_or_take(
        self, name: str, finished: Callable[[], T | None], *, stop: threading.Event | None = None
    ) -> Claim | HeldBy | T:
        """Claim the item `name`, waiting for another's claim on it unless the item gets finished meanwhile.

        `finished` is asked again once the claim is held: what another finished between the two is not
        taken for missing.

        Args:
            finished: gives the finished item, or None while there is none.
            stop: ends the waiting.

        Returns:
            The claim; or the finished item; or who holds the claim, if `stop` ended the waiting.

        Raises:
            StoreUnavailable: the store cannot be read or written.
        """
        stop = stop or threading.Event()
        while True:
            outcome = self.claim(name)
            try:
                done = finished()
            except BaseException:
                if isinstance(outcome, Claim):
                    outcome.release()
                raise
            if done is not None:
                if isinstance(outcome, Claim):
                    outcome.release()
                return done
            if isinstance(outcome, Claim):
                return outcome
            self._look()
            if stop.is_set() or self._wait(stop, LOOK):
                return outcome
            self._look()

    def close(self) -> None:
        """Release what is still held, also what was dropped without being released."""
        for token, (name, held) in list(self._held.items()):
            claim = held()
            if claim is None:
                claim = Claim(self, name, token, etag="")
            claim.release()

    def make_record(self, token: str, beats: int) -> dict[str, Any]:
        """What a claim says of its holder."""
        return {"run": self.run_id, **asdict(self._identify()), "token": token, "beat": beats}

    def forget(self, claim: Claim) -> None:
        """Keep `claim` alive no longer."""
        self._heart.drop(claim)
        self._held.pop(claim.token, None)

    def _hold(self, name: str, token: str, etag: str) -> Claim:
        claim = Claim(self, name, token, etag)
        self._held[token] = (name, weakref.ref(claim))
        self._heart.keep(claim)
        return claim

    def _is_free(self, held: dict[str, Any], holder: HeldBy) -> bool:
        if held.get("released") is True or is_gone(holder.process):
            return True
        if holder.process == self._identify() and not self._heart.keeps(str(held.get("token"))):
            return True  # our own, dropped without being released
        with self._looking:
            etag, unchanged = self._unchanged.get(holder.name, ("", 0.0))
        return etag == holder.etag and unchanged >= DEAD_AFTER

    def _look(self) -> None:
        """Look at all claims, and add up for how long each was seen unchanged; once for all who wait."""
        with self._looking:
            passed = 0.0 if self._looked is None else min(LONGEST_LOOK, self.clock() - self._looked)
            if self._looked is not None and passed < LOOK / 2:
                return
            seen = {}
            for one in self.store.list(f"{FOLDER}/"):
                name = one.key.removeprefix(f"{FOLDER}/")
                etag, unchanged = self._unchanged.get(name, ("", 0.0))
                seen[name] = (one.etag, unchanged + passed if one.etag == etag else 0.0)
            self._unchanged = seen
            self._looked = self.clock()

    def __enter__(self) -> Claims:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _encode(record: dict[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True).encode()


def _decode(data: bytes) -> dict[str, Any]:
    """What a claim says; nothing, if it is damaged: then it lapses like a dead run's."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
