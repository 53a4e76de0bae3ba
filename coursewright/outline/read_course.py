"""An outline's tree as a course: modules, lessons, topics and labs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coursewright.outline.keys import COURSE_KEYS, LAB_KEYS, LESSON_KEYS, MODULE_KEYS, ROOT_KEYS, TOPIC_KEYS
from coursewright.outline.labels import strip_label, strip_number
from coursewright.outline.model import LabActivity, Lesson, Module, Outline, Topic
from coursewright.outline.nodes import Entries, Items, Node, Text, is_null
from coursewright.outline.plain import as_plain
from coursewright.outline.reading import Entry, Reading, first_key, meant_text
from coursewright.outline.vocabulary import find_language, known_languages

_DURATION = ("duration_minutes", "duration_hours")


def read_course(tree: Node | None, reading: Reading, text: bytes) -> Outline | None:
    """The outline; what is wrong with it is noted in `reading`."""
    root = _read_root(tree, reading)
    if root is None:
        return None
    course, modules_path, modules_node = root
    modules = _read_modules(modules_node, modules_path, reading)
    title = _read_course_title(course, modules, reading)
    return Outline(
        title=title,
        modules=modules,
        description=reading.read_optional_text(course, "description"),
        language=_read_language(course, reading),
        level=reading.read_optional_text(course, "level"),
        audience=reading.read_texts(course, "audience"),
        prerequisites=reading.read_texts(course, "prerequisites"),
        learning_outcomes=reading.read_texts(course, "learning_outcomes"),
        duration_minutes=reading.read_minutes(course, "total_duration_minutes", *_DURATION),
        text=text,
        warnings=tuple(sorted(reading.warnings, key=lambda warning: warning.line or 0)),
        unknown_keys=reading.unknown_keys,
    )


def _read_root(tree: Node | None, reading: Reading) -> tuple[Entry, str, Node] | None:
    """The course's keys, and the modules with their path."""
    if not isinstance(tree, Entries):
        mend = "modules:" if isinstance(tree, Items) else None
        reading.refuse(
            "", tree, "The file is no course outline.", mend=mend,
            expected="the keys `course:` and `modules:`",
        )  # fmt: skip
        return None
    has_course = any(isinstance(key, Text) and key.text == "course" for key, _ in tree.entries)
    root = reading.read_entries(tree, "", ROOT_KEYS if has_course else COURSE_KEYS, "The outline")
    if root is None:
        return None
    course: Entry | None = root
    if has_course:
        node = root.values["course"]
        if is_null(node):
            course = Entry("course", Entries(node.line), {}, {})
        else:
            course = reading.read_entries(node, "course", COURSE_KEYS, "The course")
        if course is None:
            return None
    places = [
        entry for entry in ([root, course] if has_course else [root]) if entry and "modules" in entry.values
    ]
    if len(places) == 2:
        reading.refuse(
            "modules", root.values["modules"], "The modules stand twice: at the top and in the course.",
            expected="one list of modules",
        )  # fmt: skip
        return None
    if not places:
        keys = ", ".join((*root.values, *(course.values if has_course and course else ())))
        reading.refuse(
            "modules", None, "The outline has no modules.", found=f"the keys {keys}", line=tree.line,
            expected="a list `modules:`, each with a title and lessons",
        )  # fmt: skip
        return None
    assert course is not None
    return course, places[0].at("modules"), places[0].values["modules"]


def _read_course_title(course: Entry, modules: Sequence[Module], reading: Reading) -> str:
    node = course.values.get("title")
    if node is not None and not is_null(node):
        return reading.read_title(course, "The course")
    title = modules[0].title if modules else ""
    if title:
        reading.warn(
            course.at("title"), node or course.node, f"The course has no title; it is called “{title}”."
        )
    return title


def _read_language(course: Entry, reading: Reading) -> str | None:
    node = course.values.get("language")
    if node is None or is_null(node):
        return None
    text = reading.read_text(node, course.at("language"), "The language")
    code = find_language(text) if text else None
    if text and code is None:
        reading.refuse(
            course.at("language"), node, "The language is unknown.", expected=f"one of {known_languages()}"
        )
    return code


def _read_modules(node: Node, path: str, reading: Reading) -> tuple[Module, ...]:
    expected = "a list of modules, each with a title and lessons"
    if not isinstance(node, Items):
        message = "The outline has no modules." if is_null(node) else "The modules have to be a list."
        reading.refuse(path, node, message, expected=expected)
        return ()
    if not node.items:
        reading.refuse(path, node, "The outline has no modules.", expected=expected)
    modules = [_read_module(item, f"{path}[{at}]", at + 1, reading) for at, item in enumerate(node.items)]
    return tuple(module for module in modules if module)


def _read_module(node: Node, path: str, number: int, reading: Reading) -> Module | None:
    if is_null(node):
        reading.refuse(path, node, f"Module {number} is empty.", expected="a title and lessons")
        return None
    entry = reading.read_entries(node, path, MODULE_KEYS, f"Module {number}")
    if entry is None:
        return None
    title = strip_label(reading.read_title(entry, f"Module {number}"))
    lessons = _read_lessons(entry, number, reading)
    theory, practice = (
        reading.read_percent(entry, "percent_theory"),
        reading.read_percent(entry, "percent_practice"),
    )
    if theory is not None and practice is not None and abs(theory + practice - 100) > 1:
        reading.warn(
            entry.at("percent_theory"), entry.values["percent_theory"],
            f"Theory and practice make {theory + practice:g} %, not 100 %.",
        )  # fmt: skip
    return Module(
        number=number,
        title=title,
        lessons=lessons,
        summary=_read_summary(entry, reading),
        duration_minutes=reading.read_minutes(entry, *_DURATION),
        percent_theory=theory,
        percent_practice=practice,
        bloom_levels=reading.read_bloom_levels(entry),
        labs=_read_labs(entry, number, 0, reading),
    )


def _read_summary(entry: Entry, reading: Reading) -> str:
    parts = [reading.read_optional_text(entry, "summary"), reading.read_optional_text(entry, "description")]
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


def _read_lessons(entry: Entry, module_number: int, reading: Reading) -> tuple[Lesson, ...]:
    node = entry.values.get("lessons")
    path = entry.at("lessons")
    expected = "a list of lessons, each with a title"
    if not isinstance(node, Items) or not node.items:
        missing = node is None or is_null(node) or isinstance(node, Items)
        reading.refuse(
            path, node, f"Module {module_number} has no lessons." if missing else "The lessons have to be a list.",
            expected=expected, line=None if node else entry.node.line,
        )  # fmt: skip
        return ()
    lessons = [
        _read_lesson(item, f"{path}[{at}]", (module_number, at + 1), reading)
        for at, item in enumerate(node.items)
    ]
    return tuple(lesson for lesson in lessons if lesson)


def _read_lesson(node: Node, path: str, place: tuple[int, int], reading: Reading) -> Lesson | None:
    what = f"Lesson {place[0]}.{place[1]}"
    if is_null(node):
        reading.refuse(path, node, f"{what} is empty.", expected="a title")
        return None
    if _is_bare_text(node, LESSON_KEYS):
        title = strip_label(reading.read_text(node, path, f"The title of {what}", is_title=True))
        return Lesson(
            place[1], title, topics=(Topic(title),), has_own_topics=False, as_written={"title": title}
        )  # fmt: skip
    entry = reading.read_entries(node, path, LESSON_KEYS, what)
    if entry is None:
        return None
    title = strip_label(reading.read_title(entry, what))
    topics = _read_topics(entry, reading)
    labs = _read_labs(entry, *place, reading)
    written = {**as_plain_part(node), "title": title}
    for key in ("labs", "lab_activities"):
        if isinstance(entry.values.get(key), Items):
            written[key] = [_plain_item(item, strip_number) for item in _items(entry.values[key])]
    if isinstance(entry.values.get("topics"), Items):
        written["topics"] = [_plain_item(item, None) for item in _items(entry.values["topics"])]
    return Lesson(
        number=place[1],
        title=title,
        duration_minutes=reading.read_minutes(entry, *_DURATION),
        bloom_levels=reading.read_bloom_levels(entry),
        description=_read_summary(entry, reading),
        topics=topics or (Topic(title),),
        has_own_topics=bool(topics),
        objectives=reading.read_texts(entry, "objectives", "objective"),
        labs=labs,
        as_written=written,
    )


def _read_topics(entry: Entry, reading: Reading) -> tuple[Topic, ...]:
    topics: list[Topic] = []
    for path, node in reading.read_items(entry, "topics"):
        if is_null(node):
            reading.refuse(path, node, "A topic is empty.", expected="a title", found="nothing")
        elif _is_bare_text(node, TOPIC_KEYS):
            topics.append(Topic(reading.read_text(node, path, "A topic", is_title=True)))
        elif topic := reading.read_entries(node, path, TOPIC_KEYS, "A topic"):
            topics.append(
                Topic(
                    reading.read_title(topic, "A topic"),
                    reading.read_minutes(topic, *_DURATION),
                    reading.read_bloom_levels(topic),
                )
            )
    return tuple(topics)


def _read_labs(
    entry: Entry, module_number: int, lesson_number: int, reading: Reading
) -> tuple[LabActivity, ...]:
    """The labs of a lesson or, with lesson number 0, of a module: those under both keys, in the file's order."""
    keys = [key for key in entry.values if key in ("labs", "lab_activities")]
    items = [item for key in keys for item in reading.read_items(entry, key)]
    labs: list[LabActivity] = []
    for count, (path, node) in enumerate(items, 1):
        lab_id = f"{module_number:02d}-{lesson_number:02d}-{count:02d}"
        if is_null(node):
            reading.refuse(path, node, "A lab is empty.", expected="a title", found="nothing")
        elif _is_bare_text(node, LAB_KEYS):
            title = strip_number(reading.read_text(node, path, "The title of a lab", is_title=True))
            labs.append(LabActivity(lab_id, title, as_written=title))
        elif lab := reading.read_entries(node, path, LAB_KEYS, "A lab"):
            labs.append(
                LabActivity(
                    id=lab_id,
                    title=strip_number(reading.read_title(lab, "A lab")),
                    duration_minutes=reading.read_minutes(lab, *_DURATION),
                    bloom_levels=reading.read_bloom_levels(lab),
                    objectives=reading.read_texts(lab, "objectives", "objective"),
                    activities=reading.read_texts(lab, "activities"),
                    description=_read_summary(lab, reading),
                    as_written=_plain_item(node, strip_number),
                )
            )
    return tuple(labs)


def _is_bare_text(node: Node, known: tuple[str, ...]) -> bool:
    """Whether the item is a text, or the mapping of one key that an unquoted ``Práctica: X`` parses as."""
    if isinstance(node, Text):
        return True
    return isinstance(node, Entries) and meant_text(node) is not None and first_key(node) not in known


def as_plain_part(node: Node) -> dict[str, Any]:
    """A lesson, topic or lab as plain values, without its number."""
    plain = as_plain(node)
    return {key: value for key, value in plain.items() if key != "number"} if isinstance(plain, dict) else {}


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, Items) else []


def _plain_item(node: Node, strip: Any) -> Any:
    """A topic or lab as plain values: its number left out, its title cleaned by `strip`."""
    text = meant_text(node) if not isinstance(node, Entries) or len(node.entries) == 1 else None
    if text is not None and not (isinstance(node, Entries) and first_key(node) in (*TOPIC_KEYS, *LAB_KEYS)):
        plain = as_plain(node) if isinstance(node, Text) and is_null(node) else text
        return strip(plain) if strip and isinstance(plain, str) else plain
    plain = as_plain_part(node) if isinstance(node, Entries) else as_plain(node)
    if strip and isinstance(plain, dict) and isinstance(plain.get("title"), str):
        plain["title"] = strip(plain["title"])
    return plain
