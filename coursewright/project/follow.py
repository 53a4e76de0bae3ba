"""Labs that follow their lessons: for which text each was written, and whether that is another by now.

A lab's content key holds no lesson's text, so that a course may begin to follow, or leave off, without paying
for a lab anew. What a lab was written for is remembered among the parts of its key instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coursewright.errors import NotStored, Obstructed
from coursewright.labs.batches import needed_lessons
from coursewright.project.course import Course
from coursewright.project.finished import FinishedWork, find_finished
from coursewright.project.front_matter import digest_text, read_published
from coursewright.project.keys import ContentKey, digest
from coursewright.project.plan import ItemPlan
from coursewright.project.publish import read_text, text_key
from coursewright.project.record import ItemRecord
from coursewright.project.survey import Published

LESSON_TEXT = "lesson text"
"""The part that tells for which text of its lessons a lab was written."""


def lesson_texts(course: Course, lab_id: str) -> tuple[str, ...]:
    """The published texts of the lessons that a lab practises, in order; those that are missing
    are left out.
    """
    module, lesson, _ = course.labs[lab_id]
    texts = (read_text(course, place) for place in needed_lessons(module, lesson))
    return tuple(text.body for text in texts if text is not None)


def lab_parts(course: Course, lab_id: str) -> dict[str, str]:
    """What a lab that is written now is made from: its key's parts, and the text of its lessons."""
    texts = (digest_text(text) for text in lesson_texts(course, lab_id))
    return {**course.lab_keys[lab_id].parts, LESSON_TEXT: _part_of(texts)}


def key_for_text(key: ContentKey, parts: Mapping[str, str]) -> ContentKey:
    """Under which a lab is kept as well, so that lessons which come back bring their labs with them."""
    return ContentKey(digest([key.base, parts[LESSON_TEXT]]), key.variant, dict(parts))


def find_lab_work(course: Course, lab_id: str, parts: Mapping[str, str]) -> FinishedWork | None:
    """The finished work that serves a lab; where labs follow their lessons, one for the text of now."""
    key, settings = course.lab_keys[lab_id], course.settings
    work = find_finished(course.store, key, settings.finished_by)
    if settings.labs_follow_lessons and (work is None or is_for_another_text(work.parts, parts)):
        return find_finished(course.store, key_for_text(key, parts), settings.finished_by)
    return work


def is_for_another_text(written: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether a lab's lessons have another text by now; no where it is not known what they had."""
    return written.get(LESSON_TEXT, now[LESSON_TEXT]) != now[LESSON_TEXT]


def plan_following(
    labs: Mapping[str, ItemPlan],
    course: Course,
    lessons: Mapping[str, ItemPlan],
    published: Mapping[str, Published],
    records: Mapping[str, ItemRecord],
) -> dict[str, ItemPlan]:
    """What is to be done about labs, given what is to be done about their lessons.

    Args:
        published: the texts that lessons of the outline own, wherever they stand before anything is moved.
        records: what is remembered of each lab.
    """
    if not course.settings.labs_follow_lessons:
        return dict(labs)
    digests: dict[str, str] = {}

    def digest_of(place: str) -> str:
        if place not in digests:
            digests[place] = _digest_published(course, published.get(place))
        return digests[place]

    def follow(plan: ItemPlan) -> ItemPlan:
        record = records[plan.place]
        # A newer text that stands beside an edit is what there is to be had.
        if plan.todo != "nothing" or (plan.edited and record.generated == str(plan.key)):
            return plan
        module, lesson, _ = course.labs[plan.place]
        needed = needed_lessons(module, lesson)
        anew = {lessons[place].todo for place in needed if lessons[place].selected}
        # Whether a lesson's next text is another one is known when it is there; the lab is looked at then.
        if "write" in anew or "publish" in anew:
            done = "written anew" if "write" in anew else "put in its place"
            return replace(plan, todo="write", why=f"its lesson is {done}")
        now = {LESSON_TEXT: _part_of(filter(None, map(digest_of, needed)))}
        if is_for_another_text(record.parts, now):
            return replace(plan, todo="write", why=f"{LESSON_TEXT} changed")
        return plan

    return {lab_id: follow(plan) for lab_id, plan in labs.items()}


def _digest_published(course: Course, text: Published | None) -> str:
    if text is None:
        return ""
    try:
        return digest_text(read_published(course.store.read(text_key(text.place))).body)
    except (NotStored, Obstructed):
        return ""


def _part_of(digests: Iterable[str]) -> str:
    return digest(list(digests), 8)
