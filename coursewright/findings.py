"""What a check says of a text: the same words instruct the model that repairs it and inform the person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
"""``error`` keeps a text from being published, ``warning`` is shown, ``note`` only recorded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    Attributes:
        check: the check's name, such as ``topics``.
        severity: see `Severity`.
        message: what is wrong, where, and what to do, in one or two sentences.
        where: the heading of the section at fault, or empty for the whole text.
        line: the line of the text, counted from 1, where that is known.
    """

    check: str
    severity: Severity
    message: str
    where: str = ""
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return asdict(self)


def errors(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """Those of `findings` that keep a text from being published."""
    return [finding for finding in findings if finding.severity == "error"]
