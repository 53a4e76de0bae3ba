"""What a check of a guide is given and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from coursewright.findings import Finding, Severity
from coursewright.labs.brief import LabBrief
from coursewright.labs.parse import ParsedLab, parse_lab
from coursewright.languages import Language
from coursewright.lessons.checks.base import LessonUnderCheck


@dataclass(frozen=True)
class LabUnderCheck:
    """A guide and all that its checks may ask about."""

    lab: ParsedLab
    brief: LabBrief

    @property
    def language(self) -> Language:
        """The language that the guide should be in."""
        return self.brief.language

    @cached_property
    def shared(self) -> LessonUnderCheck:
        """The guide as the checks see it that labs share with lessons."""
        return LessonUnderCheck(self.lab.lesson, self.brief.as_lesson)

    def find(
        self, check: str, severity: Severity, message: str, line: int | None = None, where: str = ""
    ) -> Finding:
        """A finding at a line, under the heading that the line stands under."""
        return self.shared.find(check, severity, message, line, where)


def read_subject(text: str, brief: LabBrief) -> LabUnderCheck:
    """A guide's text, ready to be checked."""
    return LabUnderCheck(parse_lab(text, brief), brief)


Run = Callable[[LabUnderCheck], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class LabCheck:
    """A check by its name. `says` is what it holds a guide to, in a sentence."""

    name: str
    says: str
    run: Run
