"""A lesson's figures from its visual tags to the store: described once, drawn, a person's own kept."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from coursewright.errors import CostLimitReached, ModelError, NotStored, QuotaExhausted
from coursewright.findings import Finding
from coursewright.lessons.asking import WritingStopped
from coursewright.project.claimed import claimed
from coursewright.project.course import Course
from coursewright.project.finished import FinishedWork, find_finished, write_finished
from coursewright.project.illustrations import PICTURE, PICTURES_A_LESSON, make_picture, needs_picture
from coursewright.project.keys import ContentKey, digest, figure_key, illustrated_mark
from coursewright.project.order import RunOrder
from coursewright.project.outcome import ItemOutcome
from coursewright.project.pictures import is_the_programs, picture_digest
from coursewright.project.publish import read_tagged_text
from coursewright.project.resources import RunResources
from coursewright.project.results import FinishedItem, Stopped
from coursewright.project.stored_json import parse_stored
from coursewright.visuals.describe import Chart, Illustration
from coursewright.visuals.illustrate import prompt_limit
from coursewright.visuals.plan import IllustrationRule, find_invented_numbers, plan_figures
from coursewright.visuals.publish import draw, write_record
from coursewright.visuals.read import read_plan, write_description
from coursewright.visuals.replacement import check_replacement
from coursewright.visuals.tags import Tag, find_tags

Ending = QuotaExhausted | CostLimitReached | None
"""What ended the run's asking while a lesson's figures were made, if anything did."""


@dataclass(frozen=True)
class _Figure:
    """A tag, its key, and the finished description, if there is one."""

    tag: Tag
    key: ContentKey
    work: FinishedWork | None

    @property
    def ready(self) -> FinishedWork | None:
        """The finished work, where all is there that is drawn or shown."""
        return None if self.work is None or needs_picture(self.work) else self.work


def finish_figures(
    course: Course, place: str, order: RunOrder, resources: RunResources
) -> FinishedItem | None:
    """Bring the figures of one published lesson to the store; None where there is no lesson.

    What is finished is only drawn; the rest is described in one request. A picture that a person put under
    a figure's name is kept and used.

    Raises:
        Stopped: a quota or the cost limit ends the run's asking.
        StoreError: the store failed.
    """
    found = read_tagged_text(course, place)
    if found is None:
        return None
    text, etag = found
    _, lesson = course.lessons[place]
    blank = ItemOutcome("figures", place, lesson.title, "finished")
    settings = course.settings_for(place)
    by_hand, findings = _find_replacements(course, place)
    figures, replaced = [], {}
    for tag in find_tags(text.body):
        key = figure_key(description=tag.description, section=tag.section, settings=settings, nth=tag.nth)
        if tag.id in by_hand:
            replaced[tag.id] = str(key)
        else:
            figures.append(_Figure(tag, key, _finished(course, order, key, tag)))
    missing = [figure for figure in figures if figure.ready is None]
    outcome = replace(blank, findings=tuple(finding.as_json() for finding in findings))
    ended_by: Ending = None
    if missing:
        name = f"figures-{digest(sorted(str(figure.key) for figure in missing))}"
        with claimed(resources.claims, name, lambda: None, resources.stopped):
            if resources.stopped.is_set():
                return FinishedItem(replace(blank, state="not asked", reason="the run was stopped"), {})
            figures, outcome, ended_by = _describe(
                course, place, text.body, order, resources, figures, outcome
            )
            if ended_by is None:
                figures, outcome, ended_by = _illustrate(course, resources, figures, outcome)
    drawn, pictures = _draw_all(course, figures)
    _remove_unused(course, place, {figure.tag.id for figure in figures} | by_hand)
    for name in by_hand:
        _remove_outdated(course, name, replaced.get(name, ""))
    if any(figure.ready is None for figure in figures):
        stopped = ended_by is not None or outcome.state == "not asked" or resources.stopped.is_set()
        item = FinishedItem(replace(outcome, state="not asked" if stopped else "failed"), {})
        if ended_by is not None:
            raise Stopped(ended_by, item) from ended_by
        return item
    outcome = replace(outcome, findings=(*outcome.findings, *(finding.as_json() for finding in drawn)))
    remember = {
        "illustrated": illustrated_mark(etag, settings.visuals),
        "figures": len(figures) + len(by_hand),
        "pictures": pictures,
    }
    return FinishedItem(outcome, remember)


def _finished(course: Course, order: RunOrder, key: ContentKey, tag: Tag) -> FinishedWork | None:
    work = find_finished(course.store, key, course.settings.finished_by)
    if work is None or (order.again and work.run != order.run) or not _can_be_drawn(work, tag):
        return None
    return work


def _can_be_drawn(work: FinishedWork, tag: Tag) -> bool:
    """Whether finished work is whole and still true; what is damaged or outdated is as good as none.

    A figure's key does not hold its section's prose. But a chart of numbers that the section no longer states
    would contradict it.
    """
    try:
        description = read_plan(parse_stored(work.text.encode()))
        if isinstance(description, Illustration):
            base64.b64decode(work.extra.get(PICTURE, ""), validate=True)
    except (ValueError, KeyError, TypeError):
        return False
    return not (isinstance(description, Chart) and find_invented_numbers(description, tag))


def _describe(
    course: Course,
    place: str,
    body: str,
    order: RunOrder,
    resources: RunResources,
    figures: list[_Figure],
    outcome: ItemOutcome,
) -> tuple[list[_Figure], ItemOutcome, Ending]:
    """Have the missing figures described, and keep each description as finished work."""
    figures = [
        replace(figure, work=figure.ready or _finished(course, order, figure.key, figure.tag))
        for figure in figures
    ]
    wanted = {figure.tag.id for figure in figures if figure.work is None}
    if not wanted:
        return figures, outcome, None
    settings = course.settings_for(place)
    chain = resources.chains.open(settings.models)
    rule = None
    # Once the run's pictures are used up, none is offered: what is described as one would become a mere map.
    if settings.visuals == "diagrams and illustrations" and resources.illustrations.left:
        rule = IllustrationRule(PICTURES_A_LESSON, prompt_limit(settings.image_model))
    try:
        with resources.spending.reserve(0.0) as reservation:
            planning = plan_figures(
                body,
                language=course.language,
                model=chain.paid_from(reservation),
                item=f"visuals/{place}",
                project=course.project,
                wanted=wanted,
                illustrations=rule,
                note=order.note if order.again else "",
                stop=resources.stopped.is_set,
            )
    except (QuotaExhausted, CostLimitReached) as error:
        return figures, replace(outcome.ended_by(error), state="not asked"), error
    except WritingStopped as error:
        return figures, replace(outcome.ended_by(error), state="not asked"), None
    except ModelError as error:
        return figures, replace(outcome.ended_by(error), state="failed"), None
    findings = list(outcome.findings) + [finding.as_json() for finding in planning.findings]
    works: dict[str, FinishedWork] = {}
    for planned in planning.figures:
        key = next(figure.key for figure in figures if figure.tag.id == planned.tag.id)
        work = FinishedWork(
            kind="figure",
            text=json.dumps(write_description(planned.description), ensure_ascii=False),
            model=planned.model,
            run=order.run,
            written=datetime.now(UTC).isoformat(timespec="seconds"),
            parts=dict(key.parts),
            extra={"origin": planned.origin},
        )
        write_finished(course.store, key, work)
        works[planned.tag.id] = work
    done = replace(
        outcome,
        state="written",
        model=chain.name if planning.requests else "",
        input_tokens=planning.usage.input,
        output_tokens=planning.usage.output,
        cached_tokens=planning.usage.cached,
        cost=planning.cost,
        seconds=round(planning.seconds, 3),
        requests=planning.requests,
        findings=tuple(findings),
        reason=str(planning.stopped_by or ""),
    )
    ended_by = planning.stopped_by
    return (
        [replace(figure, work=figure.work or works.get(figure.tag.id)) for figure in figures],
        done,
        ended_by if isinstance(ended_by, QuotaExhausted | CostLimitReached) else None,
    )


def _illustrate(
    course: Course, resources: RunResources, figures: list[_Figure], outcome: ItemOutcome
) -> tuple[list[_Figure], ItemOutcome, Ending]:
    """Have the pictures made that are described and still missing."""
    done: list[_Figure] = []
    ended_by: Ending = None
    for figure in figures:
        stopped = ended_by is not None or resources.stopped.is_set()
        if figure.work is None or figure.ready is not None or stopped:
            done.append(figure)
            continue
        try:
            made = make_picture(course, figure.tag, figure.key, figure.work, resources)
        except CostLimitReached as error:
            outcome, ended_by = replace(outcome, reason=str(error)), error
            done.append(figure)
            continue
        known = outcome.cost is not None and made.cost is not None
        outcome = replace(outcome, cost=(outcome.cost or 0.0) + (made.cost or 0.0) if known else None)
        if made.finding is not None:
            outcome = replace(outcome, findings=(*outcome.findings, made.finding.as_json()))
        if made.work is None and made.finding is not None:
            outcome = replace(outcome, reason=outcome.reason or made.finding.message)
        if made.work is not None:
            outcome = replace(outcome, state="written")
        done.append(replace(figure, work=made.work or figure.work))
    return done, outcome, ended_by


def _draw_all(course: Course, figures: list[_Figure]) -> tuple[list[Finding], dict[str, str]]:
    """Draw what is described and write what has changed; gives findings, and each picture file's etag."""
    findings: list[Finding] = []
    pictures: dict[str, str] = {}
    for figure in figures:
        if figure.ready is None:
            continue
        description = read_plan(json.loads(figure.ready.text))
        name = figure.tag.id
        if isinstance(description, Illustration):
            ending, data = "png", base64.b64decode(figure.ready.extra[PICTURE])
        else:
            drawn = draw(description, course.language, figure_id=name)
            findings += drawn.findings
            ending, data = "svg", drawn.svg
        told = {"caption": figure.tag.description, "key": str(figure.key), "model": figure.ready.model}
        record = partial(write_record, description, course.language, **told)
        pictures[f"{name}.{ending}"] = _keep_figure(course, name, ending, data, record)
    return findings, pictures


def _keep_figure(course: Course, name: str, ending: str, data: bytes, record: Callable[..., bytes]) -> str:
    """Write a picture and the JSON beside it, where they have changed; gives the picture's etag.

    The JSON tells which bytes are the program's. So it is written first, and until the picture is replaced it
    tells of those before as well: killed at any moment, the next run takes neither for a person's.
    """
    picture, other = f"visuals/{name}.{ending}", f"visuals/{name}.{'svg' if ending == 'png' else 'png'}"
    stored = {key: found for key in (picture, other) if (found := _read_stored(course, key)) is not None}
    record = partial(record, file=f"{name}.{ending}", sha256=picture_digest(data))
    replaced = sorted({picture_digest(before) for before, _ in stored.values()} - {picture_digest(data)})
    if replaced:
        course.store.write(f"visuals/{name}.json", record(in_place_of=replaced))
    else:
        _write_changed(course, f"visuals/{name}.json", record())
    before, etag = stored.get(picture, (None, ""))
    if before != data:
        etag = course.store.write(picture, data)
    if other in stored:
        course.store.delete(other)
    if replaced:
        course.store.write(f"visuals/{name}.json", record())
    return etag


def _find_replacements(course: Course, place: str) -> tuple[set[str], list[Finding]]:
    """The figures of a lesson that a person replaced, and what is wrong with those that cannot be used.

    A figure is the program's as long as its bytes are those that its JSON tells of.
    """
    stored = [item.key for item in course.store.list(f"visuals/{place}-")]
    by_hand: set[str] = set()
    findings: list[Finding] = []
    for key in stored:
        name, _, ending = key.removeprefix("visuals/").partition(".")
        if ending not in ("svg", "png"):
            continue
        data = course.store.read(key)
        if is_the_programs(course.store, name, data):
            continue
        usable, found = check_replacement(data, f"{name}.{ending}")
        findings += found
        if usable:
            by_hand.add(name)
        else:
            # Never deleted: a person made it.
            course.store.write(f"removed/{key}", data)
    return by_hand, findings


def _remove_unused(course: Course, place: str, used: set[str]) -> None:
    # Backwards: a picture goes before its JSON, without which it would count as a person's.
    for item in reversed(list(course.store.list(f"visuals/{place}-"))):
        if item.key.removeprefix("visuals/").partition(".")[0] not in used:
            course.store.delete(item.key)


def _remove_outdated(course: Course, name: str, key: str) -> None:
    """Remove the program's picture beside a person's where it was drawn for another tag than today's."""
    for ending in ("svg", "png"):
        stored = _read_stored(course, f"visuals/{name}.{ending}")
        if stored is not None and is_the_programs(course.store, name, stored[0]):
            told = json.loads(course.store.read(f"visuals/{name}.json"))
            if told.get("key") != key:
                course.store.delete(f"visuals/{name}.{ending}")


def _read_stored(course: Course, key: str) -> tuple[bytes, str] | None:
    try:
        return course.store.read_tagged(key)
    except NotStored:
        return None


def _write_changed(course: Course, key: str, data: bytes) -> None:
    stored = _read_stored(course, key)
    if stored is None or stored[0] != data:
        course.store.write(key, data)
