"""The start of a run: what is wanted, what there is, what follows; then the project made ready for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored, ProjectError, SettingsError
from coursewright.lessons.brief import context_digest
from coursewright.outline import load_outline
from coursewright.outline.model import Outline
from coursewright.project.course import OUTLINE_FILE, Course, outline_digest, own_settings_of
from coursewright.project.keys import ContentKey, illustrated_mark
from coursewright.project.layout import (
    Identity,
    Move,
    match_places,
    plan_moves,
    share_recognised,
)
from coursewright.project.moves import are_moves_open, finish_moves, layout_to_oneself, make_moves
from coursewright.project.plan import ItemPlan, plan_item
from coursewright.project.record import (
    PROJECT_FILE,
    ItemRecord,
    ProjectRecord,
    read_record,
    read_record_tagged,
)
from coursewright.project.settings import CourseSettings, Wanted, settle
from coursewright.project.survey import Published, Survey, lab_identity, lesson_identity, survey_project
from coursewright.selection import Selection, resolve_selection
from coursewright.store.base import Store

_OWN = ("models", "requirements", "writing", "temperature")
"""Settings that a run which selects lessons sets for these alone, since they are part of their keys."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What one run was asked to do, in small plain values that any process can be handed.

    Attributes:
        run: the run's id.
        store: the address of the store.
        again: write the selection anew though it is finished.
        note: what the model should do better.
        max_cost: US dollars that the run may spend, or None.
        check_links: ask the addresses that lessons link to whether they are there.
        run_lab_checks: run the check commands of labs that are written, shut in on the machine of the run.
    """

    run: str
    store: str
    project: str
    modules: str = ""
    lessons: str = ""
    labs: str = ""
    again: bool = False
    note: str = ""
    overwrite_edits: bool = False
    max_cost: float | None = None
    check_links: bool = False
    run_lab_checks: bool = False

    def as_json(self) -> dict[str, Any]:
        """The order as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class PreparedRun:
    """All that was decided before anything is written.

    Attributes:
        record: what `project.json` will hold once the run has begun.
        seen: the etag of `project.json` when all this was decided; empty where there was none.
        moves: what has to be moved since the outline changed.
        lessons, labs: what is to be done about each, by place; labs are empty where none are wanted.
    """

    order: RunOrder
    course: Course
    record: ProjectRecord
    seen: str
    moves: list[Move]
    selection: Selection
    lessons: Mapping[str, ItemPlan]
    labs: Mapping[str, ItemPlan]
    new_project: bool


def prepare_run(
    store: Store,
    order: RunOrder,
    wanted: Wanted,
    *,
    outline_text: bytes,
    outline_source: str,
    replace_course: bool = False,
    dry: bool = False,
) -> PreparedRun:
    """Decide what a run has to do. Writes nothing, except that it completes a killed run's moves.

    Args:
        store: the project's own part of the store.
        replace_course: take an outline that is another course than the project's.
        dry: leave even a killed run's moves alone.

    Raises:
        InputError: the outline, the selection or a setting is wrong, or the outline is another course.
    """
    outline = load_outline(outline_text, name=outline_source)
    selection = resolve_selection(outline, modules=order.modules, lessons=order.lessons, labs=order.labs)
    if not dry and are_moves_open(store):
        with layout_to_oneself(store, order.run):
            finish_moves(store)
    record, seen = read_record_tagged(store)
    new_project = record is None
    record = record or ProjectRecord()
    settings, own_for_selection = _settle_for(outline, wanted, record, selection)
    survey = survey_project(store, record)

    def course_with(own_settings: Mapping[str, Mapping[str, Any]]) -> Course:
        return Course(store, order.project, outline, settings, own_settings)

    # Matching by key needs keys, and keys need the settings that moved with their lessons: so first match by
    # what every lesson would be without settings of its own, then give these back to where they now belong.
    first = course_with({})
    lessons_new = _match(record.lessons, survey.lessons, _wanted_lessons(first), replace_course)
    own = {
        new: settings_own
        for old, settings_own in own_settings_of(record).items()
        if (new := lessons_new.get(old)) is not None
    }
    own = _merge_own(own, wanted, own_for_selection, first, selection)
    course = course_with(own)
    lessons_new = _match(record.lessons, survey.lessons, _wanted_lessons(course), replace_course)
    labs_new = _match(record.labs, survey.labs, _wanted_labs(course), replace_course)
    _refuse_another_course(course, record, survey, replace_course)

    lesson_records = _moved_records(record.lessons, survey.lessons, lessons_new, course.lesson_keys, own)
    lesson_records = _named(lesson_records, _wanted_lessons(course))
    lab_records = _moved_records(record.labs, survey.labs, labs_new, course.lab_keys, {})
    lab_records = _named(lab_records, _wanted_labs(course))
    after = ProjectRecord(outline_source, outline_digest(outline_text), settings, lesson_records, lab_records)
    plans = _plan_lessons(course, order, selection, survey, lesson_records, lessons_new)
    lab_plans = _plan_labs(course, order, selection, survey, lab_records, labs_new)
    return PreparedRun(
        order=order,
        course=course,
        record=after,
        seen=seen,
        moves=plan_moves(survey.objects, lessons_new, labs_new),
        selection=selection,
        lessons=plans,
        labs=lab_plans,
        new_project=new_project,
    )


def begin_run(prepared: PreparedRun) -> None:
    """Make the project ready: texts in their places, the outline and the record kept.

    Raises:
        ChangedMeanwhile: another run changed the project since this one looked at it; decide again.
    """
    store, language = prepared.course.store, prepared.course.settings.language
    outline = prepared.course.outline.text
    if _is_ready(prepared):
        return
    with layout_to_oneself(store, prepared.order.run):
        changed = ChangedMeanwhile(
            f"{store.locate(PROJECT_FILE)} was changed by another run since it was read.", key=PROJECT_FILE
        )
        if are_moves_open(store) or read_record_tagged(store)[1] != prepared.seen:
            raise changed
        if prepared.moves:
            make_moves(store, prepared.moves, prepared.record, language=language)
        elif prepared.seen:
            store.replace(PROJECT_FILE, prepared.record.as_bytes(), prepared.seen)
        else:
            try:
                store.create(PROJECT_FILE, prepared.record.as_bytes())
            except AlreadyStored as error:
                raise changed from error
        store.write(OUTLINE_FILE, outline)


def _is_ready(prepared: PreparedRun) -> bool:
    """Whether the project is already as the run needs it."""
    store = prepared.course.store
    if prepared.moves or read_record(store) != prepared.record:
        return False
    try:
        return store.read(OUTLINE_FILE) == prepared.course.outline.text
    except NotStored:
        return False


def _settle_for(
    outline: Outline, wanted: Wanted, record: ProjectRecord, selection: Selection
) -> tuple[CourseSettings, dict[str, Any]]:
    """The project's settings, and those that are to hold for the selected lessons alone."""
    if record.settings is None or selection.everything:
        return settle(outline, wanted, record.settings), {}
    own = {name: value for name in _OWN if (value := getattr(wanted, name)) is not None}
    settle(outline, wanted, record.settings)  # refuses what is no choice
    rest = replace(wanted, **dict.fromkeys(_OWN))
    return settle(outline, rest, record.settings), own


def _merge_own(
    own: Mapping[str, Mapping[str, Any]],
    wanted: Wanted,
    for_selection: Mapping[str, Any],
    course: Course,
    selection: Selection,
) -> dict[str, Mapping[str, Any]]:
    if not for_selection:
        # A run for the whole course that names a setting means it for every lesson.
        named = {name for name in _OWN if selection.everything and getattr(wanted, name) is not None}
        kept = {
            place: {name: value for name, value in settings.items() if name not in named}
            for place, settings in own.items()
        }
        return {place: settings for place, settings in kept.items() if settings}
    merged = dict(own)
    for place, (module, lesson) in course.lessons.items():
        if selection.selects_lesson(module.number, lesson.number):
            values = {**merged.get(place, {}), **for_selection}
            merged[place] = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in values.items()
                if value != getattr(course.settings, name)
            }
    return {place: settings for place, settings in merged.items() if settings}


def _wanted_lessons(course: Course) -> dict[str, Identity]:
    return {
        place: lesson_identity(module, lesson, str(course.lesson_keys[place]))
        for place, (module, lesson) in course.lessons.items()
    }


def _wanted_labs(course: Course) -> dict[str, Identity]:
    return {
        lab_id: lab_identity(module, lesson, lab, str(course.lab_keys[lab_id]))
        for lab_id, (module, lesson, lab) in course.labs.items()
    }


def _known(records: Mapping[str, ItemRecord], published: Mapping[str, Published]) -> dict[str, Identity]:
    remembered = {
        place: Identity(item.key, item.title, item.group, int(place.split("-")[0]))
        for place, item in records.items()
    }
    return {**remembered, **{place: one.identity for place, one in published.items()}}


def _match(
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
    wanted: Mapping[str, Identity],
    replace_course: bool,
) -> dict[str, str | None]:
    known = _known(records, published)
    matched = match_places(known, wanted, by_place=not replace_course)
    return {place: matched.get(place) for place in known}


def _refuse_another_course(
    course: Course, record: ProjectRecord, survey: Survey, replace_course: bool
) -> None:
    known = _known(record.lessons, survey.lessons)
    named = {place: one for place, one in known.items() if one.title or one.key}
    share = share_recognised(named, _wanted_lessons(course))
    if share >= 0.5 or replace_course:
        return
    raise ProjectError(
        f"This outline is another course than the one in {course.store.url}: it knows only "
        f"{round(share * len(named))} of that course's {len(named)} lessons by key or title. "
        "Name another project with --project, or put this course in its place with --replace "
        "(what no lesson owns any more goes to removed/)."
    )


def _moved_records(
    records: Mapping[str, ItemRecord],
    published: Mapping[str, Published],
    new_places: Mapping[str, str | None],
    keys: Mapping[str, ContentKey],
    own: Mapping[str, Mapping[str, Any]],
) -> dict[str, ItemRecord]:
    moved: dict[str, ItemRecord] = {}
    for old, new in new_places.items():
        if new is None:
            continue
        item, one = records.get(old, ItemRecord()), published.get(old)
        if one is None:
            item = replace(item, key="", etag="", edited=False)
        else:
            # A text that a person brought belongs to the lesson as it is now.
            key, etag = one.key or str(keys[new].by_hand), one.etag if old == new else ""
            item = replace(item, key=key, etag=etag, edited=one.edited)
            for known in (keys[new], keys[new].by_hand):
                # So that it can be told later what changed, also where the record was lost.
                if key == str(known):
                    item = replace(item, parts=known.parts)
        moved[new] = item
    return {
        place: replace(moved.get(place, ItemRecord()), own_settings=dict(own.get(place, {})))
        for place in keys
    }


def _named(records: Mapping[str, ItemRecord], wanted: Mapping[str, Identity]) -> dict[str, ItemRecord]:
    return {
        place: replace(item, title=wanted[place].title, group=wanted[place].group)
        for place, item in records.items()
    }


def _in_new_places(
    published: Mapping[str, Published], new_places: Mapping[str, str | None]
) -> dict[str, Published]:
    return {new: one for old, one in published.items() if (new := new_places.get(old)) is not None}


def _plan_lessons(
    course: Course,
    order: RunOrder,
    selection: Selection,
    survey: Survey,
    records: Mapping[str, ItemRecord],
    new_places: Mapping[str, str | None],
) -> dict[str, ItemPlan]:
    published = _in_new_places(survey.lessons, new_places)
    wants_lessons = course.settings.content != "labs"
    plans = {
        place: plan_item(
            place,
            key=course.lesson_keys[place],
            title=lesson.title,
            selected=wants_lessons and selection.selects_lesson(module.number, lesson.number),
            published=published.get(place),
            record=records[place],
            survey=survey,
            finished_by=course.settings.finished_by,
            again=order.again,
            overwrite_edits=order.overwrite_edits,
            context=context_digest(course.outline, module, lesson),
        )
        for place, (module, lesson) in course.lessons.items()
    }
    figures = Counter(key[len("visuals/") :].rpartition("-")[0] for key in survey.objects if _is_figure(key))
    return {
        place: replace(
            plan,
            etag=records[place].etag,
            illustrated=is_illustrated(course, place, records[place], figures[place]),
        )
        for place, plan in plans.items()
    }


def is_illustrated(course: Course, place: str, item: ItemRecord, figures: int) -> bool:
    """Whether all figures of a lesson are there, as far as its record and the listing tell."""
    visuals = course.settings_for(place).visuals
    if visuals == "none":
        return True
    return item.illustrated == illustrated_mark(item.etag, visuals) and figures >= item.figures


def _is_figure(key: str) -> bool:
    return key.startswith("visuals/") and key.endswith((".svg", ".png"))


def _plan_labs(
    course: Course,
    order: RunOrder,
    selection: Selection,
    survey: Survey,
    records: Mapping[str, ItemRecord],
    new_places: Mapping[str, str | None],
) -> dict[str, ItemPlan]:
    if course.settings.content == "theory":
        if order.labs:
            raise SettingsError(
                "Labs are selected, but the content of this project is theory. Add --content labs or both."
            )
        return {}
    published = _in_new_places(survey.labs, new_places)
    return {
        lab_id: plan_item(
            lab_id,
            key=course.lab_keys[lab_id],
            title=lab.title,
            selected=selection.selects_lab(lab_id),
            published=published.get(lab_id),
            record=records[lab_id],
            survey=survey,
            finished_by=course.settings.finished_by,
            again=order.again,
            overwrite_edits=order.overwrite_edits,
            context="",
        )
        for lab_id, (_, _, lab) in course.labs.items()
    }
