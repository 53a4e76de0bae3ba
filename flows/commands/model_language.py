"""What a person is told before a run that would refuse: the embedded model writes English only."""

from __future__ import annotations

import sys

from coursewright.errors import SettingsError
from coursewright.lessons.demonstration import check_model_language
from coursewright.models.embedded import NAME
from coursewright.project.course import Course
from coursewright.project.resources import ModelChains
from flows.commands.say import say


def warn_of_language(course: Course) -> None:
    """Say on standard error where the embedded model is to write in a language that it does not write.

    Other models may need a key to be opened, which is for the run alone; none of them names its languages.
    """
    if course.settings.models[:1] != (NAME,):
        return
    try:
        with ModelChains() as chains:
            check_model_language(chains.open((NAME,)), course.language)
    except SettingsError as error:
        say(f"warning: {error}", sys.stderr)
