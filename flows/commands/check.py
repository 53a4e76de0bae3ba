"""`coursewright check`: is this outline good, and if not, what is wrong where."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from coursewright.counting import say_count
from coursewright.outline import load_outline
from coursewright.outline.model import OutlineWarning
from coursewright.outline.problems import MAX_PATH, OutlineError, shorten
from coursewright.store.open import read_outline
from flows.commands.say import say, say_json


def run_check(options: argparse.Namespace) -> int:
    """Check an outline; exit code 2 where it has errors."""
    data, _ = read_outline(options.outline)
    try:
        outline = load_outline(data, name=options.outline)
    except OutlineError as error:
        if options.json:
            problems = [problem.as_json() for problem in error.problems]
            found = {"good": False, "problems": problems, "warnings": _as_json(error.warnings)}
            say_json(found)
        else:
            say(str(error), sys.stderr)
            if error.warnings:
                say("\nWhat else is odd:", sys.stderr)
                _show(error.warnings, sys.stderr)
        return 2
    counts = {"modules": len(outline.modules), "lessons": len(outline.lessons), "labs": len(outline.labs)}
    if options.json:
        found = {
            "good": True,
            "title": outline.title,
            "language": outline.language,
            **counts,
            "warnings": _as_json(outline.warnings),
        }
        say_json(found)
        return 0
    told = ", ".join(say_count(number, name.removesuffix("s")) for name, number in counts.items())
    say(f"{shorten(outline.title)}: good. {told}.")
    _show(outline.warnings, sys.stdout)
    return 0


def _as_json(warnings: Sequence[OutlineWarning]) -> list[dict[str, Any]]:
    return [{"path": w.path, "line": w.line, "message": w.message} for w in warnings]


def _show(warnings: Sequence[OutlineWarning], stream: TextIO) -> None:
    for warning in warnings:
        path = shorten(warning.path, MAX_PATH)
        where = f"line {warning.line}, {path}" if warning.line else path
        say(f"  warning: {where}: {warning.message}", stream)
