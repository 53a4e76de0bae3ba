"""The threat page names tests; they are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_threat_page_names_exists() -> None:
    page = (ROOT / "docs" / "threats.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) > 25
    missing = []
    for file, test in named:
        path = ROOT / file
        tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
        if test not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{file}::{test}")
    assert missing == []


def test_every_line_of_a_threat_names_a_test() -> None:
    page = (ROOT / "docs" / "threats.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and line.count("|") == 4]
    threats = [row for row in rows if not row.startswith(("| who", "| threat", "|---"))]
    threats = [row for row in threats if "shown by" not in row and not row.startswith("| authors")]
    unproven = [row for row in threats if "::test_" not in row]
    assert [row.split("|")[1].strip() for row in unproven] == [
        "models",
        "whoever can write the store",
        "whoever may start runs in Prefect",
    ]
