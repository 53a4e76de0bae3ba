"""The options of `coursewright generate`, in the order in which a person thinks of them."""

from __future__ import annotations

import argparse

from flows.commands.shared_options import (
    add_content,
    add_language,
    add_model,
    add_place,
    add_visuals,
    add_writing,
)

GENERATE_EXAMPLES = (
    ("coursewright generate outline.yaml --model openai:gpt-4o", "make a course"),
    ("coursewright generate outline.yaml --dry-run", "what would be done, why, at what cost"),
    ("coursewright generate --project my-course", "go on, with all as it was last time"),
    ("coursewright generate --project my-course --content both", "the labs as well"),
    (
        'coursewright generate --project my-course --lessons 02-03 --again --note "more examples"',
        "one lesson anew",
    ),
)


def add_generate_options(parser: argparse.ArgumentParser) -> None:
    """All of them, in groups."""
    parser.add_argument(
        "outline", metavar="OUTLINE", nargs="?", default="",
        help="the outline: a path or s3://bucket/key; left out with --project, the one it was made from",
    )  # fmt: skip
    add_place(parser)
    _add_what(parser)
    _add_how(parser)
    _add_finished(parser)
    _add_run(parser)


def _add_what(parser: argparse.ArgumentParser) -> None:
    """What is made."""
    what = parser.add_argument_group("what to make")
    add_content(what)
    what.add_argument("--modules", default="", metavar="1,3-5", help="only these modules")
    what.add_argument("--lessons", default="", metavar="02-03", help="only these lessons")
    what.add_argument("--labs", default="", metavar="02-03-01", help="only these labs")
    add_visuals(what)
    what.add_argument(
        "--formats", default=None, metavar="md,html,pdf",
        help="the book's formats: md, json, html, epub, pdf, docx, site, scorm, cc; at first: md, json, html",
    )  # fmt: skip


def _add_how(parser: argparse.ArgumentParser) -> None:
    """How it is made."""
    how = parser.add_argument_group("how to make it")
    add_model(how)
    add_writing(how)
    add_language(how)
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


def _add_finished(parser: argparse.ArgumentParser) -> None:
    """What of the finished work is made anew."""
    anew = parser.add_argument_group("what is finished already")
    anew.add_argument("--again", action="store_true", help="write the selection anew though it is finished")
    anew.add_argument(
        "--note", default="", metavar="TEXT", help="what the model should do better; with --again"
    )
    anew.add_argument(
        "--finished-by", choices=["same model", "any model"], default=None,
        help="whether work that another model finished counts; at first: same model",
    )  # fmt: skip
    anew.add_argument(
        "--labs-follow-lessons", action=argparse.BooleanOptionalAction, default=None,
        help="whether a changed lesson text makes its labs stale; at first: no",
    )  # fmt: skip
    anew.add_argument(
        "--overwrite-edits", action="store_true", help="put new texts in the place of edits by hand"
    )
    anew.add_argument("--replace", action="store_true", help="take an outline that is another course")


def _add_run(parser: argparse.ArgumentParser) -> None:
    """What is about this run only."""
    run = parser.add_argument_group("this run")
    run.add_argument(
        "--dry-run", action="store_true", help="list what would be done, why, and what it would cost"
    )
    run.add_argument(
        "--openai-secret", default="", metavar="BLOCK", help="the name of a Secret block with the key"
    )
    run.add_argument("--verbose", action="store_true", help="show Prefect's own log as well")
