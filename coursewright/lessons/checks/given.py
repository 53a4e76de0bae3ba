"""What the outline gives word for word is a person's: what the checks find in it is a warning only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from coursewright.findings import Finding


def spare_given(finding: Finding, lines: Sequence[str], given: Collection[str]) -> Finding:
    """The finding, as a warning where it is an error of a line that was given.

    Args:
        lines: the text's lines, the first of which is line 1.
        given: the given lines as they stand in the text.
    """
    if finding.severity != "error" or finding.line is None or not 0 < finding.line <= len(lines):
        return finding
    return replace(finding, severity="warning") if lines[finding.line - 1].strip() in given else finding
