"""`coursewright import`: take over a project folder of the earlier system."""

from __future__ import annotations

import argparse
from pathlib import Path

from coursewright.counting import say_count
from coursewright.outline import load_outline
from coursewright.project.import_earlier import import_earlier_project
from coursewright.project.settings import Wanted
from coursewright.project_names import check_project_name, project_name
from coursewright.store.open import read_outline
from flows.commands.say import say, say_json
from flows.commands.stores import open_named_store


def run_import(options: argparse.Namespace) -> int:
    """Take over the lessons, figures and labs of an earlier project."""
    data, _ = read_outline(options.outline)
    outline = load_outline(data, name=options.outline)
    project = check_project_name(options.project or project_name(outline.title))
    taken = import_earlier_project(
        Path(options.folder),
        open_named_store(options),
        project,
        outline_text=data,
        outline_source=options.outline if "://" in options.outline else str(Path(options.outline).absolute()),
        wanted=Wanted(language=options.language),
    )
    if options.json:
        say_json(taken.as_json())
        return 0
    lessons, figures, labs = (
        say_count(len(found), name)
        for found, name in ((taken.lessons, "lesson"), (taken.figures, "figure"), (taken.labs, "lab"))
    )
    say(f"Taken over into {project}: {lessons}, {figures} and {labs}.")
    for name, why in taken.left_out.items():
        say(f"  left out: {name}: {why}")
    return 0
