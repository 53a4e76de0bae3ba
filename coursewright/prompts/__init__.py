"""The prompts: one text file each, reviewed like code.

A file holds plain text with ``${name}`` where a value goes. A paragraph (text between blank lines) whose
values are all empty is left out, so that what is optional needs no second file and no text in code.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_PLACE = re.compile(r"\$\{([a-z_]+)\}")


class PromptError(ValueError):
    """A prompt and the values given for it do not fit: a fault in the program, never in the user's data."""


def prompt_names() -> tuple[str, ...]:
    """The names of all prompts, sorted."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".txt") for file in files if file.name.endswith(".txt")))


@cache
def prompt_text(name: str) -> str:
    """The prompt's file as it stands.

    Raises:
        PromptError: there is no such file.
    """
    file = resources.files(__package__).joinpath(f"{name}.txt")
    if not file.is_file():
        raise PromptError(f"There is no prompt {name!r}; there are {', '.join(prompt_names())}.")
    return file.read_text("utf-8")


def render(name: str, **values: object) -> str:
    """The prompt with its values put in; what a value itself holds is never taken for a placeholder.

    Raises:
        PromptError: a value is missing, or one is given that the prompt has no place for.
    """
    text = prompt_text(name)
    places = set(_PLACE.findall(text))
    if missing := sorted(places - values.keys()):
        raise PromptError(f"The prompt {name!r} lacks a value for {', '.join(missing)}.")
    if unknown := sorted(values.keys() - places):
        raise PromptError(f"The prompt {name!r} has no place for {', '.join(unknown)}.")
    written = {place: str(values[place]).strip() for place in places}
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        inside = _PLACE.findall(paragraph)
        if not inside or any(written[place] for place in inside):
            paragraphs.append(_PLACE.sub(lambda match: written[match[1]], paragraph))
    return "\n\n".join(paragraphs)
