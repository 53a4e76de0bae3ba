"""A quota of tokens a minute as the only limit: the tag limit raised, the token limit set."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from servers.calls import Call
from servers.faults import Fault

from benchmarks.models import course_of, first_request, model_for
from benchmarks.options import Options
from benchmarks.results import Section, Table, verdict
from benchmarks.schedule import makespan
from benchmarks.slots import SLOTS
from benchmarks.stage import Stage, Unavailable, prefect_stage
from tasks.limits import BATCH_TAG
from tasks.token_limits import TOKENS

QUOTA = 160_000
"""Tokens a minute."""

CASES = ((20, 5_500), (60, 10_500))
"""Minutes of a lesson, which decide its length; the limit in tokens: the largest request and a little more,
so that the bucket does not run over while the next request is on its way."""

_WINDOW = 60.0
_RAISED = 20
_WITHIN = 1.2
_MODULES, _LESSONS = 7, 6


class Admitted(NamedTuple):
    """A request that the provider took."""

    at: float
    tokens: int
    item: str


class QuotaMeter:
    """A provider that counts input and allowed output of the last 60 s, and throttles above the quota."""

    def __init__(self) -> None:
        self.admitted: list[Admitted] = []
        self.refused = 0
        self.most = 0
        self._window: deque[Admitted] = deque()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Fault | None:
        with self._lock:
            now, wanted = time.monotonic(), call.input_tokens + (call.max_tokens or 0)
            while self._window and self._window[0].at <= now - _WINDOW:
                self._window.popleft()
            used = sum(one.tokens for one in self._window) + wanted
            if used > QUOTA:
                self.refused += 1
                return Fault("throttle")
            self.most = max(self.most, used)
            taken = Admitted(now, wanted, call.item)
            self._window.append(taken)
            self.admitted.append(taken)
            return None


def measure(options: Options) -> Section:
    """A course of 42 lessons under the quota, and what the default limit of two takes."""
    rows: list[tuple[str, ...]] = []
    notes = []
    try:
        with prefect_stage(options.databases[-1]) as stage:
            for minutes, limit in CASES[-1:] if options.quick else CASES:
                more_rows, note = _run(stage, minutes, limit)
                rows += more_rows
                notes.append(note)
    except Unavailable as reason:
        notes.append(f"Nothing was measured: {reason}.")
    return Section(
        "quota",
        "A quota as the only limit",
        f"{_MODULES * _LESSONS} lessons on a provider that counts input and allowed output of the last 60 s "
        f"and refuses above {QUOTA:,} tokens; a lesson's answer takes 12 to 18 s. No time is scaled.",
        (Table(("lessons", "way", "takes s", "against s", "ratio", "target", "throttled"), tuple(rows)),),
        (
            *notes,
            "Against the larger of all tokens / quota and the longest answer. The last answer comes on top "
            "of the quota's time, so 1.2 takes answers that are shorter than about a sixth of it: larger "
            "courses, longer lessons or faster models. A bucket cannot be quicker, whoever fills it.",
            "A batch is one lesson here (batch_size 1), so that no lesson waits for its neighbour.",
        ),
    )


def _run(stage: Stage, minutes: int, limit: int) -> tuple[list[tuple[str, ...]], str]:
    outline = course_of(_MODULES, _LESSONS, minutes)
    path = stage.folder / f"quota-{minutes}.yaml"
    path.write_bytes(outline)
    decay = (QUOTA - limit) / 60
    stage.set_limit(f"tag:{BATCH_TAG}", _RAISED)
    stage.set_limit(TOKENS, limit, decay=decay)

    meter = QuotaMeter()
    with model_for(outline, seconds=lambda call: _answer_seconds(call.item), faults=meter) as model:
        run = stage.run_flow(model, outline=str(path), project=f"quota-{minutes}", batch_size=1)
        took = run.started + run.last_item - first_request(model)
        lessons = [entry.t_out - entry.t_in for entry in model.entries if entry.status == 200]
        most = max(entry.in_flight for entry in model.entries)
    total = sum(one.tokens for one in meter.admitted)
    against = max(total / QUOTA * 60, *lessons)
    two = makespan(lessons, SLOTS)
    bucket = _bucket_bound(meter.admitted, limit, decay)
    windows = (total - 1) // QUOTA * 60 + min(lessons)
    what = f"{minutes} minutes each"
    rows = [
        (
            what, f"tag limit {_RAISED}, {TOKENS} {limit:,} with decay {decay:,.0f}", f"{took:.1f}",
            f"{against:.1f}", f"{took / against:.3f}", verdict(took / against, _WITHIN), str(meter.refused),
        ),
        (
            what, "default: two at once (list scheduling)", f"{two:.1f}", f"{against:.1f}",
            f"{two / against:.2f}", "", "–",
        ),
    ]  # fmt: skip
    note = (
        f"{minutes} minutes each: {total:,} tokens were counted, at most {meter.most:,} of them in any "
        f"60 s; the largest request was {max(one.tokens for one in meter.admitted):,}, and at most {most} "
        f"were under way at once. A bucket that lets {limit:,} through at once and {decay:,.0f} a second "
        f"cannot be done before {bucket:.1f} s with these requests and answers, {bucket / against:.3f} of "
        f"the measure; the run took {took / bucket:.3f} of that. Nobody at all is done before {windows:.0f} "
        f"s, who asks for {QUOTA:,} at the start of each 60 s."
    )
    return rows, note


def _answer_seconds(item: str) -> float:
    return random.Random(item).uniform(12, 18)


def _bucket_bound(admitted: Sequence[Admitted], limit: int, decay: float) -> float:
    """Seconds until the last answer, where each request is admitted the moment the bucket has room for it."""
    asked = accumulate(one.tokens for one in admitted)
    return max(
        max(0.0, (tokens - limit) / decay) + _answer_seconds(one.item)
        for tokens, one in zip(asked, admitted, strict=True)
    )
