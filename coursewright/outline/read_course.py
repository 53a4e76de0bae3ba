"""An outline's tree as a course."""

from __future__ import annotations

from coursewright.outline.keys import COURSE_KEYS, DURATION_KEYS, ROOT_KEYS
from coursewright.outline.model import Module, Outline
from coursewright.outline.nodes import Entries, Items, Node
from coursewright.outline.problems import shorten
from coursewright.outline.read_entries import read_entries
from coursewright.outline.read_modules import read_modules
from coursewright.outline.read_numbers import MAX_MINUTES, read_minutes
from coursewright.outline.read_texts import read_line, read_optional_text, read_texts
from coursewright.outline.reading import Entry, Reading, say_keys
from coursewright.outline.vocabulary import closest_language, find_language, known_languages

_EXPECTED_MODULES = "a list `modules:`, each with a title and lessons"


def read_course(tree: Node | None, reading: Reading) -> Outline | None:
    """The outline; what is wrong with it is noted in `reading`. None where there is no course to read."""
    parts = _read_root(tree, reading)
    if parts is None:
        return None
    course, holder = parts
    reading.language = _read_language(course, reading)
    modules: tuple[Module, ...] = ()
    if holder is not None:
        modules = read_modules(reading, holder.values["modules"], holder.at("modules"))
    return Outline(
        title=_read_title(course, modules, reading),
        modules=modules,
        description=read_optional_text(reading, course, "description"),
        language=reading.language,
        level=read_optional_text(reading, course, "level"),
        audience=read_texts(reading, course, "audience"),
        prerequisites=read_texts(reading, course, "prerequisites"),
        learning_outcomes=read_texts(reading, course, "learning_outcomes"),
        duration_minutes=read_minutes(
            reading, course, "total_duration_minutes", *DURATION_KEYS, usual=MAX_MINUTES
        ),
    )


def _read_root(tree: Node | None, reading: Reading) -> tuple[Entry, Entry | None] | None:
    """The course's keys, and those that have the modules among them: the course's, or those at the top."""
    if not isinstance(tree, Entries):
        hint = " A list of modules needs the line `modules:` above it." if isinstance(tree, Items) else ""
        reading.refuse_missing(
            "", tree.line if tree else 0, f"The file is no course outline.{hint}", expected=_EXPECTED_MODULES
        )
        return None
    names = [key.text for key, _ in tree.entries if not isinstance(key, (Items, Entries))]
    root = read_entries(reading, tree, "", ROOT_KEYS if "course" in names else COURSE_KEYS, "The outline")
    if root is None:
        return None
    course: Entry | None = root
    if "course" in names:
        node = root.given("course")
        line = root.keys["course"].line
        course = (
            read_entries(reading, node, "course", COURSE_KEYS, "The course")
            if node
            else Entry("course", line)
        )
    course = course or Entry("course", root.line)
    holders = [entry for entry in {id(root): root, id(course): course}.values() if "modules" in entry.values]
    if len(holders) > 1:
        first, second = (
            f"{entry.at('modules')} (line {entry.keys['modules'].line + 1})" for entry in holders
        )
        reading.refuse_missing(
            "modules", root.keys["modules"].line, f"The modules stand twice: as {first} and as {second}.",
            expected="one list of modules",
        )  # fmt: skip
    elif not holders:
        keys = say_keys(dict.fromkeys((*root.values, *course.values)))
        reading.refuse_missing(
            "modules",
            tree.line,
            "The outline has no modules.",
            expected=_EXPECTED_MODULES,
            found=keys,
        )
    return course, holders[0] if len(holders) == 1 else None


def _read_title(course: Entry, modules: tuple[Module, ...], reading: Reading) -> str:
    node = course.given("title")
    title = read_line(reading, node, course.at("title"), "The title of the course") if node else ""
    if node is None and modules and modules[0].title:
        title = modules[0].title
        reading.warn(
            course.at("title"),
            course.line,
            f"The course has no title; it is called “{shorten(title, 60)}” after its first module.",
        )
    return title


def _read_language(course: Entry, reading: Reading) -> str | None:
    node = course.given("language")
    if node is None:
        return None
    text = read_line(reading, node, course.at("language"), "The language")
    code = find_language(text) if text else None
    if text and code is None:
        meant = closest_language(text)
        reading.refuse(
            course.at("language"), node, "The language is unknown." + (f" Is it {meant}?" if meant else ""),
            expected=f"one of {known_languages()}; a further one is a data file in coursewright/languages/",
        )  # fmt: skip
    return code
