"""`coursewright estimate`: calls, tokens, cost and time of a course before anything is spent."""

from __future__ import annotations

import argparse

from coursewright.outline import load_outline
from coursewright.outline.problems import shorten
from coursewright.project.course import Course
from coursewright.project.estimate import estimate_course
from coursewright.project.settings import Wanted, settle
from coursewright.store.open import open_store, read_outline
from flows.commands.generate import split_names
from flows.commands.model_language import warn_of_language
from flows.commands.say import say, say_json


def run_estimate(options: argparse.Namespace) -> int:
    """Tell what making this course would take, if nothing of it were finished."""
    data, _ = read_outline(options.outline)
    outline = load_outline(data, name=options.outline)
    wanted = Wanted(
        models=split_names(options.model),
        content=options.content,
        writing=options.writing,
        visuals=options.visuals,
        image_model=options.image_model,
        max_illustrations=options.max_illustrations,
        language=options.language,
    )
    course = Course(open_store("."), "estimate", outline, settle(outline, wanted, None), {})
    warn_of_language(course)
    estimate = estimate_course(course)
    if options.json:
        say_json(estimate.as_json())
    else:
        say(f"{shorten(outline.title)} · {', '.join(course.settings.models)}\n{estimate.as_text()}")
    return 0
