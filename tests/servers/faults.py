"""What goes wrong, when: the script of faults that a model server follows.

A fault is of the wire (a status, a broken connection, a wait) or of the text (cut off, fenced, in the wrong
language …). A rule says which requests it befalls. Chance is drawn from the seed, the item and the attempt,
and not from the order in which threads happen to ask, so a seed always plays the same faults.
"""

from __future__ import annotations

import fnmatch
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from servers.calls import Call
from servers.text_faults import REPLY_FAULTS

WIRE_FAULTS = {
    "server-error": "500, or another status",
    "throttle": "too many requests this minute",
    "daily-quota": "a quota by the day is used up",
    "unpaid": "the account has no money left",
    "bad-key": "the credentials are refused",
    "unknown-model": "there is no such model",
    "content-refused": "a policy or guardrail declines",
    "filtered": "an answer stopped by the provider's filter, with status 200",
    "too-long": "the request is longer than the context",
    "reset": "the connection is reset in mid-answer",
    "drop": "the connection is closed before any answer",
    "html": "a proxy's page with status 200",
    "garbled-json": "half a JSON object with status 200",
    "no-answer": "a JSON object without an answer in it, with status 200",
    "slow": "an answer that takes its time",
}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: a key of `WIRE_FAULTS` or `REPLY_FAULTS`.
        status: for ``server-error``.
        retry_after: the header, in seconds, for ``throttle``, ``daily-quota`` and ``server-error``.
        seconds: for ``slow``.
        message: the provider's words, where others than the usual ones are wanted.
    """

    kind: str
    status: int = 500
    retry_after: str | None = None
    seconds: float = 0.0
    message: str = ""

    def __post_init__(self) -> None:
        if self.kind not in WIRE_FAULTS and self.kind not in REPLY_FAULTS:
            raise ValueError(f"no fault {self.kind!r}; known: {', '.join([*WIRE_FAULTS, *REPLY_FAULTS])}")


FaultScript = Callable[[Call], Fault | None]


@dataclass(frozen=True)
class Rule:
    """Which requests a fault befalls: those that meet every condition given.

    Attributes:
        item: a pattern such as ``lesson/*``.
        every: each so-manieth request, by the number of arrival.
        rate: the share of requests, by chance.
        attempts: only the first so many requests for an item.
        first, last: bounds on the number of arrival.
        from_item: this item's first request and all requests that come in after it.
        times: no more than so often in all.
    """

    fault: Fault
    item: str = "*"
    every: int = 1
    rate: float = 1.0
    attempts: int | None = None
    first: int = 1
    last: int | None = None
    from_item: str = ""
    times: int | None = None


class Faults:
    """A script made of rules; the first that applies is played."""

    def __init__(self, *rules: Rule | Fault, seed: int = 0) -> None:
        self._rules = [rule if isinstance(rule, Rule) else Rule(rule) for rule in rules]
        self._seed = seed
        self._begun: set[int] = set()
        self._played: Counter[int] = Counter()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Fault | None:
        with self._lock:
            for index, rule in enumerate(self._rules):
                if rule.from_item and call.item == rule.from_item:
                    self._begun.add(index)
                if self._applies(index, rule, call):
                    self._played[index] += 1
                    return rule.fault
        return None

    def _applies(self, index: int, rule: Rule, call: Call) -> bool:
        if rule.from_item and index not in self._begun:
            return False
        if rule.times is not None and self._played[index] >= rule.times:
            return False
        if rule.attempts is not None and call.attempt > rule.attempts:
            return False
        if call.number < rule.first or (rule.last is not None and call.number > rule.last):
            return False
        if not fnmatch.fnmatchcase(call.item, rule.item) or call.number % rule.every:
            return False
        chance = random.Random(f"{self._seed} {index} {call.item} {call.attempt}").random()
        return chance < rule.rate


def play(*faults: Fault | None) -> FaultScript:
    """A script that plays one fault a request in this order (None for none), and then none any more."""
    return lambda call: faults[call.number - 1] if call.number <= len(faults) else None


def parse_rule(text: str) -> Rule:
    """Parse ``kind`` or ``kind:key=value,key=value``, as the command line has it.

    Keys are the attributes of `Fault` and `Rule`, for example ``throttle:rate=0.3,retry_after=2``,
    ``daily-quota:from_item=lesson/05-02``, ``cut-off:item=lesson/01-*,attempts=1``.

    Raises:
        ValueError: no such fault or key.
    """
    kind, _, rest = text.partition(":")
    given = dict(part.split("=", 1) for part in rest.split(",") if part)
    of_fault = _convert(Fault, given)
    of_rule = _convert(Rule, given)
    unknown = set(given) - set(of_fault) - set(of_rule)
    if unknown:
        raise ValueError(f"no setting {', '.join(sorted(unknown))} in {text!r}")
    return Rule(Fault(kind, **of_fault), **of_rule)


def parse_faults(texts: Sequence[str], seed: int = 0) -> Faults:
    """Parse rules as the command line has them."""
    return Faults(*(parse_rule(text) for text in texts), seed=seed)


def _convert(cls: type, given: dict[str, str]) -> dict[str, object]:
    convert = {"int": int, "float": float, "int | None": int, "str": str, "str | None": str}
    return {
        field.name: convert[str(field.type)](given[field.name])
        for field in fields(cls)
        if field.name in given and field.name not in ("kind", "fault")
    }
