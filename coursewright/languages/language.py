"""A language's fixed words, read from its data file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from coursewright.bloom import BloomLevel
from coursewright.errors import SettingsError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where it is compiled in: a tenth of the time, and every command starts by reading a language."""


@dataclass(frozen=True)
class Language:
    """What the pipeline needs to know of a language.

    Attributes:
        code: the file's name, an ISO 639-1 code such as ``es``.
        name: the language's own name.
        english_name: its name in English, for prompts.
        lesson: words of the lesson format, by their key (``lesson``, ``summary``, ``key_takeaways`` …).
        lab: words of the lab format, by their key.
        book: words of the book, by their key.
        figure: words of figures' alt texts and long descriptions, by their key.
        bloom_names: the names of each level.
        bloom_verbs: the verbs that may open an objective of each level, lower case, base form.
        bloom_forms: other forms of these verbs that may open an objective as well, lower case.
        other: what the checks look for in this language's prose; see the data files.
    """

    code: str
    name: str
    english_name: str
    lesson: Mapping[str, str]
    lab: Mapping[str, str]
    book: Mapping[str, str]
    figure: Mapping[str, str]
    bloom_names: Mapping[BloomLevel, tuple[str, ...]]
    bloom_verbs: Mapping[BloomLevel, tuple[str, ...]]
    bloom_forms: Mapping[BloomLevel, tuple[str, ...]]
    other: Mapping[str, Any]


def language_codes() -> tuple[str, ...]:
    """The codes of all languages that have a data file, sorted."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@cache
def words_of_all(key: str) -> str:
    """What every language's file has in `other` under `key`, as the alternatives of a regular expression.

    A model slips into other languages than the course's, and so what it leaves is looked for in all of them.
    """
    words = (word for code in language_codes() for word in load_language(code).other[key])
    return "|".join(dict.fromkeys(words))


@cache
def load_language(code: str) -> Language:
    """The language with this code.

    Raises:
        SettingsError: there is no data file for it.
    """
    if code not in language_codes():
        known = ", ".join(language_codes())
        raise SettingsError(
            f"There is no language {code!r}; known are {known}. "
            f"A language is one data file in coursewright/languages/."
        )
    text = resources.files(__package__).joinpath(f"{code}.yaml").read_text("utf-8")
    data = yaml.load(text, Loader=_LOADER)
    levels = {BloomLevel[name.upper()]: entry for name, entry in data["bloom"].items()}
    return Language(
        code=code,
        name=data["name"],
        english_name=data["english_name"],
        lesson=data["lesson"],
        lab=data["lab"],
        book=data["book"],
        figure=data["figure"],
        bloom_names={level: tuple(entry["names"]) for level, entry in levels.items()},
        bloom_verbs={level: tuple(entry["verbs"]) for level, entry in levels.items()},
        bloom_forms={level: tuple(entry["forms"]) for level, entry in levels.items()},
        other=data.get("other", {}),
    )
