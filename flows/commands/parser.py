"""The command's options, with help that a person enjoys."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

from coursewright.errors import CourseError
from flows.commands.generate_options import GENERATE_EXAMPLES, add_generate_options
from flows.commands.help import EXIT_CODES, CommandParser, HelpFormatter, show_version, with_examples
from flows.commands.say import clean_log, printable
from flows.commands.shared_options import (
    add_content,
    add_language,
    add_model,
    add_outline,
    add_place,
    add_project,
    add_store,
    add_visuals,
    add_writing,
)

_EXAMPLES = (
    ("coursewright check outline.yaml", "what is wrong with it, and the mend"),
    ("coursewright estimate outline.yaml --model openai:gpt-4o", "what it would cost"),
    ("coursewright generate outline.yaml --model openai:gpt-4o", "make the course"),
    ("coursewright status my-course", "what is finished, stale, missing"),
)


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    parser = CommandParser(
        prog="coursewright",
        usage="%(prog)s COMMAND …",
        description="Outline in, finished course out. Nothing is paid for twice, nothing is lost.",
        epilog=with_examples(_EXAMPLES, f"Every command has --help, and --json for scripts.\n\n{EXIT_CODES}"),
        formatter_class=HelpFormatter,
    )
    parser.add_argument("--version", action="version", version=show_version(), help="tell the version")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", prog=parser.prog)
    _add_check(commands)
    _add_estimate(commands)
    _add_generate(commands)
    _add_status(commands)
    _add_accept(commands)
    _add_book(commands)
    _add_batches(commands)
    _add_prune(commands)
    _add_import(commands)
    return parser


def _lazily(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's code only when it runs, so that ``--help`` and ``check`` start at once."""

    def run(options: argparse.Namespace) -> int:
        clean_log()
        try:
            return int(getattr(import_module(f"flows.commands.{module}"), function)(options))
        except CourseError as error:
            # Whoever catches it prints it.
            error.args = tuple(printable(part) if isinstance(part, str) else part for part in error.args)
            raise

    return run


def _add(
    commands: Any,
    name: str,
    text: str,
    usage: str,
    *,
    help_line: str = "",
    examples: tuple[tuple[str, str], ...],
    more: str = "",
    module: str = "",
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_line or text,
        description=text,
        usage=f"%(prog)s {usage}",
        epilog=with_examples(examples, more),
        formatter_class=HelpFormatter,
    )
    parser.set_defaults(run=_lazily(module or name, f"run_{name}"))
    parser.add_argument(
        "--json", action="store_true", help="give the result as JSON on standard output, for scripts"
    )
    return parser


def _add_check(commands: Any) -> None:
    parser = _add(
        commands,
        "check",
        "Check an outline and name every problem in it, each with its mend.",
        "OUTLINE [--json]",
        help_line="Name every problem in an outline, each with its mend.",
        examples=(("coursewright check outline.yaml", "good, or all that is wrong, line by line"),),
        more="Exit codes: 0 it is good · 2 it has problems.",
    )
    add_outline(parser)


def _add_batches(commands: Any) -> None:
    parser = _add(
        commands,
        "batches",
        "Print the batches of an outline as JSON.",
        "OUTLINE [options]",
        examples=(
            ("coursewright batches outline.yaml", "all of them, on standard output"),
            ("coursewright batches outline.yaml --modules 1,3-5", "of these modules"),
        ),
    )
    add_outline(parser)
    parser.add_argument("--modules", default="", metavar="1,3-5", help="only these modules")
    parser.add_argument(
        "--batch-size", type=int, default=None, metavar="N", help="the most lessons in a batch (3)"
    )
    add_place(parser)
    parser.add_argument("--model", default=None, metavar="MODEL", help="the model's name, for model_provider")


def _add_generate(commands: Any) -> None:
    parser = _add(
        commands,
        "generate",
        "Make the course: lessons, figures, labs and book. What is finished is not paid for again.",
        "[OUTLINE] [options]",
        help_line="Make the course; what is finished is not paid for again.",
        examples=GENERATE_EXAMPLES,
        more=f"An option that is left out means: as last time.\n\n{EXIT_CODES}",
    )
    add_generate_options(parser)


def _add_estimate(commands: Any) -> None:
    parser = _add(
        commands,
        "estimate",
        "Tell calls, tokens, cost and time of a course before anything is spent.",
        "OUTLINE [options]",
        help_line="Tell what it would take, before anything is spent.",
        examples=(
            ("coursewright estimate outline.yaml --model openai:gpt-4o", "its lessons"),
            ("coursewright estimate outline.yaml --model openai:gpt-4o --content both", "and its labs"),
        ),
        more="As if nothing were finished; `generate --dry-run` counts what is.",
    )
    add_outline(parser)
    add_model(parser)
    add_content(parser)
    add_visuals(parser)
    add_writing(parser)
    add_language(parser)


def _add_status(commands: Any) -> None:
    parser = _add(
        commands,
        "status",
        "Show each lesson and lab: finished, stale and why, edited, missing, set aside.",
        "PROJECT [options]",
        help_line="Show what is finished, stale and why, edited, missing.",
        examples=(("coursewright status my-course", "one line an item"),),
    )
    add_project(parser)


def _add_accept(commands: Any) -> None:
    parser = _add(
        commands,
        "accept",
        "Check a draft that you mended in rejected/ and publish it.",
        "PROJECT LESSON [options]",
        examples=(
            ("coursewright accept my-course 02-03", "a lesson"),
            ("coursewright accept my-course 02-03-01", "a lab"),
        ),
        more="Exit codes: 0 published · 2 the checks still refuse it.",
    )
    add_project(parser)
    parser.add_argument("item", metavar="LESSON", help="the lesson (01-02) or lab (01-02-01)")


def _add_book(commands: Any) -> None:
    parser = _add(
        commands,
        "book",
        "Bind the book anew from what the project holds, edits and all. No model is asked.",
        "PROJECT [options]",
        help_line="Bind the book anew, with your edits in it.",
        examples=(
            ("coursewright book my-course", "in the project's formats"),
            ("coursewright book my-course --formats pdf,epub,docx", "in these"),
        ),
    )
    add_project(parser)
    parser.add_argument(
        "--formats", default=None, metavar="pdf,epub",
        help="md, json, html, epub, pdf, docx, site, scorm, cc; else the project's",
    )  # fmt: skip


def _add_prune(commands: Any) -> None:
    parser = _add(
        commands,
        "prune",
        "List finished work that no published course uses, and remove it with --delete.",
        "[PROJECT] [options]",
        help_line="List or remove finished work that no course uses.",
        examples=(
            ("coursewright prune", "list it, for the whole store"),
            ("coursewright prune my-course --older-than 90 --delete", "remove it"),
        ),
    )
    parser.add_argument(
        "project", metavar="PROJECT", nargs="?", default="", help="only this project; else all of the store"
    )
    add_store(parser)
    parser.add_argument(
        "--older-than", type=float, default=30.0, metavar="DAYS", help="only work of this age (30)"
    )
    parser.add_argument("--delete", action="store_true", help="remove it; without this it is only listed")


def _add_import(commands: Any) -> None:
    parser = _add(
        commands,
        "import",
        "Take over a project of the earlier system; its lessons count as edited by hand.",
        "FOLDER OUTLINE [options]",
        help_line="Take over a project of the earlier system.",
        examples=(("coursewright import old/my-course outline.yaml --project my-course", ""),),
        module="import_project",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the earlier system's project folder")
    add_outline(parser)
    add_place(parser)
    add_language(parser)
