"""`coursewright prune`: finished work that nothing published uses."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from coursewright.counting import say_count
from coursewright.errors import SettingsError
from coursewright.project.prune import find_unused, remove_unused
from coursewright.project_names import check_project_name
from flows.commands.say import say, say_json
from flows.commands.stores import open_named_store

_MOST_DAYS = 36_500


def run_prune(options: argparse.Namespace) -> int:
    """List unused finished work, and remove it where asked to."""
    if not 0 <= options.older_than <= _MOST_DAYS:
        raise SettingsError(f"--older-than is {options.older_than:g}; give days, from 0 to {_MOST_DAYS:,}.")
    store = open_named_store(options)
    project = check_project_name(options.project) if options.project else None
    unused = find_unused(
        store, before=datetime.now(UTC) - timedelta(days=options.older_than), project=project
    )
    if options.delete:
        remove_unused(store, unused)
    if options.json:
        rows = [
            {"key": item.key, "bytes": item.size, "modified": item.modified.isoformat()} for item in unused
        ]
        say_json({"removed": options.delete, "objects": rows})
        return 0
    if not unused:
        say("Nothing is unused.")
        return 0
    for item in unused:
        say(f"{item.modified:%Y-%m-%d}  {item.size:>9,} bytes  {item.key}")
    total = sum(item.size for item in unused)
    verb = "removed" if options.delete else "unused; remove with --delete"
    say(f"{say_count(len(unused), 'object')}, {total:,} bytes: {verb}")
    return 0
