"""All checks of a guide, in the order in which they are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from coursewright.findings import Finding
from coursewright.labs.brief import LabBrief
from coursewright.labs.checks.base import LabCheck, LabUnderCheck, say_of_guide
from coursewright.labs.checks.commands import check_code, check_files, check_placeholders
from coursewright.labs.checks.language import check_language
from coursewright.labs.checks.sections import (
    check_environment,
    check_leftovers,
    check_no_visuals,
    check_objectives,
    check_other_labs,
    check_title,
)
from coursewright.labs.checks.steps import check_labels, check_minutes, check_steps, check_troubleshooting
from coursewright.labs.format import format_rules, objective_line
from coursewright.labs.parse import parse_lab
from coursewright.lessons.checks import leftovers, references, structure, tables, whole, wording
from coursewright.lessons.checks.base import LessonUnderCheck, quote
from coursewright.lessons.checks.given import spare_given
from coursewright.lessons.checks.verdicts import Verdict

MOST_FINDINGS = 20
"""Findings of one check that are told; the rest is counted."""

_SHINGLE = 8
"""Words in a row that a guide and the prompt may not share: shorter runs are common by chance."""


def _shared(
    check: Callable[[LessonUnderCheck], Iterable[Finding]], *, most: str = "error"
) -> Callable[[LabUnderCheck], Iterator[Finding]]:
    """A check of lessons for guides; what it says of the lesson it then says of the guide.

    Args:
        most: ``warning`` where the check's errors are warnings in a guide.
    """

    def run(subject: LabUnderCheck) -> Iterator[Finding]:
        for finding in check(subject.shared):
            softened = most == "warning" and finding.severity == "error"
            yield replace(say_of_guide(finding), severity="warning" if softened else finding.severity)

    return run


def check_prompt_leak(subject: LabUnderCheck) -> Iterator[Finding]:
    """No sentence of the prompt stands in the guide."""
    brief = subject.brief
    asked = _shingles_of("\n".join(format_rules(brief).partition("\n\n")[0].split("\n")))
    own = _shingles_of("\n".join((*brief.objectives, brief.language.lab["no_references_demonstration"])))
    for passage in subject.lab.lesson.document.passages:
        if (asked - own) & _shingles_of(passage.text):
            yield subject.find(
                "prompt-leak",
                "error",
                f"{quote(passage.text)} repeats the instructions for writing; leave it out.",
                passage.line,
            )


@lru_cache(maxsize=256)
def _shingles_of(text: str) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for line in text.split("\n"):
        words = re.findall(r"\w+", line.casefold())
        found.update(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
    return frozenset(found)


def _spare_given(finding: Finding, subject: LabUnderCheck) -> Finding:
    given = subject.brief.objectives[: subject.brief.given_objectives]
    return spare_given(finding, subject.lab.lesson.lines, [objective_line(one) for one in given])


LAB_CHECKS: tuple[LabCheck, ...] = (
    LabCheck("whole", "The text is there and is not cut off.", _shared(whole.check_whole)),
    LabCheck("title", "One H1 with the lab's id and the outline's title.", check_title),
    LabCheck("one-lesson", "The text is one guide.", _shared(whole.check_one_lesson)),
    LabCheck("chatter", "Nothing is addressed to the user of a model.", _shared(whole.check_chatter)),
    LabCheck("sections", "The sections are there, once, in order.", _shared(structure.check_sections)),
    LabCheck("heading-levels", "Headings never skip a level.", _shared(structure.check_heading_levels)),
    LabCheck("empty-section", "No section is empty.", _shared(structure.check_empty)),
    LabCheck("minutes", "The minutes fit the complexity.", check_minutes),
    LabCheck("objectives", "3 to 5 objectives as check boxes.", check_objectives),
    LabCheck("environment", "Software is named with its version.", check_environment),
    LabCheck("steps", "At least 3 steps, each with its four parts.", check_steps),
    LabCheck("troubleshooting", "Issues with symptoms, cause and solution.", check_troubleshooting),
    LabCheck("labels", "Labels are in the course's language.", check_labels),
    LabCheck("code", "Code names its language and parses.", check_code),
    LabCheck("placeholders", "No <name>, YOUR_ or CHANGE_.", check_placeholders),
    LabCheck("files", "Starter and solution files have safe names and parse.", check_files),
    LabCheck("language", "All prose is in the course's language.", check_language),
    LabCheck("repeats", "Nothing is said over and over.", _shared(whole.check_repeats, most="warning")),
    LabCheck("visuals", "No pictures are asked for.", check_no_visuals),
    LabCheck("tables", "Tables have rows of even width.", _shared(tables.check_tables)),
    LabCheck("references", "At least two references.", _shared(references.check_references)),
    LabCheck("links", "Every link has a verdict.", _shared(references.check_links)),
    LabCheck("leftovers", "Nothing is left to be written.", check_leftovers),
    LabCheck("thinking", "No trace of a model's thinking.", _shared(leftovers.check_thinking)),
    LabCheck("prompt-leak", "No sentence of the prompt.", check_prompt_leak),
    LabCheck("html", "No raw HTML outside code.", _shared(wording.check_html)),
    LabCheck("characters", "No hidden characters.", _shared(wording.check_characters)),
    LabCheck("questions", "No review questions.", _shared(wording.check_questions)),
    LabCheck("other-lessons", "No other lesson by number.", _shared(wording.check_other_lessons)),
    LabCheck("other-labs", "No other lab by number.", check_other_labs),
)

SENTENCE_CHECKS: tuple[Callable[[LabUnderCheck], Iterable[Finding]], ...] = (
    check_placeholders,
    check_leftovers,
    check_no_visuals,
    _shared(wording.check_html),
    _shared(wording.check_other_lessons),
    check_other_labs,
)
"""Those that say of a sentence alone whether a guide may hold it."""


def check_lab(
    text: str, brief: LabBrief, *, links: Mapping[str, Verdict] | None = None
) -> tuple[Finding, ...]:
    """Everything that the checks find in a guide's text, whatever text it is.

    Args:
        text: the Markdown, without front matter.
        links: verdicts by address; None where the run does not check links.
    """
    # Halves of characters, which no encoding has, would stop what tells a language.
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    subject = LabUnderCheck(parse_lab(text, brief), brief, links)
    if not text.strip() or subject.lab.lesson.document.truncated:
        return tuple(LAB_CHECKS[0].run(subject))
    found: list[Finding] = []
    for check in LAB_CHECKS:
        # A check that is shared with lessons keeps its findings under this registry's name.
        own = [replace(_spare_given(finding, subject), check=check.name) for finding in check.run(subject)]
        found += own[:MOST_FINDINGS]
        if rest := own[MOST_FINDINGS:]:
            severity = min(rest, key=lambda one: ("error", "warning", "note").index(one.severity)).severity
            found.append(
                Finding(check.name, severity, f"{len(rest)} more findings of the check “{check.name}”.")
            )
    return tuple(found)
