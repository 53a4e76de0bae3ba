"""A project made ready for a run: texts in their places, the outline and the record kept."""

from __future__ import annotations

from coursewright.errors import AlreadyStored, ChangedMeanwhile, NotStored
from coursewright.project.course import OUTLINE_FILE
from coursewright.project.moves import are_moves_open, layout_to_oneself, make_moves
from coursewright.project.prepare import PreparedRun
from coursewright.project.record import PROJECT_FILE, read_record, read_record_tagged


def begin_run(prepared: PreparedRun) -> None:
    """Make the project ready for what was decided.

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
