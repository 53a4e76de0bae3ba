"""Durations and percentages of an outline."""

from __future__ import annotations

import re

from coursewright.outline.nodes import Node, Text
from coursewright.outline.problems import shorten
from coursewright.outline.reading import Entry, Reading

MAX_MINUTES = 100_000
"""About 1,700 hours; no course is longer."""

MAX_LESSON_MINUTES = 1_440
"""A lesson, topic or lab that takes more than a day is read, with a warning."""

MAX_MODULE_MINUTES = 30_000
"""A module that takes more than 500 hours is read, with a warning."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?|[+-]?[0-9]{1,15},[0-9]{1,2}")
_AMOUNT = r"[0-9]{1,6}(?:[.,][0-9]{1,2})?"
_HOURS = rf"(?P<hours>{_AMOUNT})\s?(?:h|hs|hrs?|hours?|horas?)\.?"
_MINUTES = r"\s?(?:m|min|mins|minutes?|minutos?)\.?"
_WITH_UNIT = re.compile(
    rf"{_HOURS}(?:\s?(?:y\s|and\s)?(?P<minutes>{_AMOUNT}){_MINUTES}|\s?(?P<rest>[0-5]?[0-9]))?"
    rf"|(?P<only>{_AMOUNT}){_MINUTES}",
    re.IGNORECASE,
)


def read_minutes(reading: Reading, entry: Entry, *keys: str, usual: int = MAX_LESSON_MINUTES) -> float | None:
    """A duration in minutes: of `keys` the first given that is not 0. Those in ``_hours`` are in hours.

    Args:
        usual: more minutes than that get a warning.
    """
    found: list[tuple[str, float]] = []
    for key in keys:
        node = entry.given(key)
        minutes = (
            None if node is None else _read_duration(reading, node, entry.at(key), key.endswith("_hours"))
        )
        if minutes is not None:
            found.append((key, minutes))
            if minutes > usual:
                message = f"The duration is {minutes:,.0f} minutes, which is {minutes / 60:,.0f} hours. "
                reading.warn(entry.at(key), entry.keys[key].line, f"{message}Is that meant?")
    if not found:
        return None
    first, minutes = found[0]
    others = [key for key, other in found[1:] if other != minutes]
    if others:
        reading.warn(
            entry.at(first),
            entry.keys[first].line,
            f"{first} and {' and '.join(others)} disagree; {first} is used.",
        )
    return minutes


def read_percent(reading: Reading, entry: Entry, key: str) -> float | None:
    """A number from 0 to 100, with or without a percent sign; None where it is missing or was refused."""
    node = entry.given(key)
    if node is None:
        return None
    number = _to_number(node.text.strip().removesuffix("%").strip()) if isinstance(node, Text) else None
    if number is None or not 0 <= number <= 100:
        reading.refuse(
            entry.at(key), node, f"{key} has to be a percentage.", expected="a number from 0 to 100"
        )
        return None
    return number


def _read_duration(reading: Reading, node: Node, path: str, in_hours: bool) -> float | None:
    factor = 60 if in_hours else 1
    expected = "a number of hours, such as 2" if in_hours else "a number of minutes, such as 45"
    text = node.text.strip() if isinstance(node, Text) else ""
    number = _to_number(text)
    minutes = number * factor if number is not None else _minutes_with_unit(text)
    if not isinstance(node, Text) or minutes is None:
        reading.refuse(path, node, "A duration has to be a number.", expected=expected)
        return None
    reading.check_text(node, path)
    if minutes < 0:
        mend = reading.replace_on_line(node, f"{-minutes / factor:g}")
        reading.refuse(path, node, "A duration cannot be negative.", expected=expected, mend=mend)
        return None
    if minutes > MAX_MINUTES:
        most = f"{MAX_MINUTES // factor:,} {'hours' if in_hours else 'minutes'}"
        reading.refuse(path, node, "The duration is longer than any course.", expected=f"at most {most}")
        return None
    if number is None:
        reading.warn(path, node.line, f"“{shorten(text, 40)}” is read as {minutes:g} minutes.")
    if minutes == 0:
        reading.warn(path, node.line, "A duration of 0 is read as none.")
    return minutes or None


def _to_number(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _minutes_with_unit(text: str) -> float | None:
    found = _WITH_UNIT.fullmatch(text)
    if found is None:
        return None
    hours, minutes = found["hours"] or "0", found["minutes"] or found["rest"] or found["only"] or "0"
    return 60 * float(hours.replace(",", ".")) + float(minutes.replace(",", "."))
