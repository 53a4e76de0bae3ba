"""Mending a lesson: the findings are named to the model, and the better version wins by the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from coursewright.findings import Finding, errors
from coursewright.lessons.checks import rank_findings
from coursewright.lessons.harvest import read_headings
from coursewright.models.base import Message
from coursewright.prompts import render

Judge = Callable[[str], tuple[str, tuple[Finding, ...], tuple[Finding, ...]]]
"""From a model's reply to the lesson's text in its final form, what was mended in it by program, and what the
checks find in the text."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a lesson.

    Attributes:
        mended: what the program cleared away in the reply.
        findings: what the checks find in the text.
    """

    text: str
    model: str
    mended: tuple[Finding, ...]
    findings: tuple[Finding, ...]

    @property
    def rank(self) -> tuple[bool, int, int]:
        """What versions are compared by; less is better: no text at all, then errors, then warnings."""
        return not self.text.strip(), *rank_findings(self.findings)


class BestVersion:
    """The best version of a lesson so far. A later one takes its place only where the checks find less in it.

    Attributes:
        first: the first version, before any repair.
        repairs: requests that asked for a repair.
        notes: what else is to be told of how the lesson came about.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._best: Version | None = None
        self.first: Version | None = None
        self.repairs = 0
        self.notes: list[Finding] = []

    @property
    def text(self) -> str:
        return self._best.text if self._best else ""

    @property
    def model(self) -> str:
        return self._best.model if self._best else ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks find in the best version."""
        return self._best.findings if self._best else ()

    @property
    def mended(self) -> tuple[Finding, ...]:
        return self._best.mended if self._best else ()

    @property
    def errors(self) -> list[Finding]:
        """What keeps the best version from being published."""
        return errors(self.findings)

    @property
    def accepted(self) -> bool:
        """Whether there is a version with nothing that keeps it from being published."""
        return self._best is not None and bool(self.text.strip()) and not self.errors

    def offer(self, reply: str, model: str) -> bool:
        """Judge a version; True where it is the best now."""
        text, mended, found = self._judge(reply)
        version = Version(text, model, mended, found)
        if self.first is None:
            self.first = version
        if self._best is None or version.rank < self._best.rank:
            self._best = version
            return True
        return False

    def offer_repair(self, reply: str, model: str) -> bool:
        """Judge a repair: as it came, and with only the sections at fault taken from it.

        A model that mends one section often touches the others; so the sections that were good stay as they
        were, unless the whole repair is better still.
        """
        before = self.text
        faulty = [finding for finding in self.findings if finding.severity != "note"]
        text, _, _ = self._judge(reply)
        mixed = splice(before, text, faulty) if before and text else None
        taken = mixed is not None and self.offer(mixed, model)
        return self.offer(reply, model) or taken

    def note(self, finding: Finding) -> None:
        """Have something told of how the lesson came about, besides what the checks find."""
        if finding not in self.notes:
            self.notes.append(finding)


def splice(before: str, after: str, faulty: Iterable[Finding]) -> str | None:
    """`before` with its faulty sections taken from `after`; None where that would not be a lesson.

    Args:
        faulty: what is at fault in `before`; what concerns the whole text rules it out.
    """
    old, new = _sections(before), _sections(after)
    if [title for title, _ in old[1:]] != [title for title, _ in new[1:]]:
        return None
    taken: set[int] = set()
    for finding in faulty:
        at = _section_of(finding, old)
        if at is None:
            return None
        taken.add(at)
    mixed = [(new if index in taken else old)[index][1] for index in range(len(old))]
    return "\n".join(mixed if old[0][1] else mixed[1:])


def name_findings(findings: Sequence[Finding]) -> str:
    """The findings as a request for repair names them, errors first; notes are left out."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "error")
    lines = [
        f'- In "{finding.where}": {finding.message}' if finding.where else f"- {finding.message}"
        for finding in ordered
        if finding.severity != "note"
    ]
    return "\n".join(dict.fromkeys(lines))


def repair_request(request: tuple[Message, ...], best: BestVersion) -> tuple[Message, ...]:
    """The request for a repair of the whole lesson: the first request, the text at fault, its findings."""
    if not best.text.strip():
        return ask_again(request)
    return (
        *request,
        Message("assistant", best.text),
        Message("user", render("lesson_repair", findings=name_findings(best.findings))),
    )


def ask_again(request: tuple[Message, ...]) -> tuple[Message, ...]:
    """The same request once more, after an answer that held nothing."""
    return (*request[:-1], Message("user", render("lesson_repair_empty", request=request[-1].text)))


def _sections(text: str) -> list[tuple[str, str]]:
    """The text before the first H2, then each H2's title and its whole section."""
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for (level, title), line in zip(read_headings(text), text.split("\n"), strict=True):
        if level == 2:
            blocks.append((title.casefold(), []))
        blocks[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in blocks]


def _section_of(finding: Finding, sections: Sequence[tuple[str, str]]) -> int | None:
    """The place of the section that a finding is about: by its line, else by the heading that it names."""
    if finding.line is not None:
        last = 0
        for index, (_, block) in enumerate(sections):
            last += block.count("\n") + 1
            if finding.line <= last:
                return index
    named = [
        index for index, (title, _) in enumerate(sections) if title and title == finding.where.casefold()
    ]
    return named[0] if named else None
