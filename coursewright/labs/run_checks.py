"""Trying a lab out: its check commands, in a throw-away folder that holds its files, with no network."""

from __future__ import annotations

from collections.abc import Mapping

from coursewright.labs.enclosure import CheckRun, RunLimits, find_enclosure, run_enclosed
from coursewright.labs.files import check_commands, in_the_way, safe_files
from coursewright.markdown.parse import parse_document


def run_lab_checks(text: str, limits: RunLimits | None = None) -> CheckRun:
    """Run the check commands of a guide with its starter and solution files beside them.

    Args:
        text: the guide. A solution file takes the place of the starter file of the same name.
    """
    document = parse_document(text)
    commands = check_commands(document)
    if not commands:
        return CheckRun("not_run", "the guide has no check commands")
    enclosure = find_enclosure()
    if enclosure is None:
        return CheckRun("not_run", "this system cannot run commands without a network (unshare, Bash)")
    return run_enclosed(commands, files_in_place(safe_files(document)), enclosure, limits or RunLimits())


def files_in_place(files: Mapping[str, str]) -> dict[str, str]:
    """A lab's files as its check commands find them, by path within their folder.

    Args:
        files: by path, such as ``starter/app.py``.
    """
    in_place: dict[str, str] = {}
    for path in sorted(files, key=lambda one: not one.startswith("solution/")):
        name = path.partition("/")[2]
        if not in_the_way(name, in_place):
            in_place[name] = files[path]
    return in_place
