"""`coursewright accept`: take over a draft that a person mended in ``rejected/``."""

from __future__ import annotations

import argparse
import shlex
import sys

from coursewright.project.accept import accept_draft
from coursewright.project.course import load_course
from coursewright.project_names import check_project_name
from coursewright.selection import parse_item
from coursewright.store.open import store_address
from flows.commands.say import say, say_json
from flows.commands.stores import open_named_store


def run_accept(options: argparse.Namespace) -> int:
    """Check a mended draft and publish it; exit code 2 where the checks still refuse it."""
    course = load_course(open_named_store(options), check_project_name(options.project))
    item = parse_item(options.item)
    acceptance = accept_draft(course, item)
    findings = [finding for finding in acceptance.findings if finding.severity != "note"]
    if options.json:
        found = {
            "item": item,
            "accepted": acceptance.accepted,
            "location": acceptance.location,
            "findings": [finding.as_json() for finding in acceptance.findings],
        }
        say_json(found)
        return 0 if acceptance.accepted else 2
    for finding in findings:
        where = f"line {finding.line}: " if finding.line else ""
        say(f"{finding.severity}: {finding.check}: {where}{finding.message}", sys.stderr)
    if acceptance.accepted:
        say(f"Published: {acceptance.location}")
        say(f"Bring it into the book with: {_next_run(options)}")
        return 0
    say(f"Not published; mend the errors above in {acceptance.location} and try again.", sys.stderr)
    return 2


def _next_run(options: argparse.Namespace) -> str:
    """The command that draws what the text now shows and binds the book."""
    place = [] if options.store == store_address("") else ["--store", options.store]
    credentials = ["--aws-credentials", options.aws_credentials] if options.aws_credentials else []
    return shlex.join(["coursewright", "generate", "--project", options.project, *place, *credentials])
