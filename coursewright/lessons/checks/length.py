"""The lesson's length against its target."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.findings import Finding, Severity
from coursewright.lessons.checks.base import LessonUnderCheck
from coursewright.lessons.target import GOOD_SHARE, PASSABLE_SHARE
from coursewright.markdown.document import count_words


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
            f"The lesson has {words} words, {share:.0%} of its target of {target}. {what}: {low} to {high} "
            "words "
            "are good, code aside.",
        )
    yield subject.find(
        "length-score",
        "note",
        f"Length score {length_score(words, target):.1f} of 100 (LongWriter): {words} words for {target}.",
    )
