"""One lab from its brief to a guide that may be published, or the best that there is with its findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from coursewright.findings import Finding
from coursewright.labs.brief import LabBrief
from coursewright.labs.checks import check_lab
from coursewright.labs.clean import clean_lab, put_metadata
from coursewright.labs.demonstration import write_demonstration
from coursewright.labs.enclosure import CheckRun
from coursewright.labs.files import safe_files
from coursewright.labs.length import lab_tokens
from coursewright.labs.repair import continue_request, join_continuation, keep_whole, repair_request
from coursewright.labs.run_checks import run_lab_checks
from coursewright.labs.subject import lab_messages
from coursewright.lessons.asking import Asking
from coursewright.lessons.checks.base import quote
from coursewright.lessons.demonstration import check_model_language, stable_seed
from coursewright.lessons.produce import LessonDraft
from coursewright.lessons.repair import BestVersion, Judge
from coursewright.lessons.write_best import write_best
from coursewright.markdown.document import count_words
from coursewright.markdown.parse import parse_document
from coursewright.models.base import Message, Model, Reply

MAX_REPAIRS = 2
"""How often a guide is sent back with its findings."""

MAX_CONTINUATIONS = 4
"""How often a reply that its length cut off is gone on with."""

DEMONSTRATION_REQUESTS = 4


@dataclass(frozen=True, slots=True)
class LabDraft(LessonDraft):
    """What became of one lab: as of a lesson, without a target of words, and with the lab's own files.

    Attributes:
        files: starter and solution files by path, such as ``starter/app.py``; empty unless accepted.
    """

    files: Mapping[str, str] = field(default_factory=dict)


def produce_lab(
    brief: LabBrief,
    model: Model,
    *,
    project: str = "",
    temperature: float | None = None,
    seed: int | None = None,
    max_repairs: int = MAX_REPAIRS,
    run_checks: bool = False,
    stop: Callable[[], bool] | None = None,
) -> LabDraft:
    """Write a guide, have it mended where the checks find errors, and give the best version.

    Args:
        project: for the provider's records.
        temperature: None for the model's own.
        seed: for models that take one; the embedded model has one of its own for each lab.
        max_repairs: how often the guide is sent back.
        run_checks: run the check commands of an accepted guide on this machine, shut in and without a
            network; what became of them is printed in the guide's metadata either way.
        stop: asked before each request; True ends the writing with `WritingStopped`.

    Raises:
        SettingsError: the model does not write the course's language.
        ModelError: the model gave up, its quota ended or the run was stopped before there was a version.
        CostLimitReached: the run may not spend what the first version takes.
    """
    check_model_language(model, brief.language)
    if model.demonstration:
        # A fallback chain may come to the embedded model after the brief was made, with software planned.
        brief = replace(brief, demonstration=True, software=(), hardware=())
        seed = stable_seed(brief.as_lesson) if seed is None else seed
    asking = Asking(
        model,
        f"lab/{brief.id}",
        project=project,
        most_requests=DEMONSTRATION_REQUESTS
        if model.demonstration
        else (1 + max_repairs) * (1 + MAX_CONTINUATIONS),
        seed=seed,
        temperature=temperature,
        stop=stop,
    )
    best = BestVersion(_judge(brief))

    def write() -> None:
        if model.demonstration:
            write_demonstration(brief, asking, best)
        else:
            _write(brief, asking, best, max_repairs=max_repairs)

    ended_by = write_best(write, best, asking, "lab")
    text = best.text
    if run_checks and best.accepted:
        run = run_lab_checks(text)
        best.note(_tell_run(run))
        text = put_metadata(text, brief, verdict=run.verdict)
    return LabDraft(
        text=text,
        findings=(*best.notes, *best.mended, *best.findings),
        accepted=best.accepted,
        model=", ".join(asking.models) or model.name,
        usage=asking.spent.usage,
        cost=asking.spent.cost,
        seconds=asking.spent.seconds,
        requests=asking.spent.requests,
        repairs=best.repairs,
        stops=tuple(asking.stops),
        words=count_words(best.text),
        target=0,
        first_findings=best.first.findings if best.first else (),
        ended_by=ended_by,
        files=safe_files(parse_document(best.text)) if best.accepted else {},
    )


def _tell_run(run: CheckRun) -> Finding:
    if run.verdict == "verified":
        return Finding("check-commands", "note", "The check commands were run and succeeded.")
    if run.verdict == "not_run":
        return Finding("check-commands", "note", f"The check commands were not run: {run.reason}.")
    last = run.output.splitlines()[-1:] or ["nothing"]
    return Finding(
        "check-commands",
        "warning",
        f"The check commands failed: {run.reason}; the last that they printed was {quote(last[0], 120)}.",
    )


def _write(brief: LabBrief, asking: Asking, best: BestVersion, *, max_repairs: int) -> None:
    request = lab_messages(brief)
    reply = _ask_whole(brief, asking, best, request)
    best.offer(reply.text, reply.model)
    while best.errors and best.repairs < max_repairs:
        best.repairs += 1
        reply = _ask_whole(brief, asking, best, repair_request(request, best))
        best.offer_repair(reply.text, reply.model)


def _ask_whole(brief: LabBrief, asking: Asking, best: BestVersion, request: tuple[Message, ...]) -> Reply:
    """Ask for a guide; a reply that its length cut off is gone on with until it ends."""
    reply = asking.ask(request, lab_tokens(brief, asking.model, request))
    text, written = reply.text, 0
    for _ in range(MAX_CONTINUATIONS):
        whole = keep_whole(text)
        # No more than last time means that the model goes round in circles.
        if reply.stop != "length" or len(whole) <= written:
            break
        written = len(whole)
        best.note(Finding("cut off", "note", "A reply was cut off by its length; it was gone on with."))
        turns = continue_request(request, whole, brief)
        reply = asking.ask(turns, lab_tokens(brief, asking.model, turns))
        text = join_continuation(whole, reply.text)
    return Reply(text, reply.stop, reply.model)


def _judge(brief: LabBrief) -> Judge:
    def judge(reply: str) -> tuple[str, tuple[Finding, ...], tuple[Finding, ...]]:
        cleaned = clean_lab(reply, brief)
        return cleaned.text, cleaned.findings, check_lab(cleaned.text, brief)

    return judge
