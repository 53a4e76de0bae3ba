"""What a check of a guide is given and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from coursewright.findings import Finding, Severity
from coursewright.labs.brief import LabBrief
from coursewright.labs.parse import ParsedLab
from coursewright.languages import Language
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.checks.verdicts import Verdict


@dataclass(frozen=True)
class LabUnderCheck:
    """A guide and all that its checks may ask about.

    Attributes:
        links: what is known of links by their address; None where no link was checked.
    """

    lab: ParsedLab
    brief: LabBrief
    links: Mapping[str, Verdict] | None = None

    @property
    def language(self) -> Language:
        """The language that the guide should be in."""
        return self.brief.language

    @cached_property
    def shared(self) -> LessonUnderCheck:
        """The guide as the checks see it that labs share with lessons."""
        return LessonUnderCheck(self.lab.lesson, self.brief.as_lesson, self.links)

    def find(
        self, check: str, severity: Severity, message: str, line: int | None = None, where: str = ""
    ) -> Finding:
        """A finding at a line, under the heading that the line stands under."""
        return self.shared.find(check, severity, message, line, where)


Run = Callable[[LabUnderCheck], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class LabCheck:
    """A check by its name. `says` is what it holds a guide to, in a sentence."""

    name: str
    says: str
    run: Run


def say_of_guide(finding: Finding) -> Finding:
    """A finding of a check that is shared with lessons, said of a guide; what it quotes stays."""

    def say(match: re.Match[str]) -> str:
        return match[0] if match[1] else match[0].replace("lesson", "guide")

    return replace(finding, message=re.sub(r"(“[^”]*”)|\b(?:a |the )?lesson\b", say, finding.message))
