"""`coursewright batches`: the contract's JSON, alone, on standard output."""

from __future__ import annotations

import argparse

from coursewright.batches import MAX_LESSONS_PER_BATCH, expand_batches
from coursewright.outline import load_outline
from coursewright.project_names import check_project_name, project_name
from coursewright.selection import parse_modules
from coursewright.store.open import read_outline
from flows.commands.say import say_json
from flows.commands.stores import open_named_store


def run_batches(options: argparse.Namespace) -> int:
    """Print the batches of an outline."""
    data, key = read_outline(options.outline)
    outline = load_outline(data, name=options.outline)
    project = check_project_name(options.project or project_name(outline.title))
    store = open_named_store(options).within(project)
    batches = expand_batches(
        outline,
        course_bucket=store.bucket,
        outline_s3_key=key,
        project_folder=store.prefix,
        model_provider=options.model or "embedded",
        max_lessons=MAX_LESSONS_PER_BATCH if options.batch_size is None else options.batch_size,
        modules_to_generate=parse_modules(options.modules) if options.modules else (),
    )
    say_json(batches.as_json())
    return 0
