"""The program's own numbers in a lesson: the lesson's in its title, and those of its visual tags.

Numbers are given here and never by a model. Visuals count within their lesson, so two lessons written at once
cannot collide, and a lesson keeps its text when it moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from coursewright.languages import Language, language_codes, load_language
from coursewright.markdown.fences import mark_fenced

VISUAL_TAG = re.compile(
    r"\\?\[[ \t]*VISUAL\b(?P<body>[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*)\\?\]", re.IGNORECASE
)
"""A visual tag in any of the forms that models give."""

_NEUTRAL_ID = "00-00-0000"
_HEADING = re.compile(r"#[ \t]+(?=\S)")
_NUMBERED_HEADING = re.compile(r"# (\w+) \d+\.\d+: ")
_BARE_NUMBER = re.compile(r"(?:\d{1,3}(?:[.-]\d{1,3})+[.:)]?|\d{1,3}[.:)])(?:\s*[-–—])?\s+(?=\S)")
_VISUAL_ID = re.compile(
    r"\d{2,4}-\d{2,4}-\d{4,}(?=[ \t]|$)[ \t]*(?:-[ \t]*)?"
    r"|(?:(?:\d{1,2}|MM)[-–._](?:\d{1,2}|LL)(?:[-–._](?:\d{1,4}|N{1,4}))?|#?\d{1,4}|MM-LL-NNNN)"
    r"(?:[ \t]*[:|)][ \t]*|[.][ \t]+|[ \t]+[-–—][ \t]*|[-–—][ \t]+|[ \t]*[–—][ \t]*|(?=[ \t]*$))"
    r"|\d{1,2}-\d{1,2}-\d{1,4}(?:[ \t]*-[ \t]*|[ \t]+)",
    re.IGNORECASE,
)


def number_lesson(text: str, module_number: int, lesson_number: int, language: Language) -> str:
    """The lesson's text with the numbers of its place.

    The first H1 becomes ``# Lesson M.L: Title`` in the language's own word, and each visual tag outside code
    ``[VISUAL: MM-LL-NNNN - description]``, counted in order; numbers that stood there are dropped. Doing it
    twice changes nothing.
    """

    def title(line: str) -> str:
        return f"# {language.lesson['lesson']} {module_number}.{lesson_number}: {heading_title(line)}"

    return _renumber(text, title, lambda count: f"{module_number:02d}-{lesson_number:02d}-{count:04d}")


def strip_numbers(text: str) -> str:
    """The text with all of the program's numbers in a neutral form, the same wherever the lesson stands."""
    return _renumber(
        text, lambda line: _NUMBERED_HEADING.sub(r"# \1 0.0: ", line, count=1), lambda count: _NEUTRAL_ID
    )


def heading_title(line: str) -> str:
    """The title in an H1's line, without a label or number of its own; empty where there is none."""
    title = line.removeprefix("#").strip()
    while title.endswith("#") and (bare := title.rstrip("#"))[-1:] in ("", " ", "\t"):
        title = bare.rstrip()
    for mark in ("**", "__", "*"):
        if len(title) > 2 * len(mark) and title.startswith(mark) and title.endswith(mark):
            title = title[len(mark) : -len(mark)].strip()
    without = _label().sub("", title, count=1)
    if without == title:
        without = _BARE_NUMBER.sub("", title, count=1)
    return without.strip() or title


def visual_description(body: str) -> str:
    """A visual tag's description: what follows ``VISUAL`` in it, without colon and number."""
    text = re.sub(r"^[ \t]*[:#–—-]?[ \t]*", "", body, count=1)
    found = _VISUAL_ID.match(text)
    return (text[found.end() :] if found else text).rstrip("\\").strip()


def _renumber(text: str, title: Callable[[str], str], tag_id: Callable[[int], str]) -> str:
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    count = 0
    titled = False

    def put_in(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"[VISUAL: {tag_id(count)} - {visual_description(match['body'])}]"

    for index, line in enumerate(lines):
        if fenced[index]:
            continue
        if not titled and _HEADING.match(line) and heading_title(line):
            lines[index] = title(line)
            titled = True
        elif "visual" in line.lower():
            lines[index] = VISUAL_TAG.sub(put_in, line)
    return "\n".join(lines)


@cache
def _label() -> re.Pattern[str]:
    """A label such as "Lesson 1.2:" or "Capítulo 3 —", in the words of every language."""
    words = {load_language(code).lesson[key] for code in language_codes() for key in ("lesson", "chapter")}
    alternatives = "|".join(re.escape(word) for word in sorted(words))
    number = r"[ \t]*(?:n[.º°]*[ \t]*)?\d{1,3}(?:[.-]\d{1,3})*"
    return re.compile(
        rf"^(?:{alternatives})(?:{number}(?:[ \t]*[:.)|–—-][ \t]*|[ \t]+|$)|[ \t]*:[ \t]*)", re.IGNORECASE
    )
