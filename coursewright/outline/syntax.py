"""An outline that is not YAML, mended tentatively, so that one reading names everything that is wrong.

Where the parser stops, the lines around are rewritten as their author may have meant them. A rewriting that
lets the parser get past the place is the mend that the message shows. Nothing is used from a text that was
mended: the problems go to its author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from coursewright.outline.lines import Line, closes_quote, quoted, split_line
from coursewright.outline.nodes import Node, YamlFault, build_tree
from coursewright.outline.problems import Problem, shorten
from coursewright.outline.source import Source

MAX_PARSED = 20_000_000
"""Characters that may be parsed over and over in search of mends, about a second's worth a million."""

_MEANINGS = {
    "@": "is reserved", "`": "is reserved", "%": "begins a directive", "&": "begins an anchor",
    "*": "begins an alias", "!": "begins a tag", "[": "begins a list", "]": "ends a list", "{": "begins a mapping",
    "}": "ends a mapping", "|": "begins a block of text", ">": "begins a block of text", ",": "separates items",
    "-": "begins a list item", "?": "begins a key",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rewriting:
    """A guess at what was meant: the first of `lines` replaces line `at`, the others are emptied."""

    at: int
    last: int
    line: str
    message: str
    found: str
    expected: str
    colon: bool = False


def parse_tolerantly(source: Source) -> tuple[Node | None, Source, list[Problem]]:
    """The tree of the outline, mended where it had to be.

    Returns:
        The tree (None where no mend was found), the source with the mends in it, and the problems.
    """
    lines = list(source.lines)
    problems: list[Problem] = []
    spent = 0
    swept = False
    while True:
        tree, fault = _try(lines)
        spent += sum(map(len, lines))
        if fault is None:
            return tree, replace(source, lines=tuple(lines)), problems
        if fault.expected:
            return None, source, [*problems, _bound_problem(fault, lines)]
        mend: _Rewriting | None = None
        if "\t" in _indents(lines, fault):
            mend = None
            tabs = _mend_tabs(lines)
            problems.append(tabs)
            continue
        for guess in _guesses(lines, fault):
            if spent > MAX_PARSED:
                break
            _, after = _try(_rewrite(lines, guess))
            spent += sum(map(len, lines))
            if after is None or after.line > max(fault.line, guess.last) or after.expected:
                mend = guess
                break
        if mend is None:
            problems.append(_plain_problem(fault, lines))
            problems += [_as_problem(guess) for guess in _sweep(lines, fault.line + 1)]
            return None, source, problems
        lines = _rewrite(lines, mend)
        problems.append(_as_problem(mend))
        if mend.colon and not swept:
            swept = True
            guesses = list(_sweep(lines, mend.last + 1))
            for guess in guesses:
                lines = _rewrite(lines, guess)
            problems += map(_as_problem, guesses)


def _try(lines: list[str]) -> tuple[Node | None, YamlFault | None]:
    try:
        return build_tree("\n".join(lines)), None
    except YamlFault as fault:
        return None, fault


def _rewrite(lines: list[str], guess: _Rewriting) -> list[str]:
    emptied = [""] * (guess.last - guess.at)
    return [*lines[: guess.at], guess.line, *emptied, *lines[guess.last + 1 :]]


def _guesses(lines: list[str], fault: YamlFault) -> Iterator[_Rewriting]:
    seen: set[int] = set()
    for at in (fault.line, fault.context_line, *_before(lines, fault.line)):
        if at in seen or at >= len(lines) or not lines[at].strip():
            continue
        seen.add(at)
        for guess in (_space_key, _quote_colon, _quote_text):
            if rewriting := guess(lines, at):
                yield rewriting


def _before(lines: list[str], at: int) -> list[int]:
    """Lines before `at` where the fault may have begun: the nearest ones, and the last open quote."""
    at = min(at, len(lines))
    earlier = [index for index in range(at - 1, max(-1, at - 200), -1) if lines[index].strip()]
    for index in earlier:
        value = split_line(lines[index]).text
        if value[:1] in ("'", '"') and not closes_quote(value):
            return [*earlier[:1], index, *earlier[1:6]]
    return earlier[:6]


def _quote_colon(lines: list[str], at: int) -> _Rewriting | None:
    line = split_line(lines[at])
    if not line.unquoted_colon:
        return None
    return _quote(
        lines, at, line, f'{_name(line)} has ": " in it without quotes, so YAML takes it for a key.', True
    )


def _quote_text(lines: list[str], at: int) -> _Rewriting | None:
    line = split_line(lines[at])
    text = line.text
    if not text:
        return None
    last, more = _continuation(lines, at, line)
    if _COLON_SPACE in f"{text} {more} " and text[0] not in "\"'":
        message = f'{_name(line)} has ": " in it without quotes, so YAML takes it for a key.'
    elif text[0] in "\"'":
        closed = closes_quote(text)
        end = "ends before its text does" if closed else "is not closed"
        message = f"The quote before {_name(line).lower()} {end}."
    elif text[0] in _MEANINGS:
        message = f"{_name(line)} begins with {text[0]}, which {_MEANINGS[text[0]]} in YAML."
    else:
        message = f"{_name(line)} cannot be read without quotes."
    return _quote(lines, at, line, message)


_COLON_SPACE = ": "


def _quote(lines: list[str], at: int, line: Line, message: str, colon: bool = False) -> _Rewriting:
    last, more = _continuation(lines, at, line)
    if last > at:
        message = f"{message} It goes on to line {last + 1}."
    whole = line.key if line.has_known_key else "text"
    return _Rewriting(
        at,
        last,
        line.quote(more),
        message,
        f"{line.text} {more}".strip(),
        f"the whole {whole} in quotes",
        colon,
    )


def _space_key(lines: list[str], at: int) -> _Rewriting | None:
    """Mend ``title:Text``, ``title Text`` and ``title = Text``."""
    line = split_line(lines[at])
    if line.key:
        return None
    word = line.value.replace("=", " ").replace(":", " ", 1).split(" ", 1)
    if not Line("", word[0], ":", "", "").has_known_key or len(word) < 2 or line.value[len(word[0])] == "\t":
        return None
    sign = line.value[len(word[0])]
    value = line.value[len(word[0]) :].lstrip(" :=")
    wrong = "no space after its colon" if sign == ":" else "no colon"
    plain = value[:1] in "\"'" or not split_line(f"title: {value}").unquoted_colon
    return _Rewriting(
        at,
        at,
        f"{line.start}{word[0]}: {value if plain else quoted(value)}{line.comment}".rstrip(),
        f"The key {word[0]} has {wrong}.",
        line.value,
        f"{word[0]}: and a space before the value",
    )


def _continuation(lines: list[str], at: int, line: Line) -> tuple[int, str]:
    """The last line of a text that begins on line `at`, and its further lines joined."""
    indent = len(lines[at]) - len(lines[at].lstrip(" "))
    if line.key and line.has_known_key:
        indent = line.column
    more: list[str] = []
    last = at
    for index in range(at + 1, len(lines)):
        stripped = lines[index].strip()
        deeper = len(lines[index]) - len(lines[index].lstrip(" ")) > indent
        if not stripped or not deeper:
            break
        following = split_line(lines[index])
        if following.is_item or following.has_known_key:
            break
        more.append(stripped)
        last = index
    return last, " ".join(more)


def _sweep(lines: list[str], start: int) -> Iterator[_Rewriting]:
    """Every further line from `start` that has the commonest mistake: a known key, a text with ": " in it."""
    at = start
    while at < len(lines):
        line = split_line(lines[at])
        after = _skip_scalar(lines, at, line)
        if after == at + 1 and (line.has_known_key or line.is_item) and (guess := _quote_colon(lines, at)):
            yield guess
            after = guess.last + 1
        at = after


def _skip_scalar(lines: list[str], at: int, line: Line) -> int:
    """The line after a block of text or a quoted text of several lines that begins on line `at`."""
    value = line.value
    if value[:1] in ("|", ">") and line.key and len(value) <= 3:
        indent = line.column
        index = at + 1
        while index < len(lines):
            text = lines[index]
            if text.strip() and len(text) - len(text.lstrip(" ")) <= indent:
                break
            index += 1
        return index
    if value[:1] in ("'", '"') and not closes_quote(value):
        mark = value[0]
        for index in range(at + 1, len(lines)):
            if closes_quote(mark + lines[index]):
                return index + 1
    return at + 1


def _indents(lines: list[str], fault: YamlFault) -> str:
    near = {fault.line, fault.context_line, fault.line - 1} & set(range(len(lines)))
    return "".join(lines[at][: len(lines[at]) - len(lines[at].lstrip())] for at in near)


def _mend_tabs(lines: list[str]) -> Problem:
    """Put two spaces for every tab that indents a line."""
    mended: list[int] = []
    for at, line in enumerate(lines):
        body = line.lstrip()
        indent = line[: len(line) - len(body)]
        if "\t" in indent:
            mended.append(at)
            lines[at] = indent.replace("\t", "  ") + body
    others = f" So are the lines {_join_numbers(mended[1:])}." if len(mended) > 1 else ""
    return Problem(
        path="",
        line=mended[0] + 1,
        found="a tab",
        expected="spaces: YAML allows no tabs before a key",
        mend=lines[mended[0]],
        message=f"The line is indented with a tab.{others}",
    )


def _join_numbers(indexes: list[int]) -> str:
    shown = ", ".join(str(at + 1) for at in indexes[:20])
    return f"{shown} and {len(indexes) - 20} more" if len(indexes) > 20 else shown


def _name(line: Line) -> str:
    return f"The {line.key}" if line.key and line.has_known_key else "The text"


def _as_problem(guess: _Rewriting) -> Problem:
    return Problem("", guess.at + 1, shorten(guess.found), guess.expected, guess.line, guess.message)


def _bound_problem(fault: YamlFault, lines: list[str]) -> Problem:
    found = shorten(lines[fault.line]) if fault.line < len(lines) else ""
    return Problem("", fault.line + 1, found, fault.expected, None, fault.reason)


def _plain_problem(fault: YamlFault, lines: list[str]) -> Problem:
    at = min(fault.line, len(lines) - 1)
    while at > 0 and not lines[at].strip():
        at -= 1
    began = f" It belongs to what begins on line {fault.context_line + 1}." if fault.context_line < at else ""
    return Problem(
        path="",
        line=at + 1,
        found=shorten(lines[at]),
        expected="`key: value` or `- item`, in the same column as the lines that it belongs with",
        mend=None,
        message=f"The line does not fit those before it; look at its indentation.{began} YAML says: {fault.reason}.",
    )


_Guess = Callable[[list[str], int], _Rewriting | None]
