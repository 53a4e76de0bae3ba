"""One item, a lesson or a lab, from its key to its place in the store: claimed, written, checked, kept."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from coursewright.errors import CostLimitReached, ModelError, Obstructed, QuotaExhausted
from coursewright.findings import Finding
from coursewright.lessons.asking import WritingStopped
from coursewright.lessons.produce import LessonDraft
from coursewright.project.claimed import claimed
from coursewright.project.course import Course
from coursewright.project.finished import FinishedWork, find_finished, write_finished
from coursewright.project.front_matter import with_front_matter
from coursewright.project.keys import ContentKey
from coursewright.project.order import RunOrder
from coursewright.project.outcome import ItemOutcome, State
from coursewright.project.publish import generated_key, publish, rejected_key, text_key
from coursewright.project.resources import Reservation, RunResources
from coursewright.project.results import FinishedItem, Stopped
from coursewright.project.settings import FinishedBy

_OPENING_CHARACTERS = 600
_DIFF_LINES = 400


@dataclass(frozen=True)
class ItemToFinish:
    """What is to be finished, and how; the same for lessons and labs but for these.

    Attributes:
        kind: ``lesson`` or ``lab``.
        place: ``MM-LL`` or ``MM-LL-NN``.
        checks: the names of the checks that it is held to.
        most: US dollars that it may cost at the most, asked before it is written.
        write: writes it, within what is reserved, and asks before each request whether to stop.
        work_of: its finished work, from an accepted draft.
        before_publishing: what else is put beside the text, before the text itself.
        find: its finished work, where that is not what its key finds.
        also_kept_as: a further key under which its finished work is kept.
    """

    kind: str
    place: str
    title: str
    key: ContentKey
    finished_by: FinishedBy
    checks: tuple[str, ...]
    most: Callable[[], float]
    write: Callable[[Reservation, Callable[[], bool]], LessonDraft]
    work_of: Callable[[LessonDraft], FinishedWork]
    before_publishing: Callable[[FinishedWork], None] | None = None
    find: Callable[[], FinishedWork | None] | None = None
    also_kept_as: ContentKey | None = None


def finish_item(course: Course, item: ItemToFinish, order: RunOrder, resources: RunResources) -> FinishedItem:
    """Bring one item to its place: from finished work if there is any, else written anew.

    Raises:
        Stopped: a quota or the cost limit ends the run's asking.
        StoreError: the store failed; nothing half-written is visible. A link or a folder in the place of
            this one item is no such failure: it is a gap, and what was paid for is kept.
    """
    blank = ItemOutcome(item.kind, item.place, item.title, "failed")

    def finished() -> FinishedWork | None:
        work = item.find() if item.find else find_finished(course.store, item.key, item.finished_by)
        return None if work and order.again and work.run != order.run else work

    with claimed(resources.claims, str(item.key), finished, resources.stopped) as found:
        if isinstance(found, FinishedWork):
            try:
                return _publish(course, item, order, found, blank, "published")
            except Obstructed as error:
                return _obstructed(blank, error)
        if found is None or resources.stopped.is_set():
            return FinishedItem(replace(blank, state="not asked", reason="the run was stopped"), {})
        try:
            with resources.spending.reserve(item.most()) as reservation:
                draft = item.write(reservation, lambda: resources.stopped.is_set() or not found.still_held)
        except (QuotaExhausted, CostLimitReached) as error:
            missing = FinishedItem(replace(blank.ended_by(error), state="not asked"), {"reason": str(error)})
            raise Stopped(error, missing) from error
        except WritingStopped as error:
            if resources.stopped.is_set():
                return FinishedItem(replace(blank.ended_by(error), state="not asked"), {})
            paid = blank.ended_by(error)
        except ModelError as error:
            return FinishedItem(blank.ended_by(error), {"reason": str(error)})
        else:
            given_up = not draft.accepted and draft.ended_by is None and not found.still_held
            if not given_up or resources.stopped.is_set():
                return _keep(course, item, order, draft, blank)
            paid = replace(blank, **_paid(draft))
    # This process stood still for so long that another run has taken the item over.
    done = finish_item(course, item, order, resources)
    return replace(done, outcome=done.outcome.after(paid))


def _keep(
    course: Course, item: ItemToFinish, order: RunOrder, draft: LessonDraft, blank: ItemOutcome
) -> FinishedItem:
    """Keep what was written, and put it in its place if it was accepted."""
    try:
        if draft.accepted:
            work = item.work_of(draft)
            write_finished(course.store, item.key, work)
            if item.also_kept_as is not None:
                write_finished(course.store, item.also_kept_as, work)
            done = _publish(course, item, order, work, blank, "written")
        else:
            done = _set_aside(course, item, draft, blank)
    except Obstructed as error:
        done = _obstructed(replace(blank, **_paid(draft)), error)
    if draft.ended_by is not None:
        raise Stopped(draft.ended_by, done)
    return done


def _obstructed(blank: ItemOutcome, error: Obstructed) -> FinishedItem:
    return FinishedItem(replace(blank, reason=str(error)), {"reason": str(error)})


def _paid(draft: LessonDraft) -> dict[str, Any]:
    """What was paid for a draft, whatever becomes of it."""
    named = ("input_tokens", "output_tokens", "cached_tokens", "cost", "seconds", "requests")
    return {name: value for name, value in figures_of(draft).items() if name in named}


def _publish(
    course: Course, item: ItemToFinish, order: RunOrder, work: FinishedWork, blank: ItemOutcome, state: State
) -> FinishedItem:
    place, key = item.place, item.key
    if item.before_publishing is not None:
        item.before_publishing(work)
    publication = publish(course, place, work, str(key), overwrite_edits=order.overwrite_edits)
    course.store.delete(rejected_key(place))
    beside = publication.where == "beside the edit"
    paid_now = state == "written"
    outcome = replace(
        blank,
        state=state,
        reason="edited by hand: the newer text stands beside it" if beside else "",
        words=work.words,
        target=work.target,
        model=work.model,
        input_tokens=work.input_tokens if paid_now else 0,
        output_tokens=work.output_tokens if paid_now else 0,
        cached_tokens=work.cached_tokens if paid_now else 0,
        cost=work.cost if paid_now else 0.0,
        seconds=work.seconds if paid_now else 0.0,
        requests=work.requests if paid_now else 0,
        repairs=work.repairs,
        edited=beside,
        demonstration=work.demonstration,
        location=course.store.locate(publication.key),
        etag=publication.etag,
        opening=_opening(publication.replaced or work.text),
        conflict=_difference(publication.replaced, work.text, place) if beside else "",
        findings=tuple(work.findings),
        checks=_verdicts(work.findings, item.checks),
    )
    remember: dict[str, Any] = {
        "etag": publication.etag,
        "edited": beside,
        "words": work.words,
        "target": work.target,
        "model": work.model,
        "written": work.written,
        "input_tokens": work.input_tokens,
        "output_tokens": work.output_tokens,
        "cost": work.cost,
        "seconds": work.seconds,
        "findings": _count(work.findings),
        "context": work.context,
        "reason": "",
        "demonstration": work.demonstration,
    }
    if beside:
        remember["generated"] = str(key)
    else:
        remember |= {"key": str(key), "parts": dict(work.parts), "generated": ""}
    return FinishedItem(outcome, remember)


def _set_aside(course: Course, item: ItemToFinish, draft: LessonDraft, blank: ItemOutcome) -> FinishedItem:
    place = item.place
    findings = [finding.as_json() for finding in draft.findings]
    errors = [finding.message for finding in draft.findings if finding.severity == "error"]
    reason = f"set aside by the checks: {errors[0]}" + (
        f" (and {len(errors) - 1} more)" if errors[1:] else ""
    )
    data = with_front_matter(
        draft.text,
        key=str(item.key),
        model=draft.model,
        findings=[_line(finding) for finding in draft.findings if finding.severity != "note"],
    )
    course.store.write(rejected_key(place), data)
    values = figures_of(draft)
    outcome = replace(
        blank,
        state="set aside",
        reason=reason,
        location=course.store.locate(rejected_key(place)),
        opening=_opening(draft.text),
        findings=tuple(findings),
        checks=_verdicts(findings, item.checks),
        **{name: values[name] for name in values if name != "findings"},
    )
    return FinishedItem(outcome, {"reason": reason, "findings": _count(findings), "model": draft.model})


def figures_of(draft: LessonDraft) -> dict[str, Any]:
    """What a draft's finished work and its outcome both tell of it."""
    return {
        "model": draft.model,
        "words": draft.words,
        "target": draft.target,
        "input_tokens": draft.usage.input,
        "output_tokens": draft.usage.output,
        "cached_tokens": draft.usage.cached,
        "cost": draft.cost,
        "seconds": round(draft.seconds, 3),
        "requests": draft.requests,
        "repairs": draft.repairs,
        "findings": [finding.as_json() for finding in draft.findings],
    }


def _opening(text: str) -> str:
    return text if len(text) <= _OPENING_CHARACTERS else text[:_OPENING_CHARACTERS].rsplit(" ", 1)[0] + " …"


def _difference(edit: str, generated: str, place: str) -> str:
    lines = difflib.unified_diff(
        edit.splitlines(),
        generated.splitlines(),
        text_key(place),
        generated_key(place),
        n=1,
        lineterm="",
    )
    return "\n".join(list(lines)[:_DIFF_LINES])


def _verdicts(findings: Iterable[Mapping[str, Any]], checks: Iterable[str]) -> dict[str, str]:
    """Each check's verdict by its name: passed, warning or error."""
    verdicts = dict.fromkeys(checks, "passed")
    for finding in findings:
        name, severity = finding["check"], finding["severity"]
        if name in verdicts and severity != "note" and verdicts[name] != "error":
            verdicts[name] = severity
    return verdicts


def _count(findings: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding["severity"]] = counts.get(finding["severity"], 0) + 1
    return counts


def _line(finding: Finding) -> str:
    place = f" (line {finding.line})" if finding.line else ""
    return f"{finding.severity}: {finding.check}: {finding.message}{place}"
