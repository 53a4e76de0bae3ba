"""The plan of a project's labs: read, brought up to date where it is asked for, and kept in the store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, StoreUnavailable
from coursewright.labs.batches import needed_lessons
from coursewright.labs.brief import LabBrief, brief_lab, plan_from_outline
from coursewright.labs.plan import LABS_A_GROUP, MAX_REPAIRS, ROOM, TOKENS_A_LAB, plan_labs
from coursewright.labs.planned import BY_OUTLINE, LabPlan, PlannedLab
from coursewright.models.base import Usage
from coursewright.models.prices import price
from coursewright.project.claimed import claimed
from coursewright.project.course import Course
from coursewright.project.follow import lesson_texts
from coursewright.project.keys import digest
from coursewright.project.order import RunOrder
from coursewright.project.publish import read_text
from coursewright.project.resources import RunResources
from coursewright.prompts.versions import PROMPT_VERSIONS

PLAN_FILE = "labs/plan.json"

_TRIES = 20
_PROMPT_TOKENS_A_LAB = 250
_PROMPT_TOKENS = 2_500


def read_lab_plan(course: Course) -> LabPlan:
    """The plan as the store has it, with each entry under the id that its lab has now.

    An empty one where there is none, of a damaged one what can be read.
    """
    return _Entries(course).settle(_read_tagged(course)[0])


def parse_lab_plan(course: Course, data: bytes) -> LabPlan:
    """The plan that `PLAN_FILE` holds, as `read_lab_plan` gives it."""
    return _Entries(course).settle(_parse(data))


def ensure_lab_plan(
    course: Course, lab_ids: Iterable[str], order: RunOrder, resources: RunResources
) -> LabPlan:
    """The plan with an entry for each of these labs; a model is asked only for those that have none.

    An entry holds as long as its lab's part of the outline, the course's language, level, audience and
    requirements, and the models stay what they were; it moves with its lab. One that had to be filled from
    the outline is asked for once more when its lab is written again. What a model gives is kept group by
    group, so that a run that breaks off pays for nothing twice.

    Args:
        lab_ids: the labs that the run is going to write.

    Raises:
        CostLimitReached: the plan could pass the run's cost limit.
        FinalModelError: a quota (`QuotaExhausted`), no usable model, or the run was stopped.
        StoreError: the store failed.
    """
    wanted = list(lab_ids)
    entries = _Entries(course)

    def complete() -> LabPlan | None:
        plan = read_lab_plan(course)
        return None if entries.lacking(plan, wanted) else plan

    with claimed(resources.claims, "lab-plan", complete, resources.stopped) as found:
        if isinstance(found, LabPlan):
            return _store(course, found, entries)
        before = read_lab_plan(course)
        if resources.stopped.is_set():
            return before
        lacking = entries.lacking(before, wanted)

        def keep(plan: LabPlan) -> None:
            _store(course, plan, entries)

        with resources.spending.reserve(_most(course, len(lacking), resources)) as reservation:
            plan = plan_labs(
                course.outline,
                lacking,
                resources.chains.open(course.settings.models).paid_from(reservation),
                language=course.language,
                project=course.project,
                existing=before,
                keys=entries.keys,
                temperature=course.settings.temperature,
                requirements=course.settings.requirements,
                stop=resources.stopped.is_set,
                keep=keep,
            )
        return replace(plan, labs=_store(course, plan, entries).labs)


def lab_brief(course: Course, lab_id: str, plan: LabPlan, *, note: str = "") -> LabBrief:
    """What a writer needs to know of a lab, its lessons' published texts among it."""
    module, lesson, lab = course.labs[lab_id]
    settings = course.settings
    return brief_lab(
        course.outline,
        module,
        lesson,
        lab,
        plan.labs.get(lab_id) or plan_from_outline(module, lesson, lab),
        course.language,
        lesson_texts=lesson_texts(course, lab_id),
        requirements=settings.requirements,
        note=note,
        demonstration=settings.models[0].startswith("embedded"),
    )


def missing_lessons(course: Course, lab_id: str) -> tuple[str, ...]:
    """The places of those lessons that a lab practises and that are not published."""
    module, lesson, _ = course.labs[lab_id]
    return tuple(place for place in needed_lessons(module, lesson) if read_text(course, place) is None)


class _Entries:
    """Which entry of a plan is whose, and whether it holds.

    Attributes:
        keys: what each lab's entry is planned for, by id.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._any_model = course.settings.finished_by == "any model"
        self._demonstration = course.settings.models[0].startswith("embedded")
        version = PROMPT_VERSIONS["lab-plan"]
        self.keys = {
            lab_id: f"{digest([key.base, version])}-{key.variant}" for lab_id, key in course.lab_keys.items()
        }

    def settle(self, plan: LabPlan) -> LabPlan:
        """The plan with each entry under the id that its lab has now: entries move with their labs."""
        by_key = {entry.key: entry for entry in plan.labs.values() if entry.key}
        by_key |= {_base(key): entry for key, entry in reversed(by_key.items())}
        labs = {}
        for lab_id, (_, _, lab) in self._course.labs.items():
            key = self.keys[lab_id]
            entry = by_key.get(key) or by_key.get(_base(key)) or plan.labs.get(lab_id)
            # One of an older state of its lab stands until the lab is planned anew; another lab's does not.
            if entry is not None and (entry.title == lab.title or _base(entry.key) == _base(key)):
                labs[lab_id] = replace(entry, id=lab_id, title=lab.title)
        return replace(plan, labs=labs)

    def lacking(self, plan: LabPlan, wanted: Iterable[str]) -> list[str]:
        """Those of the wanted labs that have no entry which holds."""
        return [lab_id for lab_id in wanted if not self.holds(lab_id, plan.labs.get(lab_id))]

    def holds(self, lab_id: str, entry: PlannedLab | None) -> bool:
        """Whether an entry was planned for the lab as it is now."""
        if entry is None or (entry.by == BY_OUTLINE and not self._demonstration):
            return False
        key = self.keys[lab_id]
        return entry.key == key or (self._any_model and _base(entry.key) == _base(key))


def _base(key: str) -> str:
    return key.partition("-")[0]


def _store(course: Course, plan: LabPlan, entries: _Entries) -> LabPlan:
    """Write the plan, with entries that another run made meanwhile for other labs; gives what is stored."""
    for _ in range(_TRIES):
        there, data, etag = _read_tagged(course)
        newer = [
            entry
            for lab_id, entry in entries.settle(there).labs.items()
            if entries.holds(lab_id, entry) and not entries.holds(lab_id, plan.labs.get(lab_id))
        ]
        merged = plan.with_labs(newer, course.labs)
        written = json.dumps(merged.as_json(), ensure_ascii=False, indent=1).encode("utf-8")
        if written == data:
            return merged
        try:
            if etag:
                course.store.replace(PLAN_FILE, written, etag)
            else:
                course.store.create(PLAN_FILE, written)
        except (ChangedMeanwhile, AlreadyStored):
            continue
        return merged
    raise StoreUnavailable(
        f"{course.store.locate(PLAN_FILE)} was changed by others {_TRIES} times in a row while it was to be "
        "written. Run again when fewer runs work on this project.",
        key=PLAN_FILE,
    )


def _read_tagged(course: Course) -> tuple[LabPlan, bytes, str]:
    try:
        data, etag = course.store.read_tagged(PLAN_FILE)
    except NotStored:
        return LabPlan(), b"", ""
    return _parse(data), data, etag


def _parse(data: bytes) -> LabPlan:
    try:
        return LabPlan.from_json(json.loads(data))
    except ValueError:
        return LabPlan()


def _most(course: Course, labs: int, resources: RunResources) -> float:
    """US dollars that planning so many labs may cost at the most; 0 where nothing is limited."""
    if not resources.spending.limited:
        return 0.0
    groups = -(-labs // LABS_A_GROUP)
    asked = groups * _PROMPT_TOKENS + labs * _PROMPT_TOKENS_A_LAB
    written = groups * ROOM + labs * TOKENS_A_LAB
    usage = Usage(asked * (1 + MAX_REPAIRS), written * (1 + MAX_REPAIRS))
    return price(course.settings.models[0], usage) or 0.0
