"""The steps and the issues of a guide: how many, in order, each with all of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coursewright.findings import Finding
from coursewright.labs.brief import check_minutes_of
from coursewright.labs.checks.base import LabUnderCheck
from coursewright.labs.format import label_line
from coursewright.labs.levels import FEWEST_STEPS
from coursewright.labs.names import ISSUE_PARTS, STEP_PARTS
from coursewright.labs.parse import LabEntry
from coursewright.lessons.checks.base import quote
from coursewright.lessons.format import plain_title

_ANYTHING = re.compile(r"\w")


def check_steps(subject: LabUnderCheck) -> Iterator[Finding]:
    """At least three steps, no more than the level has, numbered from 1, each with its four parts."""
    if subject.lab.section("steps") is None:
        return
    word, steps = subject.language.lab["step"], subject.lab.steps
    where = subject.language.lab["steps"]
    for step in steps:
        if not step.named:
            yield subject.find(
                "steps",
                "error",
                f"“### {step.heading.title}” is no step; write “### {word} N: …”, or an H4 within a step.",
                step.heading.line,
                where,
            )
    named = [step for step in steps if step.named]
    if len(named) < FEWEST_STEPS:
        yield subject.find(
            "steps",
            "error",
            f"There are {len(named)} steps; write at least {FEWEST_STEPS}, each as “### {word} N: …”.",
            where=where,
        )
    most = subject.brief.most_steps
    if len(named) > most:
        yield subject.find(
            "steps",
            "error",
            f"There are {len(named)} steps; a lab that is {subject.brief.complexity} has at most {most}. "
            "Join steps that belong together.",
            named[most].heading.line,
            where,
        )
    for number, step in enumerate(named, 1):
        if step.number != number:
            yield subject.find(
                "steps",
                "error",
                f"“### {step.heading.title}” is step {number}; write “### {word} {number}: …”.",
                step.heading.line,
                where,
            )
        if not _ANYTHING.search(step.title):
            yield subject.find(
                "steps", "error", f"Step {number} has no title; write one.", step.heading.line, where
            )
        yield from _check_parts(subject, "steps", step, STEP_PARTS, where)


def check_troubleshooting(subject: LabUnderCheck) -> Iterator[Finding]:
    """Two issues for a beginner and three otherwise, each with symptoms, cause and solution."""
    if subject.lab.section("troubleshooting") is None:
        return
    word, where = subject.language.lab["issue"], subject.language.lab["troubleshooting"]
    issues = [issue for issue in subject.lab.issues if issue.named]
    fewest = subject.brief.lab_level.fewest_issues
    if len(issues) < fewest:
        yield subject.find(
            "troubleshooting",
            "error",
            f"There are {len(issues)} issues; a lab that is {subject.brief.complexity} prepares for at least "
            f"{fewest}, each as “### {word} N: …”.",
            where=where,
        )
    for issue in issues:
        yield from _check_parts(subject, "troubleshooting", issue, ISSUE_PARTS, where)


def check_minutes(subject: LabUnderCheck) -> Iterator[Finding]:
    """The minutes are those of the lab's complexity; where the outline's are not, they hold."""
    yield from check_minutes_of(subject.brief)


def check_labels(subject: LabUnderCheck) -> Iterator[Finding]:
    """Labels of steps and issues are in the course's language, by their names."""
    for entry in (*subject.lab.steps, *subject.lab.issues):
        for part in entry.parts.values():
            own = subject.language.lab[part.key]
            if plain_title(part.label) != plain_title(own):
                yield subject.find(
                    "labels",
                    "error",
                    f"The label {quote(part.label)} is not the guide's; write “**{own}:**”.",
                    part.line,
                )


def _check_parts(
    subject: LabUnderCheck, check: str, entry: LabEntry, keys: Sequence[str], where: str
) -> Iterator[Finding]:
    for key in keys:
        part = entry.parts.get(key)
        label = label_line(key, "…", subject.brief)
        if part is None or not _ANYTHING.search(part.text):
            what = "lacks" if part is None else "says nothing under"
            yield subject.find(
                check,
                "error",
                f"“### {entry.heading.title}” {what} “{label}”; write it.",
                entry.heading.line if part is None else part.line,
                where,
            )
