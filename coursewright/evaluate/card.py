"""A score card: what a model's lessons came to, as numbers that can be saved and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from coursewright.findings import Finding
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks import LESSON_CHECKS
from coursewright.lessons.checks.length import length_score
from coursewright.lessons.checks.repetition import find_repetition
from coursewright.lessons.objectives import opening_verb
from coursewright.lessons.parse import parse_lesson
from coursewright.lessons.piece_text import read_bullets
from coursewright.lessons.produce import LessonDraft
from coursewright.outline.model import lesson_id

T = TypeVar("T")


@dataclass(frozen=True)
class CheckScore:
    """Shares of the lessons, 0 to 1, that a check had no error in (`passed`) or nothing at all (`clean`).

    Attributes:
        passed_before: in the first version of each lesson, before any repair.
    """

    passed_before: float
    passed: float
    clean: float


@dataclass(frozen=True)
class ScoreCard:
    """What a model's lessons came to; shares are 0 to 1, the rest is a mean over the lessons.

    Attributes:
        model: who was asked.
        lesson_set: language and digest of the set; cards of different sets do not compare.
        accepted: the share of lessons that nothing kept from being published.
        topic_coverage: the share of the outline's topics that have their section.
        bloom_accuracy: the share of objectives that open with a verb of their lesson's Bloom levels.
        length_score: LongWriter's, 0 to 100.
        repetition: the share of lessons in which the checks found something said again, within it or across.
        usd: None where the model's price is not known.
    """

    model: str
    lesson_set: str
    writing: str
    prompt_version: int
    format_version: int
    lessons: int
    accepted: float
    topic_coverage: float
    bloom_accuracy: float
    length_score: float
    words_of_target: float
    repetition: float
    repairs: float
    requests: float
    input_tokens: float
    output_tokens: float
    usd: float | None
    seconds: float
    checks: Mapping[str, CheckScore] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The card as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ScoreCard:
        """The card that `as_json` gave.

        Raises:
            TypeError: these are not a card's values.
        """
        checks = {name: CheckScore(**scores) for name, scores in data.get("checks", {}).items()}
        return cls(**{**data, "checks": checks})


def make_card(
    briefs: Sequence[LessonBrief],
    drafts: Sequence[LessonDraft],
    *,
    model: str,
    lesson_set: str,
    writing: str,
    versions: tuple[int, int],
) -> ScoreCard:
    """The card of lessons that were written.

    Args:
        drafts: one for each brief.
        versions: of prompt and format.
    """
    pairs = list(zip(briefs, drafts, strict=True))
    repeated = find_repetition({_place(brief): draft.text for brief, draft in pairs})
    costs = [draft.cost for draft in drafts]
    known = [cost for cost in costs if cost is not None]
    return ScoreCard(
        model=model,
        lesson_set=lesson_set,
        writing=writing,
        prompt_version=versions[0],
        format_version=versions[1],
        lessons=len(drafts),
        accepted=_mean(drafts, lambda draft: draft.accepted),
        topic_coverage=_share(_topics_found(brief, draft) for brief, draft in pairs),
        bloom_accuracy=_share(_objectives_right(brief, draft) for brief, draft in pairs),
        length_score=_mean(drafts, lambda draft: length_score(draft.words, draft.target)),
        words_of_target=_mean(drafts, lambda draft: draft.words / draft.target),
        repetition=_mean(
            pairs, lambda pair: _place(pair[0]) in repeated or _found(pair[1].findings, "repeats")
        ),
        repairs=_mean(drafts, lambda draft: draft.repairs),
        requests=_mean(drafts, lambda draft: draft.requests),
        input_tokens=_mean(drafts, lambda draft: draft.usage.input),
        output_tokens=_mean(drafts, lambda draft: draft.usage.output),
        usd=sum(known) / len(costs) if len(known) == len(costs) else None,
        seconds=_mean(drafts, lambda draft: draft.seconds),
        checks={check.name: _score(check.name, drafts) for check in LESSON_CHECKS},
    )


def _score(check: str, drafts: Sequence[LessonDraft]) -> CheckScore:
    return CheckScore(
        passed_before=_mean(drafts, lambda draft: not _found(draft.first_findings, check, "error")),
        passed=_mean(drafts, lambda draft: not _found(draft.findings, check, "error")),
        clean=_mean(drafts, lambda draft: not _found(draft.findings, check, "error", "warning")),
    )


def _found(findings: Iterable[Finding], check: str, *severities: str) -> bool:
    wanted = severities or ("error", "warning")
    return any(finding.check == check and finding.severity in wanted for finding in findings)


def _topics_found(brief: LessonBrief, draft: LessonDraft) -> tuple[int, int]:
    lesson = parse_lesson(draft.text, brief)
    found = sum(lesson.topic(number) is not None for number in range(len(brief.topics)))
    return found, len(brief.topics)


def _objectives_right(brief: LessonBrief, draft: LessonDraft) -> tuple[int, int]:
    section = parse_lesson(draft.text, brief).section("learning_objectives")
    bullets = read_bullets("\n".join(block.source for block in section.blocks)) if section else []
    levels = set(brief.bloom_levels)
    return sum(bool(opening_verb(bullet, brief.language)[1] & levels) for bullet in bullets), len(bullets)


def _share(counts: Iterable[tuple[int, int]]) -> float:
    rows = list(counts)
    of = sum(row[1] for row in rows)
    return sum(row[0] for row in rows) / of if of else 0.0


def _mean(rows: Sequence[T], measure: Callable[[T], float]) -> float:
    return sum(float(measure(row)) for row in rows) / len(rows) if rows else 0.0


def _place(brief: LessonBrief) -> str:
    return lesson_id(brief.module_number, brief.lesson_number)
