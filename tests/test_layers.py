"""flows → tasks → coursewright, in one direction."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "coursewright": {"coursewright"},
    "tasks": {"coursewright", "tasks"},
    "flows": {"coursewright", "tasks", "flows"},
}


def imported(path: Path) -> Iterator[str]:
    """The top-level names of all that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_itself_and_those_below(layer: str) -> None:
    ours = {"coursewright", "tasks", "flows", "deployments", "tests", "servers"}
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / layer).rglob("*.py")
        for name in imported(path)
        if name in ours - MAY_IMPORT[layer] or (layer == "coursewright" and name.startswith("prefect"))
    }
    assert not wrong


def modules_of(package: str) -> list[str]:
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "__main__.py"
    ]


def test_importing_all_of_coursewright_loads_no_prefect() -> None:
    code = (
        f"import importlib, sys\n"
        f"for name in {modules_of('coursewright')!r}: importlib.import_module(name)\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'prefect'))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments", [["check", "examples/web-basics.yaml"], ["--help"], ["generate", "--help"]]
)
def test_checking_and_help_import_no_prefect(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from flows.__main__ import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "print('prefect' in sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stderr.strip().endswith("False"), ran.stderr
