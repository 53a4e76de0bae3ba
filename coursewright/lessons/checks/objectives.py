"""The learning objectives: three to five bullets, each opening with a verb of the lesson's Bloom levels."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.bloom import BloomLevel
from coursewright.findings import Finding, Severity
from coursewright.lessons.checks.base import LessonUnderCheck, quote
from coursewright.lessons.format import FEWEST_OBJECTIVES, MOST_OBJECTIVES, plain_title
from coursewright.lessons.objectives import opening_verb
from coursewright.markdown.document import Block

_SHOWN_VERBS = 10


def check_objectives(subject: LessonUnderCheck) -> Iterator[Finding]:
    """As the format asks; where the outline gives the objectives, they are used as written instead.

    Objectives of the outline are a person's: what is found in them is only a warning.
    """
    section = subject.lesson.section("learning_objectives")
    if section is None:
        return
    given = subject.brief.objectives
    severity: Severity = "warning" if given else "error"
    lists = [block for block in section.blocks if block.kind == "list"]
    objectives = [item for block in lists for item in _read_items(block)]
    line = section.heading.line
    if not FEWEST_OBJECTIVES <= len(objectives) <= MOST_OBJECTIVES:
        yield subject.find(
            "objectives",
            severity,
            f"There are {len(objectives)} learning objectives; write {FEWEST_OBJECTIVES} to "
            f"{MOST_OBJECTIVES}, "
            "one a bullet.",
            line,
        )
    if given:
        yield from _check_given(subject, objectives, line)
    levels = sorted(set(subject.brief.bloom_levels))
    highest_met = False
    for objective in objectives:
        verb, found = opening_verb(objective, subject.language)
        highest_met = highest_met or levels[-1] in found
        if not found:
            yield subject.find(
                "objectives",
                severity,
                f"The objective {quote(objective)} opens with “{verb}”, which is no verb of a Bloom level; "
                "open "
                f"it with one of: {_verbs(subject, levels)}.",
                line,
            )
        elif not found & set(levels):
            yield subject.find(
                "objectives",
                severity,
                f"The objective {quote(objective)} opens with “{verb}”, a verb of "
                f"{_names(subject, sorted(found))}; "
                f"the lesson is at {_names(subject, levels)}: open it with one of: "
                f"{_verbs(subject, levels)}.",
                line,
            )
    if objectives and not highest_met:
        yield subject.find(
            "objectives",
            severity,
            f"No objective opens with a verb of {_names(subject, levels[-1:])}, the lesson's highest level; "
            "open at "
            f"least one with: {_verbs(subject, levels[-1:])}.",
            line,
        )
    others = [block for block in section.blocks if block.kind not in ("list", "paragraph", "rule")]
    if others:
        yield subject.find(
            "objectives",
            "warning",
            f"“## {section.heading.title}” holds more than bullets; move the rest to another section.",
            others[0].line,
        )


def _read_items(block: Block) -> list[str]:
    items = []
    for item in block.items:
        first = item.split("\n", 1)[0].lstrip()
        items.append(first.lstrip("-*+0123456789.)").strip() if block.kind == "list" else first)
    return items


def _check_given(subject: LessonUnderCheck, objectives: list[str], line: int) -> Iterator[Finding]:
    written = {plain_title(objective) for objective in objectives}
    for objective in subject.brief.objectives:
        if plain_title(objective) not in written:
            yield subject.find(
                "objectives",
                "warning",
                f"The outline's objective {quote(objective, 100)} is not used as written; copy it word for "
                "word.",
                line,
            )


def _verbs(subject: LessonUnderCheck, levels: list[BloomLevel]) -> str:
    verbs = [
        verb for level in reversed(levels) for verb in subject.language.bloom_verbs[level][:_SHOWN_VERBS]
    ]
    return ", ".join(dict.fromkeys(verbs))


def _names(subject: LessonUnderCheck, levels: list[BloomLevel]) -> str:
    return " / ".join(subject.language.bloom_names[level][0] for level in levels)
