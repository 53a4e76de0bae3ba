"""The lesson's length against its target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from coursewright.counting import say_count
from coursewright.findings import Finding, Severity
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.pieces import list_pieces
from coursewright.lessons.target import GOOD_SHARE, PASSABLE_SHARE
from coursewright.markdown.document import count_words

SECTIONS_OF_PROSE = ("introduction", "topic", "summary")
MOST_TOLD = 3
"""Sections that are named where the whole is too short or too long."""


def length_score(words: int, target: int) -> float:
    """The length score S_l of 0 to 100 of LongWriter (Bai et al. 2024, arXiv:2408.07055).

    With x the target and x' the words written: ``100 · max(0, 1 - (x'/x - 1) / 3)`` where x' > x, else
    ``100 · max(0, 1 - (x/x' - 1) / 2)``.
    """
    if words <= 0 or target <= 0:
        return 0.0
    if words > target:
        return 100.0 * max(0.0, 1.0 - (words / target - 1.0) / 3.0)
    return 100.0 * max(0.0, 1.0 - (target / words - 1.0) / 2.0)


def _tell_uneven(subject: LessonUnderCheck, *, short: bool) -> str:
    """The sections that are furthest from their share of the target, for whoever has to write them anew."""
    shares: Counter[tuple[str, int | None]] = Counter()
    for piece in list_pieces(subject.brief):
        shares[piece.section, piece.topic] += piece.words
    uneven = []
    for section in subject.lesson.known:
        expected = section.expected
        if expected is None or expected.key not in SECTIONS_OF_PROSE:
            continue
        share = shares[expected.title, None if expected.topic is None else expected.topic + 1]
        words = count_words("\n".join(subject.lesson.lines[section.heading.line : section.last_line]))
        part = words / share
        if part < GOOD_SHARE[0] if short else part > GOOD_SHARE[1]:
            uneven.append((part if short else -part, f"“{expected.title}” ({words:,} of about {share:,})"))
    told = ", ".join(text for _, text in sorted(uneven)[:MOST_TOLD])
    return f" {'Shortest' if short else 'Longest'} for their share: {told}." if told else ""


def check_length(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Within 20 % of the target is good; below 60 % or above 160 % keeps a lesson from being published."""
    words = count_words(subject.text)
    target = subject.brief.target_words
    share = words / target if target else 1.0
    low, high = (round(target * edge) for edge in GOOD_SHARE)
    if not GOOD_SHARE[0] <= share <= GOOD_SHARE[1]:
        severity: Severity = "warning" if PASSABLE_SHARE[0] <= share <= PASSABLE_SHARE[1] else "error"
        what = "Write more" if share < 1 else "Shorten it"
        yield subject.find(
            "length",
            severity,
            f"The lesson has {say_count(words, 'word')}, {share:.0%} of its target of {target:,}. {what}: "
            f"{low:,} to {high:,} words are good, code aside.{_tell_uneven(subject, short=share < 1)}",
        )
    yield subject.find(
        "length-score",
        "note",
        f"Length score {length_score(words, target):.1f} of 100 (LongWriter): "
        f"{say_count(words, 'word')} for {target:,}.",
    )
