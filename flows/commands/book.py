"""`coursewright book`: bind the book anew from what a project holds."""

from __future__ import annotations

import argparse
import sys

from coursewright.project.report import EXIT_CODES
from coursewright.project.write_books import write_books
from coursewright.project_names import check_project_name
from flows.commands.generate import split_names
from flows.commands.say import say, say_json
from flows.commands.stores import open_named_store


def run_book(options: argparse.Namespace) -> int:
    """Bind the book; asks no model."""
    written = write_books(
        open_named_store(options),
        check_project_name(options.project),
        formats=split_names(options.formats),
        anew=True,
    )
    if options.json:
        found = {
            "files": dict(written.files),
            "warnings": list(written.warnings),
            "failed": dict(written.failed),
        }
        say_json(found)
        return EXIT_CODES["FinishedWithGaps"] if written.failed else 0
    width = max(map(len, written.files), default=0)
    for name, place in written.files.items():
        say(f"{name:<{width}}  {place}")
    for warning in written.warnings:
        say(f"warning: {warning}", sys.stderr)
    for name, why in written.failed.items():
        say(f"{name} was not written: {why}", sys.stderr)
    return EXIT_CODES["FinishedWithGaps"] if written.failed else 0
