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
    tables = page.split("| threat | what happens | shown by |\n|---|---|---|\n")[1:]
    threats = [row for table in tables for row in table.split("\n\n", 1)[0].splitlines()]
    assert len(threats) > 20
    assert [row for row in threats if "::test_" not in row.split(" | ")[-1]] == []


def test_every_test_that_the_threat_page_names_is_run_for_every_change() -> None:
    page = (ROOT / "docs" / "threats.md").read_text("utf-8")
    long = []
    for file, test in set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)):
        for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
            marks = [node.value] if isinstance(node, ast.Assign) and _names(node) == ["pytestmark"] else []
            if isinstance(node, ast.FunctionDef) and node.name == test:
                marks = [*node.decorator_list]
            if any("mark.long" in ast.unparse(mark) or "mark.skip" in ast.unparse(mark) for mark in marks):
                long.append(f"{file}::{test}")
    assert long == []


def _names(node: ast.Assign) -> list[str]:
    return [ast.unparse(target) for target in node.targets]
