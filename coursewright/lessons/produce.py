"""One lesson from its brief to a text that may be published, or the best that there is with its findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from coursewright.errors import CostLimitReached, QuotaExhausted
from coursewright.findings import Finding
from coursewright.lessons.asking import Asking
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.checks import check_lesson
from coursewright.lessons.checks.verdicts import Verdict
from coursewright.lessons.clean import clean_reply
from coursewright.lessons.demonstration import check_model_language, stable_seed, write_demonstration
from coursewright.lessons.format import objective_line
from coursewright.lessons.parse import parse_lesson
from coursewright.lessons.pieces import list_pieces
from coursewright.lessons.repair import BestVersion, Judge
from coursewright.lessons.write_best import write_best
from coursewright.lessons.write_sections import write_sections
from coursewright.lessons.write_whole import write_whole
from coursewright.markdown.document import count_words
from coursewright.models.base import Model, Stop, Usage
from coursewright.outline.model import lesson_id

Writing = Literal["whole", "sections"]

MAX_REPAIRS = 2
"""How often a lesson, or in section writing a section, is sent back with its findings."""

REQUESTS_A_PIECE = 3
WORDS_A_REQUEST = 200
"""What bounds the requests of a lesson: so many for each piece, and one for so many words of the target."""


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """What became of one lesson.

    Attributes:
        text: the best version, numbered for the lesson's place; empty where no reply held any text.
        findings: how it came about (what was mended, what was cut off), then what the checks find in it.
        accepted: whether nothing keeps it from being published.
        model: who wrote it; several names with commas where a fallback took over in the middle.
        cost: US dollars, or None where any part is not known.
        seconds: wall time of the requests, waiting for retries included.
        requests: as the provider's log has them.
        repairs: how many of them asked for a repair.
        stops: why each reply ended.
        first_findings: what the checks found before any repair.
        ended_by: what ended the run's asking while this was written, if anything did.
    """

    text: str
    findings: tuple[Finding, ...]
    accepted: bool
    model: str
    usage: Usage
    cost: float | None
    seconds: float
    requests: int
    repairs: int
    stops: tuple[Stop, ...]
    words: int
    target: int
    first_findings: tuple[Finding, ...] = ()
    ended_by: QuotaExhausted | CostLimitReached | None = None


def produce_lesson(
    brief: LessonBrief,
    model: Model,
    *,
    writing: Writing,
    project: str = "",
    seed: int | None = None,
    temperature: float | None = None,
    links: Mapping[str, Verdict] | None = None,
    max_repairs: int = MAX_REPAIRS,
    stop: Callable[[], bool] | None = None,
) -> LessonDraft:
    """Write a lesson, have it mended where the checks find errors, and give the best version.

    Args:
        writing: in one call, or section by section; the embedded model always writes by sections.
        project: for the provider's records.
        seed: for models that take one; the embedded model has one of its own for each lesson.
        temperature: None for the model's own.
        links: verdicts on links for the checks; None where links are not checked.
        max_repairs: how often the lesson (or a section of it) is sent back.
        stop: asked before each request; True ends the writing with `WritingStopped`.

    Raises:
        SettingsError: the model does not write the course's language.
        ModelError: the model gave up, its quota ended or the run was stopped before there was a version.
        CostLimitReached: the run may not spend what the first version takes.
    """
    check_model_language(model, brief.language)
    if model.demonstration:
        # A fallback chain may come to the embedded model after the brief was made.
        brief = replace(brief, demonstration=True)
        seed = stable_seed(brief) if seed is None else seed
    asking = Asking(
        model,
        f"lesson/{lesson_id(brief.module_number, brief.lesson_number)}",
        project=project,
        most_requests=most_requests(brief, max_repairs),
        seed=seed,
        temperature=temperature,
        stop=stop,
    )
    best = BestVersion(_judge(brief, links))
    write = write_whole if writing == "whole" else write_sections
    if model.demonstration:
        write = write_demonstration
    ended_by = write_best(lambda: write(brief, asking, best, max_repairs=max_repairs), best, asking, "lesson")
    found = best.findings
    if write is write_whole and "length" not in asking.stops and count_words(best.text) < brief.target_words:
        found = tuple(_name_sections(finding) for finding in found)
    return LessonDraft(
        text=best.text,
        findings=(*best.notes, *best.mended, *found),
        accepted=best.accepted,
        model=", ".join(asking.models) or model.name,
        usage=asking.spent.usage,
        cost=asking.spent.cost,
        seconds=asking.spent.seconds,
        requests=asking.spent.requests,
        repairs=best.repairs,
        stops=tuple(asking.stops),
        words=count_words(best.text),
        target=brief.target_words,
        first_findings=best.first.findings if best.first else (),
        ended_by=ended_by,
    )


def most_requests(brief: LessonBrief, max_repairs: int = MAX_REPAIRS) -> int:
    """The most requests that a lesson may make, however badly its model answers."""
    pieces = len(list_pieces(brief))
    return 2 + max_repairs + REQUESTS_A_PIECE * pieces + brief.target_words // WORDS_A_REQUEST


def _name_sections(finding: Finding) -> Finding:
    """A finding that a lesson written in one reply is too short, with the way out for a person.

    The model is not told: it cannot choose how it is asked.
    """
    if finding.check != "length":
        return finding
    return replace(finding, message=f"{finding.message} Longer lessons come with --writing sections.")


def put_objectives(text: str, brief: LessonBrief) -> tuple[str, tuple[Finding, ...]]:
    """The lesson with the outline's objectives, where it gives any, word for word; and what is told of it."""
    section = parse_lesson(text, brief).section("learning_objectives") if brief.objectives else None
    if section is None:
        return text, ()
    lines = text.split("\n")
    own = [objective_line(objective) for objective in brief.objectives]
    if [line for line in lines[section.heading.last_line : section.last_line] if line.strip()] == own:
        return text, ()
    lines[section.heading.last_line : section.last_line] = ["", *own, ""]
    told = Finding("objectives", "note", "The outline's own objectives were put in, word for word.", "")
    return "\n".join(lines), (told,)


def _judge(brief: LessonBrief, links: Mapping[str, Verdict] | None) -> Judge:
    def judge(reply: str) -> tuple[str, tuple[Finding, ...], tuple[Finding, ...]]:
        cleaned = clean_reply(reply, brief)
        text, put_in = put_objectives(cleaned.text, brief)
        return text, (*cleaned.findings, *put_in), check_lesson(text, brief, links=links)

    return judge
