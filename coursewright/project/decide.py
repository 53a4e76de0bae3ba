"""From what a run was asked to what it will do: the outline loaded, the project named, everything decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coursewright.errors import ChangedMeanwhile, NotStored, ProjectError, SettingsError, StoreUnavailable
from coursewright.lessons.demonstration import check_model_language
from coursewright.outline import load_outline
from coursewright.project.begin import begin_run
from coursewright.project.course import OUTLINE_FILE
from coursewright.project.expand import RunBatch, batches_of_run
from coursewright.project.order import RunOrder
from coursewright.project.prepare import PreparedRun, prepare_run
from coursewright.project.record import read_record
from coursewright.project.resources import ModelChains, refuse_unknown_prices
from coursewright.project.settings import Wanted
from coursewright.project_names import check_project_name, project_name
from coursewright.store.base import Store
from coursewright.store.open import read_outline
from coursewright.visuals.illustrate import open_image_model

_TRIES = 50


@dataclass(frozen=True)
class RunRequest:
    """Everything that a run was asked, as it was asked.

    Attributes:
        outline: path or ``s3://`` address; empty for the one that the project was made from last time.
    """

    order: RunOrder
    wanted: Wanted
    outline: str
    replace_course: bool = False


@dataclass(frozen=True)
class ReadyCourse:
    """A run that can begin: the decisions, and the batches that have something to do with it.

    Attributes:
        warnings: what is worth a look about what it was decided from.
    """

    prepared: PreparedRun
    batches: tuple[RunBatch, ...]
    store: Store
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundOutline:
    """An outline's bytes.

    Attributes:
        source: where its author keeps it.
        key: what a batch calls that.
        warning: why it is not the one at its source, where it is not.
    """

    text: bytes
    source: str
    key: str
    warning: str = ""


def decide_run(request: RunRequest, store: Store, *, dry: bool = False, session: Any = None) -> ReadyCourse:
    """Decide what a run has to do; writes nothing.

    Args:
        dry: leave even a killed run's moves alone.
        session: a ``boto3.Session`` to read the outline with, if it is in S3; else the store's own.

    Raises:
        InputError: something that was asked for cannot be.
    """
    _check_order(request.order)
    found = load_outline_text(request, store, session)
    name = request.order.project or project_name(load_outline(found.text, name=found.source).title)
    order = replace(request.order, project=check_project_name(name))
    prepared = prepare_run(
        store.within(order.project),
        order,
        request.wanted,
        outline_text=found.text,
        outline_source=found.source,
        replace_course=request.replace_course,
        dry=dry,
    )
    warnings = (found.warning,) if found.warning else ()
    return ReadyCourse(prepared, tuple(batches_of_run(prepared, found.key)), store, warnings)


def start_run(
    request: RunRequest,
    store: Store,
    check: Callable[[PreparedRun], None] = lambda prepared: None,
    *,
    session: Any = None,
) -> ReadyCourse:
    """Decide what a run has to do and make the project ready for it, whatever other runs do meanwhile.

    Args:
        check: sees what was decided before anything is written; raises to keep it from being written.
        session: see `decide_run`.

    Raises:
        InputError: something that was asked for cannot be.
    """
    for _ in range(_TRIES):
        ready = decide_run(request, store, session=session)
        check(ready.prepared)
        try:
            begin_run(ready.prepared)
        except ChangedMeanwhile:
            continue
        return ready
    raise StoreUnavailable(
        f"{store.url} was changed by other runs {_TRIES} times in a row while this one was to begin. "
        "Run again when fewer runs work on this project."
    )


def check_models(prepared: PreparedRun, chains: ModelChains) -> None:
    """See that the models which would be asked can be opened, write the course's language, and keep a limit.

    Raises:
        SettingsError: one cannot, or does not.
    """
    course = prepared.course
    places = [place for place, plan in prepared.lessons.items() if plan.selected and plan.todo == "write"]
    named = {course.settings_for(place).models for place in places}
    if any(plan.selected and plan.todo == "write" for plan in prepared.labs.values()):
        named.add(course.settings.models)
    for models in sorted(named):
        check_model_language(chains.open(models), course.language)
        refuse_unknown_prices(prepared.order.max_cost, chains.open(models).models)
    undrawn = any(plan.selected and not plan.illustrated for plan in prepared.lessons.values())
    if (places or undrawn) and course.settings.visuals == "diagrams and illustrations":
        image_model = open_image_model(course.settings.image_model, chains.settings)
        image_model.close()
        refuse_unknown_prices(prepared.order.max_cost, [image_model])


def _check_order(order: RunOrder) -> None:
    if order.max_cost is not None and not order.max_cost >= 0:
        raise SettingsError(f"max_cost is {order.max_cost:g}; it must be 0 or more US dollars.")
    if order.note and not order.again:
        raise SettingsError(
            "A note is for what is written anew: give --again as well, or leave the note out. What every "
            "lesson must heed is said with --requirements."
        )


def load_outline_text(request: RunRequest, store: Store, session: Any = None) -> FoundOutline:
    """The outline that a run is asked for; where none is named, that of last time.

    Raises:
        InputError: none is named, or the one that is cannot be read.
    """
    source = request.outline
    if source:
        text, key = read_outline(source, near=store, session=session)
        return FoundOutline(
            text, source if "://" in source else str(Path(source).expanduser().absolute()), key
        )
    if not request.order.project:
        raise ProjectError("Neither an outline nor a project is named: give one of them.")
    project = check_project_name(request.order.project)
    record = read_record(store.within(project))
    if record is None or not record.outline_source:
        raise ProjectError(
            f"There is no project {project!r} in {store.url}: give the outline to make it from."
        )
    return load_outline_of_last_time(store, project, record.outline_source, session)


def load_outline_of_last_time(store: Store, project: str, source: str, session: Any = None) -> FoundOutline:
    """The outline at the source that a project was made from; where it is gone, as the project keeps it.

    Raises:
        SettingsError: the outline cannot be read.
        StoreError: the bucket that the outline is in cannot be read.
    """
    try:
        text, key = read_outline(source, near=store, session=session)
    except SettingsError as error:
        if not isinstance(error.__cause__, OSError | NotStored):
            raise
        # The project may have been made on another machine: go on with the outline that it keeps.
        own = store.within(project)
        kept = own.locate(OUTLINE_FILE)
        warning = f"{error} So the copy that the project keeps from its last run is used: {kept}."
        return FoundOutline(own.read(OUTLINE_FILE), source, kept, warning)
    return FoundOutline(text, source, key)
