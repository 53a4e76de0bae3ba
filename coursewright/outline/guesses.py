"""Guesses at what a line that YAML cannot read was meant to be: the usual mistakes, each with its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coursewright.counting import say_count
from coursewright.outline.keys import ALL_KEYS
from coursewright.outline.lines import Line, closes_quote, indent_of, quoted, split_line
from coursewright.outline.problems import Problem, shorten

MAX_LOOK_BACK = 50
"""Lines before a wrongly indented one whose columns it may have been meant for."""

MAX_SWEPT = 1_000
"""How many lines are named for the commonest mistake in one reading."""

MAX_MEND = 1_000
"""Characters of a line that a message offers to paste."""

_COLON = re.compile(r":(?:\s|$)")
_MISSPELT_KEY = re.compile(r"(?P<key>\w+)(?P<sign>:|\s+=?\s*|=\s*)(?P<value>\S.*)")
_MEANINGS = {
    **dict.fromkeys("@`", "is reserved"),
    **dict.fromkeys("|>", "begins a block of text"),
    "%": "begins a directive",
    "&": "begins an anchor",
    "*": "begins an alias",
    "!": "begins a tag",
    "[": "begins a list",
    "]": "ends a list",
    "{": "begins a mapping",
    "}": "ends a mapping",
    ",": "separates items",
    "-": "begins a list item",
    "?": "begins a key",
    "#": "begins a comment",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What some lines may have been meant to be.

    Attributes:
        at, last: the lines that it stands for, from 0.
        line: the one line that says it.
        problem: what is wrong with the lines if the guess is right.
        is_unquoted_colon: it is the commonest mistake, so that other lines are likely to have it as well.
    """

    at: int
    last: int
    line: str
    problem: Problem
    is_unquoted_colon: bool = False

    def apply(self, lines: list[str]) -> None:
        """Put the guess in its place; the count of lines stays."""
        lines[self.at : self.last + 1] = [self.line, *[""] * (self.last - self.at)]


def guess_line(lines: Sequence[str], at: int) -> Iterator[Guess]:
    """Guesses at what the line at `at` was meant to be, the likeliest first."""
    line = split_line(lines, at)
    if guess := _guess_key(line, at):
        yield guess
    if guess := _guess_bracket(line, at):
        yield guess
    if line.text and not line.is_quoted and (line.key or line.is_item):
        yield _guess_quotes(lines, at, line)


def guess_indentation(lines: Sequence[str], at: int) -> Iterator[Guess]:
    """The line was to begin in the column of a line before it, the nearest column first."""
    line = split_line(lines, at)
    if not (line.key or line.is_item):
        return
    own = indent_of(lines[at])
    columns: dict[int, None] = {}
    for index in range(at - 1, max(-1, at - MAX_LOOK_BACK), -1):
        before = split_line(lines, index)
        if before.is_item and line.is_item:
            columns.setdefault(indent_of(lines[index]))
        if before.has_known_key and not line.is_item:
            columns.setdefault(len(before.start))
    for column in sorted(columns, key=lambda column: abs(column - own)):
        if column != own:
            mend = " " * column + lines[at].strip()
            expected = f"{say_count(column, 'space')} before it, like lines that it may belong with"
            message = "The line's indentation fits none of the lines before it."
            found = f"{say_count(own, 'space')} before {shorten(lines[at], 60)}"
            yield Guess(at, at, mend, Problem("", at + 1, found, expected, mend, message))


def guess_unquoted_colons(lines: Sequence[str], start: int) -> list[Guess]:
    """All lines from `start` whose text has an unquoted ": " in it, blocks and quoted texts left alone."""
    guesses: list[Guess] = []
    at = start
    while at < len(lines) and len(guesses) < MAX_SWEPT:
        line = split_line(lines, at)
        end = _end_of_text(lines, at, line)
        if end == at and (line.has_known_key or line.is_item) and line.has_unquoted_colon:
            guesses.append(_guess_quotes(lines, at, line))
            end = guesses[-1].last
        at = end + 1
    return guesses


def _guess_quotes(lines: Sequence[str], at: int, line: Line) -> Guess:
    """The text was to be in quotes."""
    last, more = _continuation(lines, at, line)
    text = f"{line.text} {more}".strip()
    known = line.key_name if line.has_known_key else "text"
    name = f"The value of {known}" if known.endswith("s") else f"The {known}"
    colon = not text.startswith(("'", '"')) and _COLON.search(text) is not None
    if colon:
        message = f"{name} has “: ” in it and is not quoted, so YAML takes it for a key."
    elif text[0] in ("'", '"'):
        closed = closes_quote(text[0], text[1:])
        message = (
            f"The quote before {name.lower()} {'ends before the text does' if closed else 'is not closed'}."
        )
    elif text[0] in _MEANINGS:
        message = f"{name} begins with {text[0]}, which {_MEANINGS[text[0]]} in YAML."
    else:
        message = f"{name} cannot be read without quotes."
    if last > at:
        message += f" It goes on to line {last + 1}, for which the mend stands as well."
    mended = line.with_quotes(more)
    mend = mended if len(mended) <= MAX_MEND else None
    return Guess(
        at,
        last,
        mended,
        Problem("", at + 1, shorten(text), f"the whole {known} in quotes", mend, message),
        colon,
    )


def _guess_bracket(line: Line, at: int) -> Guess | None:
    """``[A, B`` was to be ``[A, B]``."""
    opening = line.text[:1]
    closing = {"[": "]", "{": "}"}.get(opening, "")
    if not closing or line.text.count(opening) != line.text.count(closing) + 1:
        return None
    mend = f"{line.start}{line.key}{line.text}{closing}{line.comment}"
    message = f"The {'list' if opening == '[' else 'mapping'} that {opening} begins is not closed."
    expected = f"{closing} at its end"
    return Guess(at, at, mend, Problem("", at + 1, shorten(line.text), expected, mend, message))


def _guess_key(line: Line, at: int) -> Guess | None:
    """``title:Text``, ``title Text`` and ``title = Text`` were to be ``title: Text``."""
    found = None if line.key else _MISSPELT_KEY.fullmatch(line.text)
    if found is None or found["key"] not in ALL_KEYS:
        return None
    key, value = found["key"], found["value"]
    wrong = "no space after its colon" if found["sign"] == ":" else "no colon"
    if _COLON.search(value) and not value.startswith(("'", '"')):
        value = quoted(value)
    mend = f"{line.start}{key}: {value}{line.comment}"
    problem = Problem(
        "", at + 1, shorten(line.text), f"`{key}: ` before the value", mend, f"The key {key} has {wrong}."
    )
    return Guess(at, at, mend, problem)


def _continuation(lines: Sequence[str], at: int, line: Line) -> tuple[int, str]:
    """The last line of a text that begins on the line at `at`, and its further lines joined."""
    column = len(line.start) if line.key else indent_of(lines[at])
    more: list[str] = []
    for index in range(at + 1, len(lines)):
        following = split_line(lines, index)
        blank = not lines[index].strip()
        if blank or indent_of(lines[index]) <= column or following.is_item or following.has_known_key:
            break
        more.append(lines[index].strip())
    return at + len(more), " ".join(more)


def _end_of_text(lines: Sequence[str], at: int, line: Line) -> int:
    """The last line of a block of text or of a quoted text that begins on the line at `at`; else `at`."""
    end = at
    if line.opens_block:
        column = len(line.start) if line.key else indent_of(lines[at])
        while end + 1 < len(lines) and (not lines[end + 1].strip() or indent_of(lines[end + 1]) > column):
            end += 1
    elif line.leaves_quote_open:
        for index in range(at + 1, len(lines)):
            if closes_quote(line.text[0], lines[index]):
                return index
    return end
