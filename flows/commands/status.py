"""`coursewright status`: what each lesson, lab and figure of a project is just now."""

from __future__ import annotations

import argparse
import json

from coursewright.project.course import load_course
from coursewright.project.status import read_outline_news, status_rows
from coursewright.project_names import check_project_name
from flows.commands.stores import open_named_store


def run_status(options: argparse.Namespace) -> int:
    """Show the state of a project."""
    store = open_named_store(options.store)
    course = load_course(store, check_project_name(options.project))
    rows, news = status_rows(course), read_outline_news(store, course.project)
    if options.json:
        found = {
            "project": course.project,
            "title": course.outline.title,
            "items": rows,
            "outline_changed": news is not None,
            "next_run": [{"item": one.place, "why": one.why} for one in news.items] if news else [],
        }
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"{escape(course.outline.title)} · {course.store.url}", title_justify="left")
    for name in ("item", "title", "state", "why", "words", "figures", "model", "warnings"):
        table.add_column(name, justify="right" if name in ("words", "figures", "warnings") else "left")
    for row in rows:
        table.add_row(
            row["item"],
            escape(row["title"]),
            row["state"],
            escape(row["why"]),
            f"{row['words']:,} / {row['target']:,}" if row["words"] else "",
            str(row["figures"] or ""),
            escape(row["model"]),
            str(row["warnings"] or ""),
        )
    Console().print(table)
    if news is not None:
        print(f"The outline {news.source} has changed since the last run.")
        for one in news.items:
            print(f"  {one.place} {one.title}: {one.why}")
        if news.fault:
            print(f"  {news.fault}")
        elif not news.items:
            print("  Nothing is stale for it.")
    return 0
