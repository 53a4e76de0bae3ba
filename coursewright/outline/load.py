"""From an outline's bytes to an `Outline`, or to one error that lists everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace

from coursewright.outline.model import Outline
from coursewright.outline.nodes import Entries, Items, Node, Text
from coursewright.outline.problems import OutlineError, Problem
from coursewright.outline.read_course import read_course
from coursewright.outline.reading import Reading
from coursewright.outline.source import read_source
from coursewright.outline.syntax import parse_tolerantly


def load_outline(data: bytes, *, name: str = "outline.yaml") -> Outline:
    """The outline in a YAML file.

    Args:
        data: the file's bytes: UTF-8, at most 5 MB.
        name: what messages call the file.

    Raises:
        OutlineError: the outline cannot be used. Lists every problem found, with its key path, its line and,
            where it can be known, the mend.
    """
    source, problems = read_source(data, name)
    tree, source, faults = parse_tolerantly(source)
    problems += faults
    if tree is None and problems:
        raise OutlineError(name, problems)
    if tree is not None and problems:
        paths = _paths_by_line(tree)
        problems = [replace(problem, path=paths.get(problem.line or 0, "")) for problem in problems]
    reading = Reading(source)
    outline = read_course(tree, reading)
    problems = _drop_repeated([*problems, *reading.problems])
    if problems or outline is None:
        raise OutlineError(name, problems, reading.warnings)
    warnings = tuple(sorted(dict.fromkeys(reading.warnings), key=lambda warning: warning.line or 0))
    return replace(outline, text=data, warnings=warnings, unknown_keys=reading.unknown_keys)


def _paths_by_line(tree: Node) -> dict[int, str]:
    """The key path of what stands on each line, from 1; empty where several values stand on it."""
    paths: dict[int, str] = {}
    stack: list[tuple[str, Node]] = [("", tree)]
    seen: set[int] = set()
    while stack:
        path, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Text):
            paths[node.line + 1] = "" if node.line + 1 in paths else path
        elif isinstance(node, Items):
            stack += [(f"{path}[{index}]", item) for index, item in enumerate(node.items)]
        elif isinstance(node, Entries):
            named = [(key.text, value) for key, value in node.entries if isinstance(key, Text)]
            stack += [(f"{path}.{key}" if path else key, value) for key, value in named]
    return paths


def _drop_repeated(problems: list[Problem]) -> list[Problem]:
    """The problems without the repetitions that aliases to a faulty part make."""
    seen: dict[tuple[int | None, str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.line, problem.message, problem.found), problem)
    return list(seen.values())
