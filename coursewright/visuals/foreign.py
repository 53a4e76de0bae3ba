"""Whether a figure is lettered in the course's language, and in letters that can be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.languages import Language
from coursewright.lessons.checks.language import name_foreign
from coursewright.visuals.describe import FigureDescription, Illustration
from coursewright.visuals.drawing.text import lacks
from coursewright.visuals.read import write_description

_LETTERED = frozenset({"label", "detail", "when", "points", "criteria", "categories", "unit"})
_FEWEST_WORDS = 12
"""Labels are names and numbers rather than prose; fewer words than this do not tell their language."""


def find_foreign(figure: FigureDescription | Illustration, language: Language) -> tuple[str, ...]:
    """What is in another language, as instructions that mend it.

    An illustration's prompt is English on purpose, and is shown to nobody.
    """
    found = []
    if other := name_foreign(f"{figure.title}. {figure.purpose}", language):
        found.append(f"title and purpose: are in {other}; write them in {language.english_name}")
    labels = ". ".join(_letter(write_description(figure)))
    if len(labels.split()) >= _FEWEST_WORDS and (other := name_foreign(labels, language)):
        found.append(f"labels: are in {other}; write every label in {language.english_name}")
    return tuple(found)


def find_unlettered(figure: FigureDescription | Illustration, language: Language) -> tuple[str, ...]:
    """What the figures' font has no letter for, as an instruction that mends it.

    Nothing where the font lacks the language's own script: then other fonts have to show all of it.
    """
    if isinstance(figure, Illustration) or lacks("".join(language.figure.values())):
        return ()
    shown = " ".join([figure.title, *_letter(write_description(figure))])
    if not (missing := lacks(shown)):
        return ()
    listed = " ".join(missing)
    return (f"labels: the font has no sign for {listed}; say it in words or with other signs",)


def _letter(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _letter(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _letter(inner, key)
    elif key in _LETTERED and value:
        yield str(value)
