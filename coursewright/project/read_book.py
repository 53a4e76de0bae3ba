"""The book of a project, read from the store: edits, gaps, figures, dates and all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from coursewright.book.model import Book, BookFigure, BookLab, BookLesson, BookModule, State
from coursewright.labs.brief import resolve_lab_minutes
from coursewright.labs.planned import LabPlan, PlannedLab
from coursewright.labs.printed import read_printed
from coursewright.outline.model import LabActivity, Lesson, Module, lesson_id
from coursewright.project.course import Course
from coursewright.project.front_matter import PublishedText, read_published
from coursewright.project.plan_labs import PLAN_FILE, parse_lab_plan
from coursewright.project.publish import text_key
from coursewright.project.record import ItemRecord, ProjectRecord, read_record
from coursewright.project.stored_json import parse_stored
from coursewright.store.bulk import read_many
from coursewright.visuals.replacement import check_replacement

FRONT_MATTER_FILE = "book/front-matter.md"
"""A page that a person wrote for the front of the book; the program never writes it."""


def read_book(course: Course, gaps: Mapping[str, str] | None = None) -> Book:
    """The book as the store has it.

    Args:
        gaps: why each item that a run asked for and did not get is missing, by place; what is missing
            and not among them is "not written yet". Without it, what the record remembers.
    """
    record = read_record(course.store) or ProjectRecord()
    if gaps is None:
        gaps = {
            place: item.reason
            for place, item in (*record.lessons.items(), *record.labs.items())
            if item.reason
        }
    objects = read_many(
        course.store, [item.key for item in course.store.list() if _belongs(item.key, course)]
    )
    texts = {
        place: read_published(objects[text_key(place)])
        for place in (*course.lessons, *course.labs)
        if text_key(place) in objects
    }
    plan = parse_lab_plan(course, objects.get(PLAN_FILE, b"{}"))
    modules = tuple(_module(course, module, texts, record, gaps, plan) for module in course.outline.modules)
    written = [lesson for module in modules for lesson in module.lessons if lesson.state == "written"]
    labs = [lab for module in modules for lab in module.labs if lab.state == "written"]
    models = Counter(
        [lesson.model for lesson in written if lesson.model] + [lab.model for lab in labs if lab.model]
    )
    return Book(
        project=course.project,
        title=course.outline.title,
        language=course.language,
        modules=modules,
        content=course.settings.content,
        description=course.outline.description,
        level=course.outline.level,
        audience=course.outline.audience,
        prerequisites=course.outline.prerequisites,
        learning_outcomes=course.outline.learning_outcomes,
        duration_minutes=course.outline.duration_minutes,
        dated=_dated([lesson.written_at for lesson in written] + [lab.written_at for lab in labs]),
        models=tuple(model for model, _ in models.most_common()),
        demonstration=any("embedded" in model for model in models),
        figures=_figures(objects),
        front_matter=objects.get(FRONT_MATTER_FILE, b"").decode("utf-8", errors="replace"),
        lab_files={
            key.removeprefix("labs/"): data
            for key, data in objects.items()
            if key.startswith("labs/") and key.count("/") > 1
        },
    )


def _belongs(key: str, course: Course) -> bool:
    folder, _, name = key.partition("/")
    if folder == "lessons":
        return name.removesuffix(".md") in course.lessons
    if folder == "visuals":
        return name.split(".")[0].rpartition("-")[0] in course.lessons
    if folder == "labs":
        return name == "plan.json" or name.split("/")[0].removesuffix(".md") in course.labs
    return key == FRONT_MATTER_FILE


def _module(
    course: Course,
    module: Module,
    texts: Mapping[str, PublishedText],
    record: ProjectRecord,
    gaps: Mapping[str, str],
    plan: LabPlan,
) -> BookModule:
    labs: tuple[BookLab, ...] = ()
    if course.settings.content != "theory":
        labs = tuple(
            _lab(course, module, lesson, lab, texts, record.labs, gaps, plan.labs.get(lab.id))
            for owner, lesson, lab in course.outline.labs
            if owner.number == module.number
        )
    lessons = tuple(_lesson(course, module, lesson, texts, record.lessons, gaps) for lesson in module.lessons)
    return BookModule(module.number, module.title, lessons, module.summary, module.duration_minutes, labs)


def _lesson(
    course: Course,
    module: Module,
    lesson: Lesson,
    texts: Mapping[str, PublishedText],
    records: Mapping[str, ItemRecord],
    gaps: Mapping[str, str],
) -> BookLesson:
    place = lesson_id(module.number, lesson.number)
    text, item = texts.get(place), records.get(place, ItemRecord())
    brief = course.brief(place)
    model = str(text.front.get("model", "")) if text else ""
    return BookLesson(
        module_number=module.number,
        number=lesson.number,
        title=lesson.title,
        state=_state(place, text, gaps),
        markdown=text.body if text else "",
        reason="" if text else gaps.get(place, ""),
        duration_minutes=brief.duration_minutes,
        bloom_levels=tuple(int(level) for level in brief.bloom_levels),
        model=model,
        written_at=_written_at(item) if text else None,
        demonstration=bool(text) and model.startswith("embedded"),
        edited=bool(text and text.edited),
        topics=tuple(topic.title for topic in lesson.topics),
    )


def _lab(
    course: Course,
    module: Module,
    lesson: Lesson | None,
    lab: LabActivity,
    texts: Mapping[str, PublishedText],
    records: Mapping[str, ItemRecord],
    gaps: Mapping[str, str],
    planned: PlannedLab | None,
) -> BookLab:
    text, item = texts.get(lab.id), records.get(lab.id, ItemRecord())
    printed = read_printed(text.body, course.language) if text else None
    minutes = resolve_lab_minutes(lab, planned) if planned else lab.duration_minutes
    complexity = planned.complexity if planned else ""
    software = planned.software if planned else ()
    if printed:
        # Learners go by their guide, which may be older than the plan, or a person's.
        minutes = minutes if printed.minutes is None else printed.minutes
        complexity, software = printed.complexity or complexity, printed.software or software
    return BookLab(
        id=lab.id,
        title=lab.title,
        module_number=module.number,
        lesson_number=lesson.number if lesson else 0,
        state=_state(lab.id, text, gaps),
        markdown=text.body if text else "",
        reason="" if text else gaps.get(lab.id, ""),
        duration_minutes=minutes,
        complexity=complexity,
        software=tuple(one.shown for one in software),
        hardware=planned.hardware if planned else (),
        model=str(text.front.get("model", "")) if text else "",
        written_at=_written_at(item) if text else None,
    )


def _state(place: str, text: PublishedText | None, gaps: Mapping[str, str]) -> State:
    if text is not None:
        return "written"
    return "gap" if place in gaps else "not written"


def _figures(objects: Mapping[str, bytes]) -> dict[str, BookFigure]:
    figures = {}
    for key in objects:
        folder, _, name = key.partition("/")
        figure, _, ending = name.partition(".")
        if folder != "visuals" or ending not in ("svg", "png") or figure in figures:
            continue
        try:
            words = dict(parse_stored(objects.get(f"visuals/{figure}.json", b"{}")))
        except (ValueError, TypeError):
            words = {}
        shown = _shown(objects, figure, str(words.get("file", "")))
        figures[figure] = BookFigure(
            id=figure,
            caption=str(words.get("caption", "")),
            alt=str(words.get("alt", "")),
            long_description=str(words.get("long_description", "")),
            svg=objects[f"visuals/{shown}"] if shown.endswith("svg") else None,
            png=objects[f"visuals/{shown}"] if shown.endswith("png") else None,
        )
    return figures


def _shown(objects: Mapping[str, bytes], figure: str, of_the_program: str) -> str:
    """The file that shows a figure: a person's beside the program's, if it can be used."""
    files = [name for name in (f"{figure}.svg", f"{figure}.png") if f"visuals/{name}" in objects]
    own = [name for name in files if name != of_the_program]
    usable = (name for name in own if check_replacement(objects[f"visuals/{name}"], name)[0])
    return files[0] if len(files) == 1 else next(usable, files[0])


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _written_at(item: ItemRecord) -> datetime | None:
    """When a text was written, by the store's record, or as the environment has it."""
    return _fixed_date() or _time(item.written)


def _dated(times: list[datetime | None]) -> datetime | None:
    """The newest of the store's records, or what the environment sets in its place."""
    return _fixed_date() or max((time for time in times if time is not None), default=None)


def _fixed_date() -> datetime | None:
    """``SOURCE_DATE_EPOCH`` (seconds), which stands for every date in a book where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else None
