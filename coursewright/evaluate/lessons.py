"""The fixed sets of lessons that models are compared by, one outline a language."""

from __future__ import annotations

import hashlib
from importlib import resources

from coursewright.errors import SettingsError
from coursewright.languages import load_language
from coursewright.lessons.brief import LessonBrief, brief_lesson
from coursewright.outline.load import load_outline

_START, _END = "lessons_", ".yaml"


def set_languages() -> tuple[str, ...]:
    """The codes of the languages that have a set, sorted."""
    names = [file.name for file in resources.files(__package__).iterdir()]
    return tuple(
        sorted(
            name.removeprefix(_START).removesuffix(_END)
            for name in names
            if name.startswith(_START) and name.endswith(_END)
        )
    )


def load_set(language: str, *, demonstration: bool = False) -> tuple[LessonBrief, ...]:
    """The briefs of a language's set, in order.

    Args:
        demonstration: the embedded model is to write them.

    Raises:
        SettingsError: there is no set in this language.
    """
    outline = load_outline(_read(language), name=f"{_START}{language}{_END}")
    return tuple(
        brief_lesson(outline, module, lesson, load_language(language), demonstration=demonstration)
        for module, lesson in outline.lessons
    )


def set_digest(language: str) -> str:
    """What tells one state of a language's set from another.

    Raises:
        SettingsError: there is no set in this language.
    """
    return hashlib.sha256(_read(language)).hexdigest()[:12]


def _read(language: str) -> bytes:
    if language not in set_languages():
        raise SettingsError(
            f"There is no set of lessons in {language!r}; there are {', '.join(set_languages())}. "
            f"A set is one outline, coursewright/evaluate/{_START}{language}{_END}."
        )
    return resources.files(__package__).joinpath(f"{_START}{language}{_END}").read_bytes()
