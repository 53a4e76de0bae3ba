"""What a run asks for, and what a project remembers so that the next run may leave it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from coursewright.errors import SettingsError
from coursewright.languages import language_codes, load_language
from coursewright.outline.model import Outline
from coursewright.project.stored_json import build_stored

Content = Literal["theory", "labs", "both"]
Visuals = Literal["diagrams", "diagrams and illustrations", "none"]
Writing = Literal["whole", "sections"]
FinishedBy = Literal["same model", "any model"]

HOUSE_LANGUAGE = "es"
"""The language of a course whose outline and run name none: that of the first users."""

DEFAULT_FORMATS = ("md", "json", "html")

MAX_TEMPERATURE = 2.0
"""No provider takes a higher one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run asks of the course. None in any field means "as last time"."""

    models: tuple[str, ...] | None = None
    content: Content | None = None
    visuals: Visuals | None = None
    writing: Writing | None = None
    finished_by: FinishedBy | None = None
    formats: tuple[str, ...] | None = None
    requirements: str | None = None
    language: str | None = None
    batch_size: int | None = None
    temperature: float | None = None
    labs_follow_lessons: bool | None = None
    image_model: str | None = None
    max_illustrations: int | None = None


@dataclass(frozen=True, slots=True)
class CourseSettings:
    """How a course is made: what `project.json` remembers.

    Attributes:
        models: the fallback chain, first choice first.
        writing: how lessons are written; None for the model's own default.
        finished_by: whether work that another model finished counts as finished.
        batch_size: the most lessons in a batch.
        labs_follow_lessons: whether a changed lesson text makes its labs stale.
        image_model: who makes illustrations, such as ``bedrock`` or ``openai:gpt-image-1``.
        max_illustrations: the most pictures that a run has made.
    """

    language: str
    models: tuple[str, ...] = ("embedded",)
    content: Content = "theory"
    visuals: Visuals = "diagrams"
    writing: Writing | None = None
    finished_by: FinishedBy = "same model"
    formats: tuple[str, ...] = DEFAULT_FORMATS
    requirements: str = ""
    batch_size: int = 3
    temperature: float | None = None
    labs_follow_lessons: bool = False
    image_model: str = ""
    max_illustrations: int = 10

    @property
    def way_of_writing(self) -> Writing:
        """How lessons are written: as set, else by sections for the embedded model and whole for others."""
        return self.writing or ("sections" if self.models[0].startswith("embedded") else "whole")

    def as_json(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CourseSettings:
        """The settings that `as_json` gave; unknown keys are passed over, missing ones are the defaults.

        Raises:
            TypeError: a value is none of its kind.
        """
        return build_stored(cls, data)


def settle(outline: Outline, wanted: Wanted, last: CourseSettings | None) -> CourseSettings:
    """What holds for this run: what it asks for, else what held last time, else the defaults.

    The outline's own language goes before the run's.

    Raises:
        SettingsError: a choice that is not one of its choices.
    """
    language = outline.language or wanted.language or (last.language if last else HOUSE_LANGUAGE)
    for code in {language, wanted.language or language}:
        load_language(code)
    asked = {
        field.name: value
        for field in fields(wanted)
        if field.name != "language" and (value := getattr(wanted, field.name)) is not None
    }
    settings = replace(last or CourseSettings(language=language), language=language, **asked)
    _check_choice("content", settings.content, get_args(Content))
    _check_choice("visuals", settings.visuals, get_args(Visuals))
    _check_choice("finished_by", settings.finished_by, get_args(FinishedBy))
    if settings.writing is not None:
        _check_choice("writing", settings.writing, get_args(Writing))
    if settings.batch_size < 1:
        raise SettingsError(f"The batch size is {settings.batch_size}; it must be 1 or more.")
    if settings.temperature is not None and not 0 <= settings.temperature <= MAX_TEMPERATURE:
        raise SettingsError(
            f"The temperature is {settings.temperature:g}; it must be from 0 to {MAX_TEMPERATURE:g}."
        )
    if settings.max_illustrations < 0:
        raise SettingsError(f"max_illustrations is {settings.max_illustrations}; it must be 0 or more.")
    _check_names(wanted)
    if settings.visuals == "diagrams and illustrations" and not settings.image_model:
        raise SettingsError(
            "Illustrations need an image model: name one with --image-model, such as bedrock or "
            "openai:gpt-image-1, or choose visuals: diagrams."
        )
    if not settings.models:
        raise SettingsError("No model is named; name one such as openai:gpt-4o, or embedded.")
    return settings


def languages() -> tuple[str, ...]:
    """The codes that a run may give as its language."""
    return language_codes()


def _check_names(wanted: Wanted) -> None:
    """Refuse formats and image models that there are not."""
    if wanted.formats is not None:
        # Only here: the formats come with all that binds a book, which `estimate` does without.
        from coursewright.book.write import choose_formats

        choose_formats(wanted.formats)
    if wanted.image_model:
        from coursewright.visuals.illustrate import parse_image_model

        parse_image_model(wanted.image_model)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SettingsError(f"{name} is {value!r}; choose one of: {', '.join(choices)}.")
