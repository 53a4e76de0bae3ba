"""One lab from its place in the outline to its place in the store, with its starter and solution files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from coursewright.errors import NotStored, Obstructed
from coursewright.findings import Finding
from coursewright.labs.brief import LabBrief
from coursewright.labs.checks import LAB_CHECKS, check_lab
from coursewright.labs.files import in_the_way, safe_files
from coursewright.labs.length import lab_tokens
from coursewright.labs.planned import LabPlan
from coursewright.labs.produce import MAX_CONTINUATIONS, MAX_REPAIRS, LabDraft, produce_lab
from coursewright.labs.subject import lab_messages
from coursewright.lessons.checks.links import check_links, find_links
from coursewright.lessons.produce import LessonDraft
from coursewright.markdown.parse import parse_document
from coursewright.models.base import Usage
from coursewright.models.prices import price
from coursewright.models.tokens import estimate_prompt_tokens
from coursewright.project.course import Course
from coursewright.project.finish_item import ItemToFinish, figures_of, finish_item
from coursewright.project.finished import FinishedWork
from coursewright.project.follow import find_lab_work, key_for_text, lab_parts
from coursewright.project.keys import digest
from coursewright.project.order import RunOrder
from coursewright.project.plan_labs import lab_brief, missing_lessons
from coursewright.project.publish import read_text
from coursewright.project.resources import Reservation, RunResources
from coursewright.project.results import FinishedItem
from coursewright.selection import resolve_selection


def finish_lab(
    course: Course,
    lab_id: str,
    order: RunOrder,
    resources: RunResources,
    plan: LabPlan,
    *,
    run_checks: bool = False,
) -> FinishedItem:
    """Bring one lab to its place: from finished work if there is any, else written anew.

    Args:
        plan: the plan of the course's labs; see `ensure_lab_plan`.
        run_checks: run the check commands of a guide that is written now, shut in on this machine.

    Raises:
        Stopped: a quota or the cost limit ends the run's asking.
        StoreError: the store failed; nothing half-written is visible.
    """
    settings, key, parts = course.settings, course.lab_keys[lab_id], lab_parts(course, lab_id)
    order = replace(order, again=order.again and _is_renewed(course, lab_id, order))
    brief = lab_brief(course, lab_id, plan, note=order.note if order.again else "")

    def write(reservation: Reservation, stop: Callable[[], bool]) -> LabDraft:
        draft = produce_lab(
            brief,
            resources.chains.open(settings.models).paid_from(reservation),
            project=course.project,
            temperature=settings.temperature,
            run_checks=run_checks,
            stop=stop,
        )
        draft = replace(draft, findings=(*_tell_missing_lessons(course, lab_id), *draft.findings))
        return _with_verdicts(draft, brief) if order.check_links else draft

    def work_of(draft: LessonDraft) -> FinishedWork:
        return FinishedWork(
            kind="lab",
            text=draft.text,
            run=order.run,
            written=datetime.now(UTC).isoformat(timespec="seconds"),
            parts=parts,
            context=digest(brief.lesson_context) if brief.lesson_context else "",
            demonstration=brief.demonstration or "embedded" in draft.model.split(", "),
            files=dict(draft.files) if isinstance(draft, LabDraft) else {},
            **figures_of(draft),
        )

    item = ItemToFinish(
        kind="lab",
        place=lab_id,
        title=brief.title,
        key=key,
        finished_by=settings.finished_by,
        checks=tuple(check.name for check in LAB_CHECKS),
        most=lambda: _most(brief, course, resources),
        write=write,
        work_of=work_of,
        find=lambda: find_lab_work(course, lab_id, parts),
        also_kept_as=key_for_text(key, parts) if settings.labs_follow_lessons else None,
        before_publishing=lambda work: publish_files(
            course, lab_id, dict(work.files), overwrite_edits=order.overwrite_edits
        ),
    )
    finished = finish_item(course, item, order, resources)
    # Whether a lesson's new wording makes a lab stale is told by its parts; its context is only recorded with
    # the finished work.
    return replace(finished, remember={**finished.remember, "context": ""} if finished.remember else {})


def _is_renewed(course: Course, lab_id: str, order: RunOrder) -> bool:
    selection = resolve_selection(
        course.outline, modules=order.modules, lessons=order.lessons, labs=order.labs
    )
    return selection.renews_lab(lab_id, beside_lessons=course.settings.content == "both")


def publish_files(
    course: Course, lab_id: str, files: dict[str, str], *, overwrite_edits: bool = False
) -> None:
    """Put a lab's files beside its guide, ``labs/MM-LL-NN/starter/app.py``, never over a person's edit.

    A file is a person's where it is not what the published guide says; then the newer one goes beside it
    (``app.generated.py``). Files of the guide before that the new one lacks are removed unless edited. Where
    the guide itself was edited by hand, its files stay as they are.
    """
    published = read_text(course, lab_id)
    if published is not None and published.edited and not overwrite_edits:
        return
    before = safe_files(parse_document(published.body)) if published is not None else {}
    for path, text in before.items():
        key = f"labs/{lab_id}/{path}"
        if path not in files and _read(course, key) == text:
            course.store.delete(key)
    for path, text in files.items():
        key = f"labs/{lab_id}/{path}"
        there = _read(course, key)
        if there is None or overwrite_edits or there in (text, before.get(path)):
            if there != text:
                _write_where_it_can_stand(course, lab_id, path, text)
            course.store.delete(generated_file_key(key))
        else:
            course.store.write(generated_file_key(key), text.encode("utf-8"))


def _write_where_it_can_stand(course: Course, lab_id: str, path: str, text: str) -> None:
    """Write a file under its name, or under ``starter.generated/`` where a person's file is in its way.

    An author may have made a folder of what a later guide has as a file, or the other way round.
    """
    folder = f"labs/{lab_id}/"
    others = [item.key.removeprefix(folder) for item in course.store.list(folder)]
    try:
        if not in_the_way(path, [other for other in others if other != path]):
            course.store.write(folder + path, text.encode("utf-8"))
            return
    except Obstructed:
        # An empty folder that is left of what stood there, which no listing tells.
        pass
    kind, _, name = path.partition("/")
    course.store.write(f"{folder}{kind}.generated/{name}", text.encode("utf-8"))


def generated_file_key(key: str) -> str:
    """Where a newer file is kept beside a person's edit: ``app.generated.py``, ``Makefile.generated.``."""
    folder, _, name = key.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return f"{folder}/{stem}.generated.{ending}" if dot and stem else f"{folder}/{name}.generated.txt"


def _read(course: Course, key: str) -> str | None:
    try:
        return course.store.read(key).decode("utf-8", errors="replace")
    except NotStored:
        return None


def _tell_missing_lessons(course: Course, lab_id: str) -> tuple[Finding, ...]:
    """A warning where lessons that should be there, since the course has both, are not."""
    missing = missing_lessons(course, lab_id) if course.settings.content == "both" else ()
    if not missing:
        return ()
    message = (
        f"The guide was written without the text of lesson {', '.join(missing)}, which is missing. When it "
        f"is there, have the guide written anew with --labs {lab_id} --again."
    )
    return (Finding("lesson", "warning", message),)


def _with_verdicts(draft: LabDraft, brief: LabBrief) -> LabDraft:
    """The draft with a verdict on every link. Dead links are warnings: a person decides about them."""
    unlinked = tuple(finding for finding in draft.findings if finding.check != "links")
    checked = check_lab(draft.text, brief, links=check_links(find_links(draft.text)))
    return replace(draft, findings=(*unlinked, *(found for found in checked if found.check == "links")))


def _most(brief: LabBrief, course: Course, resources: RunResources) -> float:
    """US dollars that the lab may cost at the most; 0 where nothing is limited."""
    if not resources.spending.limited:
        return 0.0
    name, request = course.settings.models[0], lab_messages(brief)
    prompt, reply = estimate_prompt_tokens(request), lab_tokens(brief, None, request)
    asked = 1 + MAX_REPAIRS
    # A reply that is cut off is sent back to be gone on with; it is never longer than a whole guide in all.
    again = MAX_CONTINUATIONS * (prompt + reply)
    return price(name, Usage(asked * (prompt + reply) + again, asked * reply)) or 0.0
