"""One lesson from its place in the outline to its place in the store: claimed, written, checked, kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from coursewright.errors import CostLimitReached, ModelError, QuotaExhausted
from coursewright.findings import Finding
from coursewright.lessons.asking import WritingStopped
from coursewright.lessons.brief import LessonBrief, context_digest
from coursewright.lessons.checks import LESSON_CHECKS, check_lesson
from coursewright.lessons.checks.links import check_links, find_links
from coursewright.lessons.estimate import estimate_lesson
from coursewright.lessons.produce import LessonDraft, produce_lesson
from coursewright.models.base import Usage
from coursewright.models.prices import price
from coursewright.project.claimed import claimed
from coursewright.project.course import Course
from coursewright.project.finished import FinishedWork, find_finished, write_finished
from coursewright.project.front_matter import with_front_matter
from coursewright.project.outcome import ItemOutcome
from coursewright.project.prepare import RunOrder
from coursewright.project.publish import generated_key, publish, rejected_key, text_key
from coursewright.project.resources import RunResources
from coursewright.project.results import FinishedItem, Stopped

_OPENING_CHARACTERS = 600
_DIFF_LINES = 400


def finish_lesson(course: Course, place: str, order: RunOrder, resources: RunResources) -> FinishedItem:
    """Bring one lesson to its place: from finished work if there is any, else written anew.

    Raises:
        Stopped: a quota or the cost limit ends the run's asking.
        StoreError: the store failed; nothing half-written is visible.
    """
    module, lesson = course.lessons[place]
    key = course.lesson_keys[place]
    settings = course.settings_for(place)
    blank = ItemOutcome("lesson", place, lesson.title, "failed")

    def finished() -> FinishedWork | None:
        work = find_finished(course.store, key, settings.finished_by)
        return None if work and order.again and work.run != order.run else work

    with claimed(resources.claims, str(key), finished, resources.stopped) as work:
        if work is not None:
            return _publish(course, place, order, work, blank, "published")
        if resources.stopped.is_set():
            return FinishedItem(replace(blank, state="not asked", reason="the run was stopped"), {})
        brief = course.brief(place, note=order.note if order.again else "")
        model = resources.chains.open(settings.models)
        try:
            with resources.spending.reserve(_most(brief, course, place, resources)) as tell:
                draft = produce_lesson(
                    brief,
                    model,
                    writing=settings.way_of_writing,
                    project=course.project,
                    temperature=settings.temperature,
                    stop=resources.stopped.is_set,
                )
                tell(draft.cost)
        except (QuotaExhausted, CostLimitReached) as error:
            item = FinishedItem(replace(blank, state="not asked", reason=str(error)), {"reason": str(error)})
            raise Stopped(error, item) from error
        except WritingStopped as error:
            return FinishedItem(replace(blank, state="not asked", reason=str(error)), {})
        except ModelError as error:
            return FinishedItem(replace(blank, reason=str(error)), {"reason": str(error)})
        if order.check_links:
            draft = _with_verdicts(draft, brief)
        if not draft.accepted:
            return _set_aside(course, place, draft, blank)
        work = FinishedWork(
            kind="lesson",
            text=draft.text,
            run=order.run,
            written=datetime.now(UTC).isoformat(timespec="seconds"),
            parts=dict(key.parts),
            context=context_digest(course.outline, module, lesson),
            demonstration=brief.demonstration,
            **_figures_of(draft),
        )
        write_finished(course.store, key, work)
        return _publish(course, place, order, work, blank, "written")


def _with_verdicts(draft: LessonDraft, brief: LessonBrief) -> LessonDraft:
    """The draft with a verdict on every link. Dead links are warnings: a person decides about them."""
    unlinked = tuple(finding for finding in draft.findings if finding.check != "links")
    verdicts = check_links(find_links(draft.text))
    checked = check_lesson(draft.text, brief, links=verdicts)
    return replace(draft, findings=(*unlinked, *(found for found in checked if found.check == "links")))


def _most(brief: LessonBrief, course: Course, place: str, resources: RunResources) -> float:
    """US dollars that the lesson may cost at the most; 0 where nothing is limited."""
    if not resources.spending.limited:
        return 0.0
    settings = course.settings_for(place)
    estimate = estimate_lesson(brief, settings.way_of_writing, resources.chains.open(settings.models))
    most = price(settings.models[0], Usage(estimate.input_tokens[1], estimate.output_tokens[1]))
    return most or 0.0


def _publish(
    course: Course, place: str, order: RunOrder, work: FinishedWork, blank: ItemOutcome, state: Any
) -> FinishedItem:
    key = course.lesson_keys[place]
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
        checks=_verdicts(work.findings),
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


def _set_aside(course: Course, place: str, draft: LessonDraft, blank: ItemOutcome) -> FinishedItem:
    findings = [finding.as_json() for finding in draft.findings]
    errors = [finding.message for finding in draft.findings if finding.severity == "error"]
    reason = f"set aside by the checks: {errors[0]}" + (
        f" (and {len(errors) - 1} more)" if errors[1:] else ""
    )
    data = with_front_matter(
        draft.text,
        key=str(course.lesson_keys[place]),
        model=draft.model,
        findings=[_line(finding) for finding in draft.findings if finding.severity != "note"],
    )
    course.store.write(rejected_key(place), data)
    values = _figures_of(draft)
    outcome = replace(
        blank,
        state="set aside",
        reason=reason,
        location=course.store.locate(rejected_key(place)),
        opening=_opening(draft.text),
        findings=tuple(findings),
        checks=_verdicts(findings),
        **{name: values[name] for name in values if name != "findings"},
    )
    return FinishedItem(outcome, {"reason": reason, "findings": _count(findings), "model": draft.model})


def _figures_of(draft: LessonDraft) -> dict[str, Any]:
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


def _verdicts(findings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Each check's verdict by its name: passed, warning or error."""
    verdicts = {check.name: "passed" for check in LESSON_CHECKS}
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
