"""The auditor: lost, paid for twice, untrue, or bad. It never asks the pipeline what happened."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from chaos.evidence import HARMLESS, NEVER_ARRIVED, Evidence, Interruption, Window, read_body
from servers.calls import Entry
from servers.text_faults import PROSE

_TRACES = re.compile(r"<think|<script|```markdown|Sure[,!]|Here is the lesson|Let me know if", re.IGNORECASE)
_DONE = ("written", "finished", "published")
_GAPS = ("set aside", "failed", "not asked")
_ASKED_AS = {"lesson": "lesson", "figures": "visuals"}
"""How the requests for an item of the report name it."""
_STATES = {
    "Complete": "Completed",
    "FinishedWithGaps": "FinishedWithGaps",
    "StoppedByQuota": "StoppedByQuota",
    "StoppedByCostLimit": "StoppedByCostLimit",
}
_AT_ONCE = 2
"""Batches that generate at once: what a kill may interrupt."""

_STORED_WITHIN = 30.0
"""Seconds within which an answer is checked and stored, also on a busy machine."""

_READ_WITHIN = 2.0
"""Seconds within which the model's server reads what a process had sent before it died."""


@dataclass(frozen=True)
class Fault:
    """Something that must not be.

    Attributes:
        kind: ``lost``, ``twice``, ``untrue`` or ``bad``.
        item: such as ``lesson/01-02`` or a run's name.
    """

    kind: str
    item: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.item}: {self.what}"


def find_lost(evidence: Evidence, places: Iterable[str]) -> Iterator[Fault]:
    """What was stored and is gone, and lessons that the course does not have though its making ended."""
    kept = {key for key in evidence.objects if key.startswith(".finished/")}
    for name in {put.key for put in evidence.puts if put.key.startswith(".finished/") and put.stored} - kept:
        yield Fault("lost", name, "was stored, and is not there any more")
    published = evidence.published()
    for place in places:
        if place not in published:
            yield Fault("lost", f"lesson/{place}", "is not in the course")
            continue
        asked_for = _tags(read_body(evidence.objects[f"lessons/{place}.md"]))
        for tag in asked_for:
            if not {f"visuals/{tag}.svg", f"visuals/{tag}.json"} <= set(evidence.objects):
                yield Fault("lost", f"visuals/{tag}", "is not in the course")


def find_paid_twice(evidence: Evidence) -> Iterator[Fault]:
    """What was asked for after it had been stored, and what was answered well twice for no reason."""
    for place, key in evidence.published().items():
        stored = evidence.stored_at(key)
        if stored is None:
            yield Fault("lost", f"lesson/{place}", f"its finished work {key} was never stored")
        else:
            yield from _asked_after(evidence, f"lesson/{place}", stored)
        figures = [evidence.stored_at(figure) for figure in evidence.figure_keys(place)]
        if figures and None not in figures:
            yield from _asked_after(evidence, f"visuals/{place}", max(time for time in figures if time))
    for item in {entry.item for entry in evidence.requests if entry.item.startswith(("lesson/", "visuals/"))}:
        yield from _answered_twice(evidence, item)


def _asked_after(evidence: Evidence, item: str, stored: float) -> Iterator[Fault]:
    late = [entry for entry in evidence.requests if entry.item == item and entry.t_in > stored]
    if late:
        yield Fault("twice", item, f"asked for {len(late)} times after it had been stored")


def _answered_twice(evidence: Evidence, item: str) -> Iterator[Fault]:
    entries = [entry for entry in evidence.requests if entry.item == item]
    for before, after in pairwise(entries):
        if not (_is_good(before) and _is_good(after)) or _was_spoiled(entries, before):
            continue
        if not _deaths(evidence, before, after):
            yield Fault("twice", item, "asked for again though its answer was good and nothing was killed")


def count_under_way(evidence: Evidence) -> int:
    """Lessons whose good answer died with its process before it could be stored: at most two a kill."""
    return sum(bool(_deaths(evidence, before, after)) for _, before, after in _asked_again(evidence))


def find_costly_kills(evidence: Evidence) -> Iterator[Fault]:
    """Kills that cost more lessons than were under way."""
    died: dict[Interruption, list[str]] = {}
    for item, before, after in _asked_again(evidence):
        if deaths := _deaths(evidence, before, after):
            died.setdefault(deaths[0], []).append(item)
    for items in died.values():
        if len(items) > _AT_ONCE:
            yield Fault("twice", ", ".join(items), f"died in one kill; no more than {_AT_ONCE} are under way")


def _asked_again(evidence: Evidence) -> Iterator[tuple[str, Entry, Entry]]:
    """Each pair of requests for one lesson, the first answered well."""
    for item in {entry.item for entry in evidence.requests if entry.item.startswith("lesson/")}:
        entries = [entry for entry in evidence.requests if entry.item == item]
        for before, after in pairwise(entries):
            if _is_good(before):
                yield item, before, after


def _deaths(evidence: Evidence, before: Entry, after: Entry) -> list[Interruption]:
    """When what came of a request can have died: soon after it was answered, or before."""
    return [
        one
        for one in sorted(evidence.interruptions, key=lambda one: one.begun)
        if before.t_in <= one.over + _READ_WITHIN
        and one.begun <= min(before.t_out + _STORED_WITHIN, after.t_in)
    ]


def _is_good(entry: Entry) -> bool:
    return entry.status == 200 and entry.fault in HARMLESS and entry.stop == "end"


def _was_spoiled(entries: list[Entry], until: Entry) -> bool:
    """Whether a text was bad before: then what follows are repairs, or the rest of it section by section."""
    return any(entry.status == 200 and not _is_good(entry) for entry in entries[: entries.index(until) + 1])


def find_untrue(evidence: Evidence, window: Window) -> Iterator[Fault]:
    """Where Prefect's state or the run's report says other things than the logs and the store."""
    report = evidence.reports().get(window.run)
    if report is None:
        if window.state in _STATES.values():
            yield Fault("untrue", window.name, f"ended as {window.state} and left no report")
        return
    if _STATES[report["state"]] != window.state and not window.kills:
        yield Fault("untrue", window.name, f"its report says {report['state']}, Prefect {window.state}")
    lessons = {item["place"]: item for item in report["items"] if item["kind"] == "lesson"}
    if set(lessons) != set(window.selected):
        yield Fault("untrue", window.name, f"its report is about {sorted(lessons)}, not what was selected")
    published = evidence.published()
    for place, item in lessons.items():
        name = f"lesson/{place} in {window.name}"
        if item["state"] in _DONE and place not in published:
            yield Fault("untrue", name, f"is said to be {item['state']}, and is not there")
        if item["state"] not in (*_DONE, *_GAPS):
            yield Fault("untrue", name, f"is said to be {item['state']}")
        if item["state"] in _GAPS and not item["reason"]:
            yield Fault("untrue", name, "is a gap without a reason")
    for item in report["items"]:
        if item["kind"] in _ASKED_AS:
            yield from _wrong_counts(evidence, window, item, f"{_ASKED_AS[item['kind']]}/{item['place']}")
    gaps = [item for item in report["items"] if item["state"] in _GAPS]
    if (report["state"] == "Complete") != (not gaps):
        yield Fault("untrue", window.name, f"{report['state']} with {len(gaps)} gaps")
    yield from _untrue_quota(evidence, window, report)


def _wrong_counts(
    evidence: Evidence, window: Window, item: Mapping[str, object], name: str
) -> Iterator[Fault]:
    """What the report tells otherwise than the model's log of an item, whatever became of it."""
    answered = item["state"] in ("written", "set aside")
    if window.kills and not answered:
        return  # What a killed process had asked for is told by nobody.
    entries = [entry for entry in evidence.within(window) if entry.item == name]
    # Tries that an error ended are told in its message, not as requests; they have no tokens.
    if answered and item["requests"] != len(entries):
        yield Fault("untrue", name, f"is said to have taken {item['requests']} requests, not {len(entries)}")
    arrived = [entry for entry in entries if entry.status == 200 and entry.fault not in NEVER_ARRIVED]
    for direction in ("input", "output"):
        told = item[f"{direction}_tokens"]
        logged = sum(
            getattr(entry, f"{direction}_tokens")
            for entry in arrived
            if entry.fault not in ("html", "garbled-json", "no-answer")
        )
        if told != logged:
            yield Fault("untrue", name, f"is said to have taken {told} {direction} tokens, not {logged}")


def _untrue_quota(evidence: Evidence, window: Window, report: Mapping[str, object]) -> Iterator[Fault]:
    refused = [entry for entry in evidence.within(window) if entry.fault == "daily-quota"]
    stopped = report["state"] == "StoppedByQuota"
    if stopped != bool(refused):
        yield Fault("untrue", window.name, f"{report['state']} with {len(refused)} refusals for a quota")
    if len(refused) > 2 * _AT_ONCE:
        yield Fault("untrue", window.name, f"asked {len(refused)} times after the quota was used up")
    if stopped and not report["resume_at"]:
        yield Fault("untrue", window.name, "stopped by a quota and does not say when to go on")


def find_bad(evidence: Evidence, good_text: Callable[[str], str]) -> Iterator[Fault]:
    """Published texts that no good model would have written: cut short, garbled, in the wrong language.

    Args:
        good_text: what a good model answers for a place.
    """
    for place in evidence.published():
        text, good = read_body(evidence.objects[f"lessons/{place}.md"]), good_text(place)
        name = f"lesson/{place}"
        if trace := _TRACES.search(text) or next((prose for prose in PROSE.values() if prose in text), None):
            yield Fault("bad", name, f"holds {trace if isinstance(trace, str) else trace[0]!r}")
        if missing := set(_headings(good)) - set(_headings(text)):
            yield Fault("bad", name, f"lacks {sorted(missing)}")
        share = len(text.split()) / len(good.split())
        if not 0.6 <= share <= 1.6:
            yield Fault("bad", name, f"has {share:.0%} of the words of a good one")


def find_false_book(evidence: Evidence) -> Iterator[Fault]:
    """Where the book tells another course than the store's."""
    if "book/book.json" not in evidence.objects:
        yield Fault("lost", "book", "was not built")
        return
    book = json.loads(evidence.objects["book/book.json"])
    written = {
        row["id"] for module in book["modules"] for row in module["lessons"] if row["state"] == "written"
    }
    for place in written ^ set(evidence.published()):
        yield Fault("untrue", f"lesson/{place}", "is in the book or in the store, not in both")


def _tags(text: str) -> list[str]:
    return re.findall(r"^\[VISUAL: (\d\d-\d\d-\d{4}) - ", text, re.MULTILINE)


def _headings(text: str) -> list[str]:
    """Headings below the first, which bears the lesson's number."""
    return re.findall(r"^#{2,3} (.+?)\s*$", text, re.MULTILINE)
