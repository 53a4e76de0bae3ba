"""`coursewright status`: what each lesson, lab and figure of a project is just now."""

from __future__ import annotations

import argparse
import json

from coursewright.project.course import load_course
from coursewright.project.status import status_rows
from coursewright.project_names import check_project_name
from coursewright.store.open import open_store


def run_status(options: argparse.Namespace) -> int:
    """Show the state of a project."""
    course = load_course(open_store(options.store), check_project_name(options.project))
    rows = status_rows(course)
    if options.json:
        found = {"project": course.project, "title": course.outline.title, "items": rows}
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
    return 0
