"""`coursewright status`: what each lesson, lab and figure of a project is just now."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from coursewright.outline.problems import shorten
from coursewright.project.course import load_course
from coursewright.project.status import read_outline_news, status_rows
from coursewright.project_names import check_project_name
from flows.commands.say import say, say_json
from flows.commands.stores import open_named_store

_COLUMNS = ("item", "title", "state", "words", "figures", "model", "warnings")
_STYLES = {"finished": "", "edited by hand": "", "set aside": "red", "missing": "red"}
_GAP = 2
"""Columns between two columns of the table, and of its edges one for each."""
_GOOD_TITLE, _LEAST_TITLE, _LEAST_STATE = 32, 16, 14
_NO_END = 10_000
"""The width of what is no terminal."""


def run_status(options: argparse.Namespace) -> int:
    """Show the state of a project."""
    store = open_named_store(options)
    course = load_course(store, check_project_name(options.project))
    rows, news = status_rows(course), read_outline_news(store, course.project)
    if options.json:
        found = {
            "project": course.project,
            "title": course.outline.title,
            "items": rows,
            "outline_changed": news is not None and not news.warning,
            "outline_warning": news.warning if news else "",
            "next_run": [{"item": one.place, "why": one.why} for one in news.items] if news else [],
        }
        say_json(found)
        return 0
    show_rows(course.outline.title, course.store.url, rows)
    if news is not None and news.warning:
        say(f"warning: {news.warning}", sys.stderr)
    elif news is not None:
        say(f"The outline {news.source} has changed since the last run.")
        for one in news.items:
            say(f"  {one.place} {one.title}: {one.why}")
        if news.fault:
            say(f"  {news.fault}")
        elif not news.items:
            say("  Nothing is stale for it.")
    return 0


def show_rows(title: str, address: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a line an item, of figures only those that are not simply there, of columns only those in use.

    In a terminal a long title is cut to keep the line; elsewhere lines are as long as they are.
    """
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.markup import escape
    from rich.table import Table

    from flows.commands.console import PlainConsole

    models = list(dict.fromkeys(row["model"] for row in rows if row["model"]))
    shown = [row for row in rows if not row["item"].startswith("figure") or row["state"] != "finished"]
    cells = [_cells(row, several_models=len(models) > 1) for row in shown]
    console = PlainConsole()
    if not console.is_terminal:
        console.width = _NO_END
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    used = [name for name in _COLUMNS if any(line[name] for line in cells)]
    sizes = {name: max(cell_len(line[name]) for line in (*cells, {name: name})) for name in used}
    for name in used:
        number = name in ("words", "figures", "warnings")
        table.add_column(
            name,
            justify="right" if number else "left",
            no_wrap=name != "state",
            overflow="ellipsis",
            width=_title_width(sizes, console.width) if name == "title" else None,
        )
    for row, line in zip(shown, cells, strict=True):
        table.add_row(*(escape(line[name]) for name in used), style=_STYLES.get(row["state"], "yellow"))
    console.print(f"[bold]{escape(shorten(title))}[/] · {escape(address)}", soft_wrap=True)
    states = Counter(row["state"] for row in rows if not row["item"].startswith("figure"))
    counts = [f"{count} {state}" for state, count in states.items()]
    written = [f"written by {models[0]}"] if len(models) == 1 else []
    console.print(" · ".join(counts + written), soft_wrap=True)
    console.print(table)


def _title_width(longest: Mapping[str, int], width: int) -> int:
    """What the other columns leave of the line; a state's reason wraps before a title is cut short.

    Args:
        longest: the width of each column's longest cell.
    """
    others = sum(size for name, size in longest.items() if name not in ("title", "state"))
    left = width - others - _GAP * len(longest)
    whole = left - longest["state"]
    if whole < min(longest["title"], _GOOD_TITLE):
        whole = left - min(longest["state"], _LEAST_STATE)
    return min(longest["title"], max(whole, _LEAST_TITLE))


def _cells(row: Mapping[str, Any], *, several_models: bool) -> dict[str, str]:
    return {
        "item": row["item"].removeprefix("lesson "),
        "title": row["title"],
        "state": row["state"] + (f": {row['why']}" if row["why"] else ""),
        "words": "/".join(f"{row[name]:,}" for name in ("words", "target") if row[name]),
        "figures": str(row["figures"] or ""),
        "model": row["model"] if several_models else "",
        "warnings": str(row["warnings"] or ""),
    }
