"""`coursewright generate --dry-run`: what would be done, why, and what it would cost."""

from __future__ import annotations

import sys
from typing import Any

from coursewright.outline.problems import shorten
from coursewright.project.decide import ReadyCourse
from coursewright.project.estimate import estimate_run
from coursewright.project.plan import ItemPlan
from flows.commands.model_language import warn_of_language
from flows.commands.say import say, say_json


def show_plan(ready: ReadyCourse, *, as_json: bool) -> int:
    """Print what a run would do; writes nothing and asks nobody."""
    prepared, course = ready.prepared, ready.prepared.course
    plans = {**prepared.lessons, **prepared.labs}
    rows = [_row(place, plan) for place, plan in plans.items() if plan.selected]
    estimate = estimate_run(prepared)
    if any(row["todo"] == "write" for row in rows):
        warn_of_language(course)
    if as_json:
        found = {
            "project": course.project,
            "items": rows,
            "batches": [batch.batch.as_json() for batch in ready.batches if batch.missing],
            "moves": [{"from": move.source, "to": move.to} for move in prepared.moves],
            "estimate": estimate.as_json(),
            "warnings": list(ready.warnings),
        }
        say_json(found)
        return 0
    models = ", ".join(course.settings.models)
    say(f"{shorten(course.outline.title)} · project {course.project} · {models} · nothing is run")
    for warning in ready.warnings:
        say(f"warning: {warning}", sys.stderr)
    for row in rows:
        say(
            f"  {row['todo']:8} {row['place']:9} {row['title']}" + (f"  ({row['why']})" if row["why"] else "")
        )
    for move in prepared.moves:
        say(f"  move     {move.source} -> {move.to or 'deleted'}")
    say(estimate.as_text())
    return 0


def _row(place: str, plan: ItemPlan) -> dict[str, Any]:
    return {"place": place, "title": plan.title, "todo": plan.todo, "why": plan.why, "edited": plan.edited}
