"""What a run has to do, decided from what is wanted and what there is, without doing any of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from coursewright.project.keys import ContentKey, why_stale
from coursewright.project.record import ItemRecord
from coursewright.project.settings import FinishedBy
from coursewright.project.survey import Published, Survey

Todo = Literal["nothing", "publish", "write"]
"""``publish``: finished work that is only to be put in its place; ``write``: a model has to be asked."""


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """What is to be done about one lesson or lab.

    Attributes:
        place: ``MM-LL`` or ``MM-LL-NN``.
        key: its content key.
        selected: whether this run is about it.
        todo: see `Todo`; for an item that is not selected, what would be.
        why: the reason in words, such as ``topics changed``; empty for nothing.
        finished_as: the name of the finished work that serves it; empty where none does.
        edited: whether its published text is a person's.
        published: whether there is a published text for it.
        illustrated: whether all its figures are there.
    """

    place: str
    key: ContentKey
    title: str
    selected: bool
    todo: Todo
    why: str = ""
    finished_as: str = ""
    edited: bool = False
    published: bool = False
    context_changed: bool = False
    illustrated: bool = True


def plan_item(
    place: str,
    *,
    key: ContentKey,
    title: str,
    selected: bool,
    published: Published | None,
    record: ItemRecord,
    survey: Survey,
    finished_by: FinishedBy,
    again: bool,
    overwrite_edits: bool,
    context: str,
) -> ItemPlan:
    """Decide about one item.

    Args:
        published: the published text that belongs to the item, or None.
        again: write it anew even if it is finished.
        overwrite_edits: put the program's text in the place of a person's.
        context: digest of the context that its prompt would have now.
    """

    def decide(todo: Todo, why: str = "", finished_as: str = "") -> ItemPlan:
        changed = bool(record.context) and record.context != context
        edited, there = bool(published and published.edited), published is not None
        return ItemPlan(place, key, title, selected, todo, why, finished_as, edited, there, changed)

    if again and selected:
        return decide("write", "asked for again")
    found = survey.finished.find(key, finished_by) or ""
    if published is not None and key.is_served_by(published.key, finished_by):
        if published.edited and overwrite_edits and selected:
            return decide("publish", "edit to be overwritten", found) if found else decide("write", "edited")
        if found and not published.edited and not record.written:
            return decide("publish", "finished by a run that was killed", found)
        return decide("nothing", finished_as=found)
    if published is not None and published.edited and not published.key:
        # Written or brought by a person: nothing that the program knows of has changed since.
        if overwrite_edits and selected:
            return decide("publish", "edit to be overwritten", found) if found else decide("write", "edited")
        return decide("nothing", finished_as=found)
    if found:
        if published is not None and published.edited and record.generated == found and not overwrite_edits:
            return decide("nothing", finished_as=found)
        return decide("publish", "finished, not in its place", found)
    if published is not None:
        return decide("write", why_stale(record.parts, key) or "its text is of an older state")
    return decide("write", "set aside last time" if record.reason else "missing")


def count_todo(plans: Mapping[str, ItemPlan], todo: Todo) -> int:
    """How many of the selected items have this to be done."""
    return sum(plan.selected and plan.todo == todo for plan in plans.values())
