"""`coursewright check`: is this outline good, and if not, what is wrong where."""

from __future__ import annotations

import argparse
import json
import sys

from coursewright.outline import load_outline
from coursewright.outline.problems import OutlineError
from coursewright.store.open import read_outline


def run_check(options: argparse.Namespace) -> int:
    """Check an outline; exit code 2 where it has errors."""
    data, _ = read_outline(options.outline)
    try:
        outline = load_outline(data, name=options.outline)
    except OutlineError as error:
        if options.json:
            problems = [problem.as_json() for problem in error.problems]
            print(json.dumps({"good": False, "problems": problems}, ensure_ascii=False, indent=1))
        else:
            print(error, file=sys.stderr)
        return 2
    counts = {"modules": len(outline.modules), "lessons": len(outline.lessons), "labs": len(outline.labs)}
    if options.json:
        warnings = [{"path": w.path, "line": w.line, "message": w.message} for w in outline.warnings]
        found = {
            "good": True,
            "title": outline.title,
            "language": outline.language,
            **counts,
            "warnings": warnings,
        }
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    print(f"{outline.title}: good. " + ", ".join(f"{count} {name}" for name, count in counts.items()) + ".")
    for warning in outline.warnings:
        where = f"line {warning.line}, {warning.path}" if warning.line else warning.path
        print(f"  warning: {where}: {warning.message}")
    return 0
