"""Lessons of a course that repeat each other: which lessons, and which passage."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from coursewright.findings import Finding
from coursewright.lessons.checks.base import quote
from coursewright.markdown.fences import mark_fenced

FEWEST_WORDS = 32
"""Shorter passages are alike by chance."""
LIKENESS = 0.6
"""The share of common runs of words (Jaccard) from which a passage repeats another."""
MOST_TOLD = 5
"""Passages that are told of one lesson, the most alike ones."""

_RUN = 4
_PERMUTATIONS = 64
_MOST_CANDIDATES = 12
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    lesson: str
    line: int
    text: str
    runs: frozenset[bytes]


def find_repetition(lessons: Mapping[str, str]) -> dict[str, tuple[Finding, ...]]:
    """Where lessons repeat each other.

    Candidates are found by MinHash, so that the time grows with the lessons and not with their pairs; what is
    told is the exact likeness.

    Args:
        lessons: their texts by the id of their place, such as ``01-02``.

    Returns:
        Warnings by lesson, for those only that repeat another or are repeated; each names the other one.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=LIKENESS, num_perm=_PERMUTATIONS)
    paragraphs: list[_Paragraph] = []
    found: dict[str, list[tuple[float, _Paragraph, _Paragraph]]] = {}
    for lesson, text in lessons.items():
        for paragraph in _split(lesson, text):
            sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32)
            sketch.update_batch(sorted(paragraph.runs))
            nearest: dict[str, tuple[float, _Paragraph]] = {}
            for key in sorted(index.query(sketch))[:_MOST_CANDIDATES]:
                other = paragraphs[key]
                likeness = len(paragraph.runs & other.runs) / len(paragraph.runs | other.runs)
                best = nearest.get(other.lesson, (LIKENESS, other))
                if other.lesson != lesson and likeness >= best[0]:
                    nearest[other.lesson] = (likeness, other)
            for likeness, other in nearest.values():
                found.setdefault(lesson, []).append((likeness, paragraph, other))
                found.setdefault(other.lesson, []).append((likeness, other, paragraph))
            index.insert(len(paragraphs), sketch)
            paragraphs.append(paragraph)
    return {lesson: tuple(_tell(pairs)) for lesson, pairs in sorted(found.items())}


def _tell(pairs: list[tuple[float, _Paragraph, _Paragraph]]) -> Iterator[Finding]:
    pairs.sort(key=lambda pair: (-pair[0], pair[1].line, pair[2].lesson))
    told: set[int] = set()
    for likeness, own, other in pairs:
        if own.line in told or len(told) == MOST_TOLD:
            continue
        told.add(own.line)
        yield Finding(
            "repetition",
            "warning",
            f"{quote(own.text, 80)} says what lesson {other.lesson} says in line {other.line} "
            f"(likeness {100 * likeness:.0f} of 100); leave it out here or say what is new.",
            line=own.line,
        )
    rest = len({own.line for _, own, _ in pairs} - told)
    if rest:
        others = ", ".join(sorted({other.lesson for _, _, other in pairs})[:10])
        yield Finding("repetition", "warning", f"{rest} more passages repeat other lessons ({others}).")


def _split(lesson: str, text: str) -> Iterator[_Paragraph]:
    """The paragraphs of a lesson that are long enough, code and headings aside."""
    lines = text.split("\n")
    start = 0
    gathered: list[str] = []
    for number, (line, fenced) in enumerate(zip([*lines, ""], [*mark_fenced(lines), False], strict=True), 1):
        prose = bool(line.strip()) and not fenced and not line.startswith(("#", "|", "[VISUAL"))
        item = prose and bool(_ITEM.match(line))
        if prose and not item:
            start = start or number
            gathered.append(line)
            continue
        if gathered:
            paragraph = " ".join(gathered)
            words = _WORD.findall(paragraph.casefold())
            if len(words) >= FEWEST_WORDS:
                runs = frozenset(
                    " ".join(words[at : at + _RUN]).encode("utf-8", "replace")
                    for at in range(len(words) - _RUN + 1)
                )
                yield _Paragraph(lesson, start, paragraph, runs)
        # A reference is the same wherever it is cited.
        cited = "](http" in line
        start, gathered = (number, [line]) if item and not cited else (0, [])
