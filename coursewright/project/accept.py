"""A draft that the checks refused and a person mended: checked again, and published as that person's text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coursewright.batches import join_names
from coursewright.errors import NotStored, SelectionError
from coursewright.findings import Finding, errors
from coursewright.lessons.checks import check_lesson
from coursewright.lessons.clean import clean_reply
from coursewright.project.course import Course
from coursewright.project.front_matter import digest_text, read_published, with_front_matter
from coursewright.project.moves import keep_aside
from coursewright.project.numbers import number_text
from coursewright.project.publish import generated_key, rejected_key, text_key
from coursewright.project.record import ItemRecord, ProjectRecord, update_record
from coursewright.store.base import Store


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether a draft was taken over.

    Attributes:
        findings: what the checks say of it now.
        location: where its text is, for a person: published, or still in ``rejected/``.
    """

    accepted: bool
    findings: tuple[Finding, ...]
    location: str


def accept_draft(course: Course, place: str) -> Acceptance:
    """Check the draft of a lesson or a lab in ``rejected/`` and publish it if it has no errors left.

    What a person changed counts as edited by hand, so that no run writes over it.

    Raises:
        SelectionError: there is no such item, or no draft of it.
    """
    _check_place(course, place)
    draft_key = rejected_key(place)
    try:
        draft = read_published(course.store.read(draft_key))
    except NotStored as error:
        drafts = [item.key for item in course.store.list("rejected/")]
        raise SelectionError(
            f"There is no draft {course.store.locate(draft_key)}. "
            + (
                f"Drafts there are: {join_names(drafts)}."
                if drafts
                else "There are no drafts in this project."
            )
        ) from error
    is_lab = place.count("-") == 2
    if is_lab:
        from coursewright.labs import check_lab_text
        from coursewright.labs.files import safe_files
        from coursewright.markdown.parse import parse_document
        from coursewright.project.finish_lab import publish_files
        from coursewright.project.follow import lab_parts

        text, findings = check_lab_text(course, place, draft.body)
        key, parts = course.lab_keys[place], lab_parts(course, place)
    else:
        brief = course.brief(place)
        cleaned = clean_reply(draft.body, brief)
        text = number_text(cleaned.text, place, course.language)
        findings = (*cleaned.findings, *check_lesson(text, brief))
        key = course.lesson_keys[place]
        parts = dict(key.parts)
    if errors(findings):
        return Acceptance(False, findings, course.store.locate(draft_key))
    # The digest is that of the program's text: where a person changed it, it is told to be edited.
    program_digest = str(draft.front.get("text") or "by hand")
    data = with_front_matter(
        text, key=str(key), text_digest=program_digest, model=str(draft.front.get("model", ""))
    )
    if is_lab:
        publish_files(course, place, safe_files(parse_document(text)))
    etag = _put_in_place(course.store, text_key(place), data)
    course.store.delete(generated_key(place))
    course.store.delete(draft_key)

    def change(record: ProjectRecord) -> ProjectRecord:
        items = dict(record.labs if is_lab else record.lessons)
        items[place] = replace(
            items.get(place, ItemRecord()),
            key=str(key),
            parts=parts,
            etag=etag,
            edited=digest_text(text) != program_digest,
            words=len(text.split()),
            reason="",
            findings={},
            generated="",
        )
        return replace(record, labs=items) if is_lab else replace(record, lessons=items)

    update_record(course.store, change)
    return Acceptance(True, findings, course.store.locate(text_key(place)))


def _put_in_place(store: Store, key: str, data: bytes) -> str:
    """Publish the draft; an edit that stands there, which is another text, goes to ``removed/``."""
    try:
        before, etag = store.read_tagged(key)
    except NotStored:
        return store.create(key, data)
    there = read_published(before)
    if there.edited and there.body != read_published(data).body:
        keep_aside(store, key, before)
    return store.replace(key, data, etag)


def _check_place(course: Course, place: str) -> None:
    known = course.labs if place.count("-") == 2 else course.lessons
    if place not in known:
        raise SelectionError(
            f"{place!r} is no lesson or lab of this course; it has "
            f"{join_names((*course.lessons, *course.labs))}."
        )
