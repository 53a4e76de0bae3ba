"""A guide's title, objectives and environment, and what it may not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coursewright.findings import Finding, Severity
from coursewright.labs.checks.base import LabUnderCheck, say_of_guide
from coursewright.labs.checks.commands import OUTPUT_LANGUAGES
from coursewright.labs.clean import strip_label
from coursewright.labs.format import FEWEST_OBJECTIVES, MOST_OBJECTIVES, lab_format
from coursewright.labs.printed import names_software, version_rows
from coursewright.languages import load_language
from coursewright.lessons.checks import leftovers
from coursewright.lessons.checks.base import quote
from coursewright.lessons.checks.code import read_language
from coursewright.lessons.format import plain_title
from coursewright.lessons.number import VISUAL_TAG
from coursewright.lessons.objectives import opening_verb

_BOX = re.compile(r"^[-*+][ \t]+\[[ xX]\][ \t]+(?P<text>\S.*)", re.DOTALL)


def check_title(subject: LabUnderCheck) -> Iterator[Finding]:
    """One H1 with the lab's id and the outline's title, before everything else."""
    from rapidfuzz import fuzz

    lesson, line = subject.lab.lesson, lab_format(subject.brief).title_line
    if not lesson.titles:
        yield subject.find("title", "error", f"The guide has no H1; start it with “{line}”.")
        return
    first = lesson.titles[0]
    if not _is_own_title(subject, first.line):
        wanted = plain_title(subject.brief.title)
        score = max(fuzz.ratio(plain_title(one), wanted) for one in strip_label(first.title))
        yield subject.find(
            "title",
            "error",
            f"The H1 {quote(first.title, 100)} is not the lab's (likeness {score:.0f} of 100); "
            f"write “{line}”.",
            first.line,
        )
    before = [block for block in lesson.before if block.kind != "rule"]
    if before:
        yield subject.find(
            "title",
            "error",
            f"Text stands before the H1 ({quote(before[0].source)}); start with the H1 and leave the "
            "text out.",
            before[0].line,
        )


def check_leftovers(subject: LabUnderCheck) -> Iterator[Finding]:
    """Nothing is left to be written; the outline may name a lab as it likes."""
    for finding in leftovers.check_placeholders(subject.shared):
        if finding.line is None or not _is_own_title(subject, finding.line):
            yield say_of_guide(finding)


def check_objectives(subject: LabUnderCheck) -> Iterator[Finding]:
    """Three to five check boxes; what the outline gives is a person's, and only warned of."""
    section = subject.lab.section("learning_objectives")
    if section is None:
        return
    given = len(subject.brief.objectives) >= FEWEST_OBJECTIVES
    severity: Severity = "warning" if given else "error"
    items = [item for block in section.blocks if block.kind == "list" for item in block.items]
    boxes = [found["text"] for item in items if (found := _BOX.match(item.strip()))]
    if not FEWEST_OBJECTIVES <= len(boxes) <= MOST_OBJECTIVES:
        yield subject.find(
            "objectives",
            severity,
            f"There are {len(boxes)} learning objectives as check boxes; write {FEWEST_OBJECTIVES} to "
            f"{MOST_OBJECTIVES}, each as “- [ ] …”.",
            section.heading.line,
        )
    for box in boxes:
        verb, levels = opening_verb(box, subject.language)
        if not levels and not given:
            yield subject.find(
                "objectives",
                "warning",
                f"The objective {quote(box)} opens with “{verb}”, which is no verb of a Bloom level; open it "
                "with what the learner does.",
                section.heading.line,
            )


def check_environment(subject: LabUnderCheck) -> Iterator[Finding]:
    """Software is named with its version, in a table."""
    section = subject.lab.section("lab_environment")
    if section is None:
        return
    words = subject.language.lab
    tables = [block for block in section.blocks if block.kind == "table"]
    rows = [row for table in tables for row in version_rows(table)]
    text = plain_title(" ".join(block.source for block in section.blocks))
    if not rows and (subject.brief.software or any(map(names_software, tables))):
        yield subject.find(
            "environment",
            "error",
            f"The software has no table; write | {words['software']} | {words['version']} | with every "
            "program and its version.",
            section.heading.line,
        )
    elif not rows and _has_code(subject) and not re.search(r"\d[.]\d", text):
        yield subject.find(
            "environment",
            "warning",
            "The guide has code and names no software that it runs on; write | "
            f"{words['software']} | {words['version']} | with every program and its version.",
            section.heading.line,
        )
    for line, name, version in rows:
        if not version or _no_version(version, subject.language.code):
            yield subject.find(
                "environment",
                "error",
                f"{quote(name)} has no version ({quote(version)}); write the exact one that the lab was made "
                "for.",
                line,
            )
        elif not re.search(r"\d", version):
            yield subject.find(
                "environment",
                "warning",
                f"The version {quote(version)} of {quote(name)} has no number; write the exact one.",
                line,
            )
    for software in subject.brief.software:
        if plain_title(software.name) not in text:
            yield subject.find(
                "environment",
                "warning",
                f"{quote(software.name)} is planned for this lab, and “## {section.heading.title}” does not "
                "name it; name it or do without it in the steps.",
                section.heading.line,
            )


def _has_code(subject: LabUnderCheck) -> bool:
    """Whether there is anything that a program reads, and not only what one prints."""
    return any(
        read_language(fence.info) not in OUTPUT_LANGUAGES for fence in subject.lab.lesson.document.fences
    )


def check_no_visuals(subject: LabUnderCheck) -> Iterator[Finding]:
    """No visual tags and no images: nothing draws them for a guide."""
    for passage in subject.lab.lesson.document.passages:
        image = next((link for link in passage.links if link.image), None)
        if VISUAL_TAG.search(passage.text) or image:
            yield subject.find(
                "visuals",
                "error",
                f"{quote(passage.text or 'An image')} asks for a picture; a guide has none: say it in words.",
                passage.line,
            )


def check_other_labs(subject: LabUnderCheck) -> Iterator[Finding]:
    """No other lab by number, or as the next or the previous one: the numbers are the program's."""
    pattern = re.compile(subject.language.lab["other_labs"], re.IGNORECASE)
    for passage in subject.shared.passages:
        if found := pattern.search(passage.prose):
            yield subject.find(
                "other-labs",
                "error",
                f"“{found[0]}” refers to a lab by its number or place; name the subject instead.",
                passage.line + passage.prose[: found.start()].count("\n"),
            )


def _is_own_title(subject: LabUnderCheck, line: int) -> bool:
    # As it is written: a title may hold marks of emphasis and of code, which a heading's words lack.
    written = [one.strip() for one in subject.lab.lesson.lines[line - 1 : line]]
    return written == [lab_format(subject.brief).title_line]


def _no_version(version: str, code: str) -> bool:
    pattern = load_language(code).lab["no_version"]
    return bool(re.fullmatch(rf"(?:{pattern})", version.strip(" .*_`()"), re.IGNORECASE))
