"""How a mend tells what it did."""

from __future__ import annotations

from coursewright.findings import Finding, Severity

Mended = tuple[str, list[Finding]]
"""A text after a mend, and what the mend did."""


def mended(
    message: str, *, line: int | None = None, where: str = "", severity: Severity = "warning"
) -> Finding:
    """A finding that says that something was mended; `message` says what."""
    return Finding("mended", severity, f"Mended: {message}", where, line)
