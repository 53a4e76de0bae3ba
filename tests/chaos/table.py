"""What chaos found, as one table: a line for each kind of fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chaos.life import PhaseResult

_KINDS = ("lost", "twice", "untrue", "bad")
_HEAD = ("fault", "played", "survived", "lost", "paid twice", "untrue", "bad text")


@dataclass(frozen=True)
class Row:
    """One kind of fault.

    Attributes:
        played: how often it was.
        survived: how often of these in a phase in which the auditor found nothing, of a course that was
            complete in the end.
        found: what the auditor found in phases with this fault, by kind.
    """

    fault: str
    played: int
    survived: int
    found: Counter[str]


def make_rows(lives: Iterable[Sequence[PhaseResult]]) -> list[Row]:
    """The rows for the phases of some lives."""
    played: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    found: dict[str, Counter[str]] = {}
    for phases in lives:
        complete = bool(phases) and phases[-1].state == "Completed" and not phases[-1].faults
        for phase in phases:
            for fault, times in phase.tried.items():
                played[fault] += times
                survived[fault] += times if complete and not phase.faults else 0
                found.setdefault(fault, Counter()).update(one.kind for one in phase.faults)
    return [Row(fault, played[fault], survived[fault], found[fault]) for fault in sorted(played)]


def count_found(lives: Iterable[Sequence[PhaseResult]]) -> Counter[str]:
    """What the auditor found in all lives, by kind."""
    return Counter(fault.kind for phases in lives for phase in phases for fault in phase.faults)


def write_table(lives: Sequence[Sequence[PhaseResult]]) -> str:
    """The table as Markdown, and a line on what was asked and published."""
    rows = make_rows(lives)
    found = count_found(lives)
    lines = ["| " + " | ".join(_HEAD) + " |", "|---|" + "--:|" * (len(_HEAD) - 1)]
    for row in rows:
        cells = [row.fault, row.played, row.survived, *(row.found[kind] for kind in _KINDS)]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    total = [
        "**all**",
        sum(row.played for row in rows),
        sum(row.survived for row in rows),
        *(found[kind] for kind in _KINDS),
    ]
    lines.append("| " + " | ".join(map(str, total)) + " |")
    runs = sum(len(phases) for phases in lives)
    asked = sum(phase.asked for phases in lives for phase in phases)
    answered = sum(phase.answered for phases in lives for phase in phases)
    published = sum(phases[-1].published for phases in lives if phases)
    under_way = sum(phases[-1].under_way for phases in lives if phases)
    lines += [
        "",
        f"{len(lives)} courses of 49 lessons, {runs} phases, {asked} requests of which {answered} were "
        f"answered well, {published} lessons published. {under_way} answers died with their process before "
        "they could be stored (at most two a kill), and were asked for again.",
    ]
    return "\n".join(lines)
