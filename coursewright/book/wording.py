"""Durations, dates and levels in a language's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from coursewright.bloom import BloomLevel
from coursewright.languages import Language


def say_minutes(minutes: float | None, words: Mapping[str, str]) -> str:
    """``75`` as "1 h 15 min"; empty where it is not known."""
    if minutes is None:
        return ""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return words["minutes"].format(minutes=rest)
    if not rest:
        return words["hours"].format(hours=hours)
    return words["hours_minutes"].format(hours=hours, minutes=rest)


def say_date(date: datetime | None, words: Mapping[str, str]) -> str:
    """The day of `date`, as it is stored; empty where there is none."""
    if date is None:
        return ""
    month = words["months"].split()[date.month - 1]
    return words["date"].format(day=date.day, month=month, year=date.year)


def say_bloom(levels: Sequence[int], language: Language) -> str:
    """Names of Bloom levels, as in "Aplicar / Analizar"."""
    return " / ".join(language.bloom_names[BloomLevel(level)][0] for level in levels)


def say_level(level: str, words: Mapping[str, str]) -> str:
    """The course's level in the book's language; as written where it is not one of the usual names."""
    key = level.strip().lower()
    known = {"beginner", "basic", "intermediate", "advanced"}
    return words[key] if key in known else level.strip()


def join_models(models: Sequence[str]) -> str:
    """Full names of models, one after the other."""
    return ", ".join(models)
