"""What became of each project and each item of a scheduled run, and whether all of it went well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from coursewright.counting import say_count
from coursewright.errors import NotStored
from coursewright.project.changes import TextChange, compare_texts
from coursewright.project.front_matter import read_published
from coursewright.project.publish import generated_key, text_key
from coursewright.project.refresh import ProjectState, StaleItem
from coursewright.project.report import RunReport
from coursewright.store.base import Store

Verdict = Literal[
    "fresh", "refreshed", "gaps", "failed", "quota", "cost limit", "left for later", "only told"
]

_BAD: Mapping[Verdict, str] = {
    "gaps": "FinishedWithGaps",
    "failed": "FinishedWithGaps",
    "quota": "StoppedByQuota",
    "cost limit": "StoppedByCostLimit",
}


@dataclass(frozen=True)
class ItemChange:
    """What became of one stale item.

    Attributes:
        where: ``published``; ``beside the edit`` where a person's text stays; empty where none was written.
        change: None where there is no new text.
    """

    item: StaleItem
    where: str
    change: TextChange | None


@dataclass(frozen=True)
class RefreshedProject:
    """What became of one project."""

    project: str
    title: str
    verdict: Verdict
    message: str = ""
    items: tuple[ItemChange, ...] = ()
    cost: float | None = 0.0
    resume_at: str = ""


def read_texts(store: Store, state: ProjectState) -> dict[str, str]:
    """The texts of the stale items before anything is written, by place; none for those without a text.

    Args:
        store: the project's own part of the store.
    """
    texts = {}
    for item in state.items:
        if item.before:
            texts[item.place] = _read(store, item.before)
    return texts


def tell_changes(store: Store, state: ProjectState, before: Mapping[str, str]) -> tuple[ItemChange, ...]:
    """What became of each stale item, from the texts as they stand now.

    Args:
        store: the project's own part of the store.
        before: what `read_texts` gave.
    """
    changes = []
    for item in state.items:
        old, new = before.get(item.place, ""), _read(store, text_key(item.place))
        beside = _read(store, generated_key(item.place))
        where = "beside the edit" if beside and new == old else "published"
        text = beside if where == "beside the edit" else new
        if not text or text == old:
            changes.append(ItemChange(item, "", None))
        else:
            changes.append(ItemChange(item, where, compare_texts(old, text)))
    return tuple(changes)


def judge_project(reports: Iterable[RunReport]) -> tuple[Verdict, str, float | None, str]:
    """Of a project's course runs: verdict, message, cost, and when a quota is filled again."""
    verdict: Verdict = "refreshed"
    message, resume_at = "", ""
    costs: list[float | None] = []
    for report in reports:
        costs.append(report.totals["cost_usd"])
        if report.state != "Complete":
            verdict = _VERDICTS[report.state]
            message, resume_at = report.message, report.resume_at
    cost = None if None in costs else sum(cost or 0.0 for cost in costs)
    return verdict, message, cost, resume_at


_VERDICTS: Mapping[str, Verdict] = {
    "FinishedWithGaps": "gaps",
    "StoppedByQuota": "quota",
    "StoppedByCostLimit": "cost limit",
}


def judge_refresh(projects: Iterable[RefreshedProject], most: float | None) -> tuple[str, str]:
    """The state of the whole run, and its message.

    Args:
        most: the run's cost limit, or None.
    """
    projects = tuple(projects)
    count = {verdict: sum(one.verdict == verdict for one in projects) for verdict in _ALL}
    parts = [f"{count[verdict]} {words}" for verdict, words in _ALL.items() if count[verdict]]
    cost = None if any(one.cost is None for one in projects) else sum(one.cost or 0.0 for one in projects)
    spent = "cost unknown" if cost is None else f"${cost:.4f} spent"
    limit = "" if most is None else f" of at most ${most:.2f}"
    message = f"{say_count(len(projects), 'project')}: {', '.join(parts) or 'none'}. {spent}{limit}."
    for verdict in ("quota", "cost limit", "failed", "gaps"):
        first = next((one for one in projects if one.verdict == verdict), None)
        if first is not None:
            return _BAD[verdict], f"{message} {first.project}: {first.message}"
    return "Complete", message


_ALL: Mapping[Verdict, str] = {
    "fresh": "with nothing stale",
    "refreshed": "refreshed",
    "only told": "stale",
    "gaps": "with gaps",
    "failed": "failed",
    "quota": "stopped by a quota",
    "cost limit": "stopped by the cost limit",
    "left for later": "left for later",
}


def change_rows(projects: Iterable[RefreshedProject]) -> list[dict[str, Any]]:
    """One row for each stale item, and one for each project that failed as a whole."""
    rows = []
    for one in projects:
        if not one.items and one.verdict not in ("fresh",):
            rows.append(_row(one.project, "", one.title, "", one.verdict, None, one.message))
        for change in one.items:
            told = change.where or one.verdict
            item = change.item
            rows.append(_row(one.project, item.place, item.title, item.why, told, change.change, one.message))
    return rows


def _row(
    project: str, item: str, title: str, why: str, became: str, change: TextChange | None, message: str
) -> dict[str, Any]:
    return {
        "project": project,
        "item": item,
        "title": title,
        "why": why,
        "became": became,
        "words before": change.words_before if change else "",
        "words now": change.words_after if change else "",
        "sentences kept": f"{change.kept:.0%}" if change and change.words_before else "",
        "note": "" if change else message,
    }


def _read(store: Store, key: str) -> str:
    try:
        return read_published(store.read(key)).body
    except NotStored:
        return ""
