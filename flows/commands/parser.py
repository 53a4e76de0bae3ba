"""The command's options, with help that a person enjoys."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

DEFAULT_STORE = "courses"

_EXIT_CODES = "Exit codes: 0 complete · 2 wrong input, nothing was run · 3 finished with gaps · 4 stopped by a quota or a cost limit · 1 anything else."  # noqa: E501


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    parser = argparse.ArgumentParser(
        prog="coursewright",
        description="Outline in, finished course out. Nothing is paid for twice, nothing is lost.",
        epilog=_EXIT_CODES,
        formatter_class=_formatter(),
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_batches(commands)
    _add_generate(commands)
    _add_estimate(commands)
    _add_status(commands)
    _add_accept(commands)
    _add_book(commands)
    _add_prune(commands)
    _add_import(commands)
    return parser


def _formatter() -> Any:
    from rich_argparse import RichHelpFormatter

    return RichHelpFormatter


def _lazily(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's code only when it runs, so that ``--help`` and ``check`` start at once."""

    def run(options: argparse.Namespace) -> int:
        return int(getattr(import_module(f"flows.commands.{module}"), function)(options))

    return run


def _add(
    commands: Any, name: str, text: str, *, module: str = "", epilog: str = ""
) -> argparse.ArgumentParser:
    module = module or name
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text, epilog=epilog, formatter_class=_formatter()
    )
    parser.set_defaults(run=_lazily(module, f"run_{name}"))
    parser.add_argument(
        "--json", action="store_true", help="give the result as JSON on standard output, for scripts"
    )
    return parser


def _add_check(commands: Any) -> None:
    parser = _add(commands, "check", "Check an outline and name every problem in it, each with its mend.")
    parser.add_argument("outline", metavar="OUTLINE", help="the outline: a path or s3://bucket/key")


def _add_batches(commands: Any) -> None:
    parser = _add(commands, "batches", "Print the batches of an outline as JSON.")
    parser.add_argument("outline", metavar="OUTLINE", help="the outline: a path or s3://bucket/key")
    parser.add_argument("--modules", default="", metavar="1,3-5", help="only these modules")
    parser.add_argument(
        "--batch-size", type=int, default=None, metavar="N", help="the most lessons in a batch (3)"
    )
    _add_place(parser)
    parser.add_argument("--model", default=None, metavar="MODEL", help="the model's name, for model_provider")


def _add_generate(commands: Any) -> None:
    parser = _add(
        commands,
        "generate",
        "Make the course: lessons, figures, labs and book. What is finished is not paid for again.",
        epilog=f"An option that is left out means: as last time. {_EXIT_CODES}",
    )
    parser.add_argument(
        "outline", metavar="OUTLINE", nargs="?", default="",
        help="the outline: a path or s3://bucket/key; left out with --project, the one it was made from",
    )  # fmt: skip
    _add_place(parser)
    what = parser.add_argument_group("what to make")
    what.add_argument("--content", choices=["theory", "labs", "both"], default=None, help="at first: theory")
    what.add_argument("--modules", default="", metavar="1,3-5", help="only these modules")
    what.add_argument("--lessons", default="", metavar="02-03", help="only these lessons")
    what.add_argument("--labs", default="", metavar="02-03-01", help="only these labs")
    what.add_argument(
        "--visuals", choices=["diagrams", "diagrams and illustrations", "none"], default=None,
        help="figures of the lessons; at first: diagrams",
    )  # fmt: skip
    what.add_argument("--image-model", default=None, metavar="MODEL", help="who makes illustrations")
    what.add_argument(
        "--max-illustrations",
        type=int,
        default=None,
        metavar="N",
        help="the most pictures of a run; at first: 10",
    )
    what.add_argument(
        "--formats", default=None, metavar="md,html,pdf",
        help="the book's formats: md, json, html, epub, pdf, docx, site, scorm, cc; at first: md, json, html",
    )  # fmt: skip
    how = parser.add_argument_group("how to make it")
    _add_model(how)
    how.add_argument(
        "--writing", choices=["whole", "sections"], default=None, help="a lesson in one call, or by sections"
    )
    how.add_argument(
        "--language", default=None, metavar="en", help="for an outline that names none; at first: es"
    )
    how.add_argument(
        "--requirements", default=None, metavar="TEXT", help="what every lesson must heed beyond the outline"
    )
    how.add_argument(
        "--batch-size", type=int, default=None, metavar="N", help="the most lessons in a batch; at first: 3"
    )
    how.add_argument("--temperature", type=float, default=None, metavar="T", help="the model's temperature")
    how.add_argument(
        "--run-lab-checks", action="store_true", help="run labs' check commands, shut in and without network"
    )
    how.add_argument("--check-links", action="store_true", help="ask lessons' links whether they are there")
    how.add_argument(
        "--max-cost", type=float, default=None, metavar="USD", help="stop before spending more than this"
    )
    how.add_argument(
        "--quota-reset", default="00:10", metavar="HH:MM",
        help="when daily quotas are filled again, in UTC, for providers that do not say (00:10)",
    )  # fmt: skip
    what_again = parser.add_argument_group("what is finished already")
    what_again.add_argument(
        "--again", action="store_true", help="write the selection anew though it is finished"
    )
    what_again.add_argument(
        "--note", default="", metavar="TEXT", help="what the model should do better; with --again"
    )
    what_again.add_argument(
        "--finished-by", choices=["same model", "any model"], default=None,
        help="whether work that another model finished counts; at first: same model",
    )  # fmt: skip
    what_again.add_argument(
        "--labs-follow-lessons", action=argparse.BooleanOptionalAction, default=None,
        help="whether a changed lesson text makes its labs stale; at first: no",
    )  # fmt: skip
    what_again.add_argument(
        "--overwrite-edits", action="store_true", help="put new texts in the place of edits by hand"
    )
    what_again.add_argument("--replace", action="store_true", help="take an outline that is another course")
    run = parser.add_argument_group("this run")
    run.add_argument(
        "--dry-run", action="store_true", help="list what would be done, why, and what it would cost"
    )
    run.add_argument(
        "--aws-credentials", default="", metavar="BLOCK", help="the name of an AwsCredentials block"
    )
    run.add_argument(
        "--openai-secret", default="", metavar="BLOCK", help="the name of a Secret block with the key"
    )
    run.add_argument("--verbose", action="store_true", help="show Prefect's own log as well")


def _add_estimate(commands: Any) -> None:
    parser = _add(
        commands, "estimate", "Tell calls, tokens, cost and time of a course before anything is spent."
    )
    parser.add_argument("outline", metavar="OUTLINE", help="the outline: a path or s3://bucket/key")
    _add_model(parser)
    parser.add_argument(
        "--content", choices=["theory", "labs", "both"], default=None, help="at first: theory"
    )
    parser.add_argument(
        "--writing", choices=["whole", "sections"], default=None, help="a lesson in one call, or by sections"
    )
    parser.add_argument("--language", default=None, metavar="en", help="for an outline that names none")


def _add_status(commands: Any) -> None:
    parser = _add(
        commands, "status", "Show each lesson and lab: finished, stale and why, edited, missing, set aside."
    )
    _add_project(parser)


def _add_accept(commands: Any) -> None:
    parser = _add(commands, "accept", "Check a draft that you mended in rejected/ and publish it.")
    _add_project(parser)
    parser.add_argument("item", metavar="LESSON", help="the lesson (01-02) or lab (01-02-01)")


def _add_book(commands: Any) -> None:
    parser = _add(commands, "book", "Bind the book anew from what the project holds, edits and all.")
    _add_project(parser)
    parser.add_argument(
        "--formats", default=None, metavar="pdf,epub", help="these formats; else the project's"
    )


def _add_prune(commands: Any) -> None:
    parser = _add(
        commands, "prune", "List finished work that no published course uses, and remove it with --delete."
    )
    parser.add_argument(
        "project", metavar="PROJECT", nargs="?", default="", help="only this project; else all of the store"
    )
    parser.add_argument(
        "--store", default=DEFAULT_STORE, metavar="STORE", help="a folder or s3://bucket/prefix (courses)"
    )
    parser.add_argument(
        "--older-than", type=float, default=30.0, metavar="DAYS", help="only work of this age (30)"
    )
    parser.add_argument("--delete", action="store_true", help="remove it; without this it is only listed")


def _add_import(commands: Any) -> None:
    parser = _add(
        commands, "import", "Take over a project of the earlier system; its lessons count as edited by hand.",
        module="import_project",
    )  # fmt: skip
    parser.add_argument("folder", metavar="FOLDER", help="the earlier system's project folder")
    parser.add_argument("outline", metavar="OUTLINE", help="the course's outline")
    _add_place(parser)
    parser.add_argument("--language", default=None, metavar="en", help="for an outline that names none")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", default=DEFAULT_STORE, metavar="STORE", help="a folder or s3://bucket/prefix (courses)"
    )
    parser.add_argument(
        "--project", default="", metavar="NAME", help="the project's name; else from the outline's title"
    )


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="the project's name")
    parser.add_argument(
        "--store", default=DEFAULT_STORE, metavar="STORE", help="a folder or s3://bucket/prefix (courses)"
    )


def _add_model(parser: Any) -> None:
    parser.add_argument(
        "--model", default=None, metavar="MODEL",
        help="embedded, openai:NAME, bedrock:NAME, ollama:NAME; several, with commas, are a fallback chain",
    )  # fmt: skip
