"""The language of a guide: its passages, and together what is too short to be judged alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from coursewright.findings import Finding
from coursewright.labs.checks.base import LabUnderCheck, say_of_guide
from coursewright.labs.format import objective_line
from coursewright.labs.names import ISSUE_PARTS, STEP_PARTS
from coursewright.labs.parse import LabEntry
from coursewright.lessons.checks.base import quote
from coursewright.lessons.checks.language import WARNING_WORDS, name_foreign
from coursewright.lessons.checks.language import check_language as check_passages
from coursewright.markdown.parse import parse_document

FOREIGN_PASSAGES = 3
"""Passages of eight words and more in another language that keep a guide from being published."""


class _Kind(NamedTuple):
    """Short texts of one kind, such as what all steps expect.

    Attributes:
        name: as the guide calls it.
        line: of the first.
        printed: whether they may tell what programs print, which is in their language.
    """

    name: str
    line: int
    texts: Sequence[str]
    printed: bool = False


def check_language(subject: LabUnderCheck) -> Iterator[Finding]:
    """All prose is in the course's language.

    A guide's passages are short, so that each alone is seldom more than a warning: three are an error.
    """
    found = [say_of_guide(finding) for finding in check_passages(subject.shared)]
    if len(found) < FOREIGN_PASSAGES:
        found += _check_kinds(subject)
    for finding in found:
        yield replace(finding, severity="error") if len(found) >= FOREIGN_PASSAGES else finding


def _check_kinds(subject: LabUnderCheck) -> Iterator[Finding]:
    """Steps and issues say little at a time: all titles, all objectives and so on are each one text."""
    for kind in _kinds(subject):
        text = " ".join(f"{one.rstrip('.')}." for one in kind.texts if one.strip())
        words = len(text.split())
        if words >= WARNING_WORDS and (other := name_foreign(text, subject.language)):
            yield subject.find(
                "language",
                "warning" if kind.printed else "error",
                f"“{kind.name}” is in {other} throughout ({quote(text, 80)}); write it in "
                f"{subject.language.english_name}.",
                kind.line,
            )


def _kinds(subject: LabUnderCheck) -> Iterator[_Kind]:
    words = subject.language.lab
    entries = ((subject.lab.steps, "step", STEP_PARTS), (subject.lab.issues, "issue", ISSUE_PARTS))
    for rows, name, parts in entries:
        if rows:
            yield _Kind(f"### {words[name]} …", rows[0].heading.line, [row.title for row in rows])
        for key in parts:
            yield from _parts(rows, key, words[key])
    given = {objective_line(one)[2:] for one in subject.brief.objectives[: subject.brief.given_objectives]}
    for key in ("learning_objectives", "prerequisites"):
        if section := subject.lab.section(key):
            items = [item.strip() for block in section.blocks for item in block.items]
            written = [item for item in items if item.partition(" ")[2] not in given]
            yield _Kind(words[key], section.heading.line, [_prose_of(one) for one in written])


def _parts(entries: Sequence[LabEntry], key: str, name: str) -> Iterator[_Kind]:
    parts = [entry.parts[key] for entry in entries if key in entry.parts]
    if parts:
        texts = [_prose_of(part.text) for part in parts]
        yield _Kind(name, parts[0].line, texts, printed=key == "expected_output")


def _prose_of(text: str) -> str:
    return " ".join(passage.prose for passage in parse_document(text).passages)
