"""All checks of a lesson, in the order in which they are told, and what their findings decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from coursewright.findings import Finding
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks.base import Check, LessonUnderCheck
from coursewright.lessons.checks.code import check_code
from coursewright.lessons.checks.given import spare_given
from coursewright.lessons.checks.language import check_language
from coursewright.lessons.checks.leftovers import check_placeholders, check_prompt_leak, check_thinking
from coursewright.lessons.checks.length import check_length
from coursewright.lessons.checks.objectives import check_objectives
from coursewright.lessons.checks.references import check_links, check_references
from coursewright.lessons.checks.structure import (
    check_empty,
    check_heading_levels,
    check_parts,
    check_sections,
    check_title,
)
from coursewright.lessons.checks.tables import check_tables
from coursewright.lessons.checks.topics import check_topics
from coursewright.lessons.checks.verdicts import Verdict
from coursewright.lessons.checks.visuals import check_visuals
from coursewright.lessons.checks.whole import check_chatter, check_one_lesson, check_repeats, check_whole
from coursewright.lessons.checks.wording import (
    check_characters,
    check_html,
    check_other_lessons,
    check_questions,
    check_terms,
)
from coursewright.lessons.format import objective_line
from coursewright.lessons.mend.characters import SURROGATE
from coursewright.lessons.parse import parse_lesson

MOST_FINDINGS = 20
"""Findings of one check that are told; the rest is counted."""
_MOST_READ = 500

LESSON_CHECKS: tuple[Check, ...] = (
    Check("whole", "The text is there and is not cut off.", check_whole),
    Check("title", "One H1 with the outline's title, before everything else.", check_title),
    Check("one-lesson", "The text is one lesson.", check_one_lesson),
    Check("chatter", "Nothing is addressed to the user of a model.", check_chatter),
    Check("sections", "The fixed sections are there, once, in order, by their names.", check_sections),
    Check("topics", "Each topic is there, by its title, in order.", check_topics),
    Check("parts", "Each topic and the summary have their parts.", check_parts),
    Check("heading-levels", "Headings never skip a level.", check_heading_levels),
    Check("empty-section", "No section is empty.", check_empty),
    Check("objectives", "3 to 5 objectives open with verbs of the lesson's Bloom levels.", check_objectives),
    Check("length", "The length is near its target.", check_length),
    Check("language", "All prose is in the course's language.", check_language),
    Check("repeats", "Nothing is said over and over.", check_repeats),
    Check("visuals", "Visual tags are well formed, at least one a topic.", check_visuals),
    Check("code", "Code names its language and parses.", check_code),
    Check("tables", "Tables have rows of even width.", check_tables),
    Check("references", "At least two references, one real link a bullet.", check_references),
    Check("links", "Every link has a verdict.", check_links),
    Check("placeholders", "Nothing is left to be filled in.", check_placeholders),
    Check("thinking", "No trace of a model's thinking.", check_thinking),
    Check("prompt-leak", "No sentence of the prompt.", check_prompt_leak),
    Check("html", "No raw HTML outside code.", check_html),
    Check("characters", "No hidden characters.", check_characters),
    Check("questions", "No review questions.", check_questions),
    Check("other-lessons", "No reference to another lesson.", check_other_lessons),
    Check("terms", "The language's own words for chapter and lesson.", check_terms),
)


def check_lesson(
    text: str, brief: LessonBrief, *, links: Mapping[str, Verdict] | None = None
) -> tuple[Finding, ...]:
    """Everything that the checks find in a lesson's text, whatever text it is.

    Args:
        text: the Markdown, without front matter.
        links: verdicts by address; None where the run does not check links.
    """
    text = SURROGATE.sub("\ufffd", text)
    subject = LessonUnderCheck(parse_lesson(text, brief), brief, links)
    if not text.strip() or subject.lesson.document.truncated:
        return tuple(LESSON_CHECKS[0].run(subject))
    given = [objective_line(objective) for objective in brief.objectives]
    found: list[Finding] = []
    for check in LESSON_CHECKS:
        own = islice(check.run(subject), _MOST_READ)
        found += _limit(check, [spare_given(finding, subject.lesson.lines, given) for finding in own])
    return tuple(found)


def publishable(findings: Iterable[Finding]) -> bool:
    """Whether nothing among the findings keeps the text from being published."""
    return not any(finding.severity == "error" for finding in findings)


def rank_findings(findings: Iterable[Finding]) -> tuple[int, int]:
    """Errors and warnings, in numbers: of two versions the one with the lower rank is the better one."""
    found = list(findings)
    return (
        sum(finding.severity == "error" for finding in found),
        sum(finding.severity == "warning" for finding in found),
    )


def better_of(first: Iterable[Finding], second: Iterable[Finding]) -> int:
    """0 where the first version is at least as good by its findings, else 1."""
    return 0 if rank_findings(first) <= rank_findings(second) else 1


def _limit(check: Check, findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MOST_FINDINGS:
        return findings
    findings.sort(key=lambda finding: ("error", "warning", "note").index(finding.severity))
    rest = findings[MOST_FINDINGS:]
    severity = rest[0].severity
    return [
        *findings[:MOST_FINDINGS],
        Finding(check.name, severity, f"{len(rest)} more findings of the check “{check.name}”."),
    ]
