"""The modules of an outline, with their lessons, topics and labs."""

from __future__ import annotations

from coursewright.outline.folding import fold
from coursewright.outline.keys import (
    DURATION_KEYS,
    LAB_KEYS,
    LAB_LIST_KEYS,
    LESSON_KEYS,
    MODULE_KEYS,
    OBJECTIVE_KEYS,
    TOPIC_KEYS,
)
from coursewright.outline.labels import strip_label, strip_number
from coursewright.outline.model import LabActivity, Lesson, Module, Topic
from coursewright.outline.nodes import Items, Node, is_null
from coursewright.outline.plain import lab_as_written, lesson_as_written
from coursewright.outline.problems import shorten
from coursewright.outline.read_bloom import read_bloom_levels
from coursewright.outline.read_entries import read_entries
from coursewright.outline.read_numbers import MAX_MODULE_MINUTES, read_minutes, read_percent
from coursewright.outline.read_texts import read_bare_title, read_items, read_summary, read_texts, read_title
from coursewright.outline.reading import Entry, Reading, is_bare_text, say_keys


def read_modules(reading: Reading, node: Node, path: str) -> tuple[Module, ...]:
    """The modules in the list `node`; what is wrong with them is noted in `reading`."""
    expected = "a list of modules, each with `- title: …` and `lessons:`"
    if not isinstance(node, Items) or not node.items:
        empty = is_null(node) or isinstance(node, Items)
        message = "The outline has no modules." if empty else "The value of modules has to be a list."
        reading.refuse(path, node, message, expected=expected)
        return ()
    reading.check_tag(node, path)
    modules = [_read_module(reading, item, f"{path}[{at}]", at + 1) for at, item in enumerate(node.items)]
    return tuple(module for module in modules if module)


def _read_module(reading: Reading, node: Node, path: str, number: int) -> Module | None:
    what = f"Module {number}"
    if is_null(node):
        reading.refuse(path, node, f"{what} is empty.", expected="a title and lessons")
        return None
    entry = read_entries(reading, node, path, MODULE_KEYS, what)
    if entry is None:
        return None
    return Module(
        number=number,
        title=strip_label(read_title(reading, entry, what)),
        lessons=_read_lessons(reading, entry, number),
        summary=read_summary(reading, entry),
        duration_minutes=read_minutes(reading, entry, *DURATION_KEYS, usual=MAX_MODULE_MINUTES),
        percent_theory=read_percent(reading, entry, "percent_theory"),
        percent_practice=read_percent(reading, entry, "percent_practice"),
        bloom_levels=read_bloom_levels(reading, entry),
        labs=_read_labs(reading, entry, number, 0),
    )


def _read_lessons(reading: Reading, module: Entry, module_number: int) -> tuple[Lesson, ...]:
    node, path = module.values.get("lessons"), module.at("lessons")
    expected = "a list of lessons, each with `- title: …`"
    no_lessons = f"Module {module_number} has no lessons."
    if node is None:
        reading.refuse_missing(
            path, module.line, no_lessons, expected=expected, found=say_keys(module.values)
        )
        return ()
    if not isinstance(node, Items) or not node.items:
        empty = is_null(node) or isinstance(node, Items)
        reading.refuse(
            path, node, no_lessons if empty else "The value of lessons has to be a list.", expected=expected
        )
        return ()
    reading.check_tag(node, path)
    lessons = [
        _read_lesson(reading, item, f"{path}[{at}]", (module_number, at + 1))
        for at, item in enumerate(node.items)
    ]
    return tuple(lesson for lesson in lessons if lesson)


def _read_lesson(reading: Reading, node: Node, path: str, place: tuple[int, int]) -> Lesson | None:
    what = f"Lesson {place[0]}.{place[1]}"
    if is_null(node):
        reading.refuse(path, node, f"{what} is empty.", expected="a title")
        return None
    if is_bare_text(node, LESSON_KEYS):
        title = strip_label(
            read_bare_title(reading, node, path, f"The title of lesson {place[0]}.{place[1]}")
        )
        topic = Topic(title)
        return Lesson(place[1], title, topics=(topic,), has_own_topics=False, as_written={"title": title})
    entry = read_entries(reading, node, path, LESSON_KEYS, what)
    if entry is None:
        return None
    title = strip_label(read_title(reading, entry, what))
    topics = _read_topics(reading, entry)
    return Lesson(
        number=place[1],
        title=title,
        duration_minutes=read_minutes(reading, entry, *DURATION_KEYS),
        bloom_levels=read_bloom_levels(reading, entry),
        description=read_summary(reading, entry),
        topics=topics or (Topic(title),),
        has_own_topics=bool(topics),
        objectives=read_texts(reading, entry, *OBJECTIVE_KEYS),
        labs=_read_labs(reading, entry, *place),
        as_written=lesson_as_written(node, title),
    )


def _read_topics(reading: Reading, lesson: Entry) -> tuple[Topic, ...]:
    topics: list[Topic] = []
    first: dict[str, tuple[int, int]] = {}
    for path, node in read_items(reading, lesson, "topics"):
        topic = _read_topic(reading, node, path)
        if topic is None:
            continue
        here = len(topics), node.line
        topics.append(topic)
        before = first.setdefault(fold(topic.title), here)
        if topic.title and before != here:
            title = shorten(topic.title, 60)
            reading.warn(
                path,
                node.line,
                f"The topic “{title}” stands twice in its lesson, first on line {before[1] + 1}; "
                "it would be written twice.",
            )
    return tuple(topics)


def _read_topic(reading: Reading, node: Node, path: str) -> Topic | None:
    if is_null(node) or is_bare_text(node, TOPIC_KEYS):
        return Topic(read_bare_title(reading, node, path, "The topic"))
    topic = read_entries(reading, node, path, TOPIC_KEYS, "The topic")
    if topic is None:
        return None
    title = read_title(reading, topic, "The topic")
    return Topic(title, read_minutes(reading, topic, *DURATION_KEYS), read_bloom_levels(reading, topic))


def _read_labs(
    reading: Reading, entry: Entry, module_number: int, lesson_number: int
) -> tuple[LabActivity, ...]:
    """The labs of a lesson or, with lesson number 0, of a module: in the file's order, whichever key."""
    keys = [key for key in entry.values if key in LAB_LIST_KEYS]
    items = [item for key in keys for item in read_items(reading, entry, key)]
    labs: list[LabActivity] = []
    for count, (path, node) in enumerate(items, 1):
        lab_id = f"{module_number:02d}-{lesson_number:02d}-{count:02d}"
        if is_null(node) or is_bare_text(node, LAB_KEYS):
            title = strip_number(read_bare_title(reading, node, path, "The title of the lab"))
            labs.append(LabActivity(lab_id, title, as_written=title))
        elif lab := read_entries(reading, node, path, LAB_KEYS, "The lab"):
            labs.append(_read_lab(reading, node, lab, lab_id))
    return tuple(labs)


def _read_lab(reading: Reading, node: Node, lab: Entry, lab_id: str) -> LabActivity:
    return LabActivity(
        id=lab_id,
        title=strip_number(read_title(reading, lab, "The lab")),
        duration_minutes=read_minutes(reading, lab, *DURATION_KEYS),
        bloom_levels=read_bloom_levels(reading, lab),
        objectives=read_texts(reading, lab, *OBJECTIVE_KEYS),
        activities=read_texts(reading, lab, "activities"),
        description=read_summary(reading, lab),
        as_written=lab_as_written(node),
    )
