"""`coursewright generate`: decide without Prefect, then run the flow and show it in the terminal."""

from __future__ import annotations

import argparse
from typing import Any

from coursewright.errors import SettingsError
from coursewright.project.decide import ReadyCourse, RunRequest, check_models, decide_run
from coursewright.project.order import RunOrder
from coursewright.project.resources import ModelChains
from coursewright.project.resume import check_quota_reset
from coursewright.project.settings import Wanted
from flows.commands.say import say_json
from flows.commands.server import quieten_prefect
from flows.commands.stores import is_behind_block, open_named_store


def run_generate(options: argparse.Namespace) -> int:
    """Make a course."""
    check_quota_reset(options.quota_reset)
    request = _request(options)
    # Wrong input is told at once, before Prefect is even imported. A store behind a block needs the server
    # anyway, so there the flow itself decides.
    if is_behind_block(options) and not options.dry_run:
        return _run_flow(options, None)
    ready = decide_run(request, open_named_store(options), dry=True)
    if options.dry_run:
        from flows.commands.show_plan import show_plan

        return show_plan(ready, as_json=options.json)
    if not options.openai_secret:
        with ModelChains() as chains:
            check_models(ready.prepared, chains)
    return _run_flow(options, ready)


def _request(options: argparse.Namespace) -> RunRequest:
    return RunRequest(
        order=RunOrder(
            run="",
            store=options.store,
            project=options.project,
            modules=options.modules,
            lessons=options.lessons,
            labs=options.labs,
            again=options.again,
            note=options.note,
            overwrite_edits=options.overwrite_edits,
            max_cost=options.max_cost,
            check_links=options.check_links,
            run_lab_checks=options.run_lab_checks,
        ),
        wanted=Wanted(
            models=split_names(options.model),
            content=options.content,
            visuals=options.visuals,
            writing=options.writing,
            finished_by=options.finished_by,
            formats=split_names(options.formats),
            requirements=options.requirements,
            language=options.language,
            batch_size=options.batch_size,
            temperature=options.temperature,
            labs_follow_lessons=options.labs_follow_lessons,
            image_model=options.image_model,
            max_illustrations=options.max_illustrations,
        ),
        outline=options.outline,
        replace_course=options.replace,
    )


def split_names(text: str | None) -> tuple[str, ...] | None:
    """Names with commas between them; None where nothing is given.

    Raises:
        SettingsError: something is given, and there is no name in it.
    """
    names = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    if text and not names:
        raise SettingsError(f"{text!r} names nothing; write names with commas between them.")
    return names or None


def _run_flow(options: argparse.Namespace, ready: ReadyCourse | None) -> int:
    quieten_prefect(verbose=options.verbose)
    from flows.commands.terminal import RunDisplay

    with RunDisplay(ready, quiet=options.json, moving=not options.verbose) as display:
        display.starting()
        # Imported only now: Prefect takes over a second.
        from flows.run_course import run_course

        report = run_course(_parameters(options), display)
    if options.json:
        say_json(report.as_json())
    return report.exit_code


def _parameters(options: argparse.Namespace) -> dict[str, Any]:
    """The flow's parameters; what was left out is left out, which means as last time."""
    given = {
        name: getattr(options, name)
        for name in (
            "outline", "project", "store", "model", "content", "modules", "lessons", "labs", "visuals",
            "language", "writing", "finished_by", "batch_size", "temperature", "max_cost", "again",
            "note", "check_links", "run_lab_checks", "overwrite_edits", "replace",
            "labs_follow_lessons", "quota_reset", "aws_credentials", "openai_secret", "image_model",
            "max_illustrations",
        )
        if getattr(options, name) is not None
    }  # fmt: skip
    if options.formats:
        given["formats"] = list(split_names(options.formats) or ())
    if options.requirements is not None:
        given["requirements"] = options.requirements or "-"
    return given
