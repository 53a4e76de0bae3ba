"""An outline that is not YAML, mended tentatively, so that one reading names everything that is wrong.

Where the parser stops, the lines around are rewritten as their author may have meant them. A rewriting that
lets the parser get past the place is the mend that the message shows. Nothing is made from a text that was
mended so: the problems go to its author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from coursewright.outline.escapes import drop_halves, is_about_escapes, join_halves
from coursewright.outline.guesses import Guess, guess_indentation, guess_line, guess_unquoted_colons
from coursewright.outline.lines import split_line
from coursewright.outline.nodes import Node, YamlError, build_tree
from coursewright.outline.problems import Problem, say_other_lines, shorten
from coursewright.outline.source import Source

MAX_PARSED = 5_000_000
"""Characters that may be parsed again and again in search of mends; bounds the time to a few seconds."""

MAX_BACK = 200
"""Lines before a fault among which the quote that causes it is looked for."""


def parse_tolerantly(source: Source) -> tuple[Node | None, Source, list[Problem]]:
    """The tree of the outline, mended where it had to be.

    Returns:
        The tree (None where no mend was found), the source with the mends in it, and the problems.
    """
    lines = list(source.lines)
    problems: list[Problem] = []
    parsing = _Parsing()
    swept = False
    while True:
        tree, fault = parsing.parse(lines)
        if fault is None:
            return tree, replace(source, lines=tuple(lines)), problems
        if fault.passes_a_bound:
            return None, source, [*problems, _as_bound_problem(fault, lines)]
        if is_about_escapes(fault.reason):
            if join_halves(lines):
                continue
            if halves := drop_halves(lines):
                problems.append(halves)
                continue
        if tabs := _mend_tabs(lines, fault):
            problems.append(tabs)
            continue
        mend = _find_mend(lines, fault, parsing)
        problems.append(mend.problem if mend else _as_problem(fault, lines))
        if mend:
            mend.apply(lines)
        if not swept and (mend is None or mend.is_unquoted_colon):
            swept = True
            for guess in guess_unquoted_colons(lines, (mend.last if mend else fault.line) + 1):
                guess.apply(lines)
                problems.append(guess.problem)
        if mend is None:
            return None, source, problems


class _Parsing:
    """Parses, and counts how much it has parsed."""

    def __init__(self) -> None:
        self.parsed = 0

    @property
    def exhausted(self) -> bool:
        return self.parsed > MAX_PARSED

    def parse(self, lines: Sequence[str]) -> tuple[Node | None, YamlError | None]:
        text = "\n".join(lines)
        self.parsed += len(text)
        try:
            return build_tree(text), None
        except YamlError as fault:
            return None, fault


def _find_mend(lines: list[str], fault: YamlError, parsing: _Parsing) -> Guess | None:
    """The first guess that lets the parser get past the place where it stopped."""
    for guess in _guess_near(lines, fault):
        if parsing.exhausted:
            return None
        mended = list(lines)
        guess.apply(mended)
        _, next_fault = parsing.parse(mended)
        if next_fault is None or _is_progress(lines, guess, fault, next_fault):
            return guess
    return None


def _is_progress(lines: Sequence[str], guess: Guess, fault: YamlError, next_fault: YamlError) -> bool:
    # A quote that is never closed is noticed at the end of the file, behind all other faults.
    never_closed = (
        fault.context_line == guess.at
        and split_line(lines, guess.at).leaves_quote_open
        and not any(line.strip() for line in lines[fault.line + 1 :])
    )
    return next_fault.line > guess.last and (never_closed or next_fault.line > fault.line)


def _guess_near(lines: Sequence[str], fault: YamlError) -> Iterator[Guess]:
    """Guesses at what was meant where the parser stopped, the likeliest first."""
    tried: set[int] = set()
    for at in (fault.line, fault.context_line, *_lines_before(lines, fault.line)):
        if at not in tried and at < len(lines) and lines[at].strip():
            tried.add(at)
            yield from guess_line(lines, at)
    if fault.line < len(lines):
        yield from guess_indentation(lines, fault.line)


def _lines_before(lines: Sequence[str], at: int) -> list[int]:
    """Lines before `at` where the fault may have begun: the nearest, and one that leaves a quote open."""
    at = min(at, len(lines))
    before = [index for index in range(at - 1, max(-1, at - MAX_BACK), -1) if lines[index].strip()]
    opening = next((index for index in before if split_line(lines, index).leaves_quote_open), None)
    return [*before[:1], *([] if opening is None else [opening]), *before[1:6]]


def _mend_tabs(lines: list[str], fault: YamlError) -> Problem | None:
    """Where tabs at the fault indent lines: put two spaces for every such tab of the file, in place."""
    near = {fault.line - 1, fault.line, fault.context_line} & set(range(len(lines)))
    if not any("\t" in _indentation(lines[at]) for at in near):
        return None
    faulty = [at for at, line in enumerate(lines) if "\t" in _indentation(line) and line.strip()]
    for at in faulty:
        indentation = _indentation(lines[at])
        lines[at] = indentation.replace("\t", "  ") + lines[at][len(indentation) :]
    if not faulty:
        return None
    others = say_other_lines("is/are", faulty[1:])
    return Problem(
        path="",
        line=faulty[0] + 1,
        found="a tab",
        expected="spaces; YAML takes no tabs for indentation",
        mend=lines[faulty[0]],
        message=f"The line is indented with a tab.{others}",
    )


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _as_bound_problem(fault: YamlError, lines: Sequence[str]) -> Problem:
    found = shorten(lines[fault.line]) if fault.line < len(lines) else ""
    return Problem("", fault.line + 1, found, fault.expected, None, fault.reason)


def _as_problem(fault: YamlError, lines: Sequence[str]) -> Problem:
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
        message=f"The line cannot be read after those before it; look at its indentation.{began}"
        f" The YAML parser says: {fault.reason}.",
    )
