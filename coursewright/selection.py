"""Which part of a course a run is about: modules (``1,3-5``), lessons (``02-03``), labs (``02-03-01``).

What is named in any of the three is selected: they add up. Nothing named at all selects everything. What
does not parse or is not in the outline is an error, never "everything" and never nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coursewright.batches import join_names, refuse_missing_modules
from coursewright.errors import SelectionError
from coursewright.outline.model import Outline, lesson_id

_SEPARATOR = re.compile(r"\s*[,;]\s*|\s+")
_RANGE = re.compile(r"([0-9]{1,4})(?:\s*-\s*([0-9]{1,4}))?")
_LESSON = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")
_LAB = re.compile(r"([0-9]{1,4})-([0-9]{1,4})-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run is about. Empty in all three: everything.

    Attributes:
        modules: numbers; a module's lessons and labs are selected with it.
        lessons: places as (module, lesson); a lesson's labs are selected with it.
        labs: ids, ``MM-LL-NN``.
    """

    modules: frozenset[int] = frozenset()
    lessons: frozenset[tuple[int, int]] = frozenset()
    labs: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """Whether the run is about the whole course."""
        return not (self.modules or self.lessons or self.labs)

    def selects_lesson(self, module_number: int, lesson_number: int) -> bool:
        """Whether the lesson at this place is selected."""
        return (
            self.everything or module_number in self.modules or (module_number, lesson_number) in self.lessons
        )

    def selects_lab(self, lab_id: str) -> bool:
        """Whether the lab is: by its id, or with its lesson or module."""
        found = _LAB.fullmatch(lab_id)
        if self.everything or lab_id in self.labs or not found:
            return self.everything or lab_id in self.labs
        return self.selects_lesson(int(found[1]), int(found[2]))

    def renews_lab(self, lab_id: str, *, beside_lessons: bool) -> bool:
        """Whether a selected lab is written anew where the selection is.

        One that only comes along with a named lesson is not: a lesson's new text makes no lab stale.

        Args:
            beside_lessons: whether the run writes lessons as well; else a lesson can only mean its labs.
        """
        if not beside_lessons or self.everything or lab_id in self.labs:
            return self.selects_lab(lab_id)
        return int(lab_id.split("-")[0]) in self.modules

    def module_numbers(self, outline: Outline) -> tuple[int, ...]:
        """The numbers of all modules that have a selected lesson or lab, in order."""
        named = {
            *self.modules,
            *(module for module, _ in self.lessons),
            *(int(lab.split("-")[0]) for lab in self.labs),
        }
        return tuple(module.number for module in outline.modules if self.everything or module.number in named)


def parse_modules(text: str) -> frozenset[int]:
    """The modules that ``1,3-5`` names; none for an empty text.

    Raises:
        SelectionError: a part that is neither a number nor a range.
    """
    numbers: set[int] = set()
    for part in _parts(re.sub(r"\s*-\s*", "-", text)):
        found = _RANGE.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if first < 1 or last < first:
            raise SelectionError(f"“{part}” names no modules. Write numbers and ranges, such as 1,3-5.")
        numbers.update(range(first, last + 1))
    return frozenset(numbers)


def parse_lessons(text: str) -> frozenset[tuple[int, int]]:
    """The places that ``02-03, 02-05`` names, as (module, lesson); ``2-3`` is ``02-03``.

    Raises:
        SelectionError: a part that is no lesson's id.
    """
    return frozenset(_parse_lesson(part) for part in _parts(text))


def parse_labs(text: str) -> frozenset[str]:
    """The ids that ``02-03-01, 02-00-01`` names; ``2-3-1`` is ``02-03-01``.

    Raises:
        SelectionError: a part that is no lab's id.
    """
    return frozenset(_parse_lab(part) for part in _parts(text))


def parse_item(text: str) -> str:
    """The id of the one lesson or lab that ``02-03`` or ``02-03-01`` names; ``2-3`` is ``02-03``.

    Raises:
        SelectionError: it names neither, or more than one.
    """
    part = text.strip()
    return _parse_lab(part) if part.count("-") > 1 else lesson_id(*_parse_lesson(part))


def resolve_selection(outline: Outline, modules: str = "", lessons: str = "", labs: str = "") -> Selection:
    """What a run names, once it is sure that the outline has all of it.

    Args:
        modules, lessons, labs: as the user wrote them; all empty for everything.

    Raises:
        SelectionError: something that does not parse, or that the outline lacks; names what it has.
    """
    selection = Selection(parse_modules(modules), parse_lessons(lessons), parse_labs(labs))
    refuse_missing_modules(outline, selection.modules)
    known = {(module.number, lesson.number) for module, lesson in outline.lessons}
    if missing := sorted(selection.lessons - known):
        modules_named = {module for module, _ in missing}
        near = [place for place in sorted(known) if place[0] in modules_named] or sorted(known)
        raise SelectionError(
            f"The outline has no lesson {join_names(lesson_id(*place) for place in missing)}. "
            f"It has {join_names(lesson_id(*place) for place in near)}."
        )
    known_labs = [lab.id for _, _, lab in outline.labs]
    if missing_labs := sorted(selection.labs - set(known_labs)):
        has = f"It has {join_names(known_labs)}." if known_labs else "It has no labs at all."
        raise SelectionError(f"The outline has no lab {join_names(missing_labs)}. {has}")
    return selection


def _parts(text: str) -> list[str]:
    parts = _SEPARATOR.split(text.strip())
    if parts == [""]:
        return []
    if "" in parts:
        raise SelectionError(f"“{text.strip()}” has a comma too many.")
    return parts


def _parse_lesson(part: str) -> tuple[int, int]:
    found = _LESSON.fullmatch(part)
    if not found or not int(found[1]) or not int(found[2]):
        raise SelectionError(f"“{part}” is no lesson's id. Write module and lesson, such as 02-03.")
    return int(found[1]), int(found[2])


def _parse_lab(part: str) -> str:
    found = _LAB.fullmatch(part)
    if not found or not int(found[1]) or not int(found[3]):
        raise SelectionError(
            f"“{part}” is no lab's id. Write module, lesson and lab, such as 02-03-01; "
            f"the lesson of a module's own labs is 00."
        )
    return f"{int(found[1]):02d}-{int(found[2]):02d}-{int(found[3]):02d}"
