"""Having a model write a set of lessons, and scoring them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from coursewright.evaluate.card import ScoreCard, make_card
from coursewright.evaluate.lessons import load_set, set_digest
from coursewright.languages import load_language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.demonstration import check_model_language
from coursewright.lessons.produce import LessonDraft, Writing, produce_lesson
from coursewright.models.base import Model
from coursewright.prompts.versions import FORMAT_VERSION, PROMPT_VERSIONS

AT_ONCE = 2
"""Lessons that are written at the same time, as in a run."""


def evaluate_model(
    model: Model,
    *,
    language: str = "en",
    writing: Writing | None = None,
    seed: int | None = None,
    tell: Callable[[LessonBrief, LessonDraft], None] = lambda brief, draft: None,
) -> ScoreCard:
    """The score card of a model on a language's set of lessons.

    Args:
        writing: None for the default; the embedded model always writes by sections.
        seed: the first lesson's; each further one has another.
        tell: called with each lesson when it is there, for showing how far the evaluation is.

    Raises:
        SettingsError: there is no set in the language, or the model does not write it.
        ModelError: the model gave up; an evaluation of a part of the set would compare with nothing.
    """
    check_model_language(model, load_language(language))
    way: Writing = "sections" if model.demonstration else writing or "whole"
    briefs = load_set(language, demonstration=model.demonstration)

    failures: list[BaseException] = []

    def write(place: int) -> LessonDraft | None:
        if failures:
            # Nothing more is paid for: the other lessons' scores would not be shown.
            return None
        lesson_seed = None if seed is None else seed + 1000 * place
        try:
            draft = produce_lesson(
                briefs[place],
                model,
                writing=way,
                project="evaluation",
                seed=lesson_seed,
                stop=lambda: bool(failures),
            )
        except BaseException as error:
            failures.append(error)
            raise
        tell(briefs[place], draft)
        return draft

    with ThreadPoolExecutor(AT_ONCE) as slots:
        drafts = [draft for draft in slots.map(write, range(len(briefs))) if draft is not None]
    return make_card(
        briefs,
        drafts,
        model=model.name,
        lesson_set=f"{language} {set_digest(language)}",
        writing=way,
        versions=(PROMPT_VERSIONS["lesson"], FORMAT_VERSION),
    )
