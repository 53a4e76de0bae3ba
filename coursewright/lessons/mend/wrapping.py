"""What models put around a lesson: thinking, a code fence around the whole, words before and after."""

from __future__ import annotations

import re
from functools import cache

from coursewright.findings import Finding
from coursewright.languages import Language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.document import count_words
from coursewright.markdown.fences import mark_fenced, scan_fences

MOST_PREAMBLE_WORDS = 250
"""More words than these before the title are no greeting; they are left for the checks."""
MOST_ENDING_WORDS = 150

_THINKING = re.compile(
    r"[ \t]*<(?P<close>/)?(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|plan)>",
    re.IGNORECASE,
)
_TOKENS = re.compile(r"<\|[a-z_]{2,24}\|>|</s>\s*$|<(?:start|end)_of_turn>", re.IGNORECASE)
_OUTER_FENCE = re.compile(
    r"[ \t]*(`{3,}|~{3,})[ \t]*(?:markdown|md|text|txt|plaintext|lesson)?[ \t]*$", re.IGNORECASE
)
_FRONT_MATTER = re.compile(r"\s*---\n(?:[A-Za-z_][\w -]{0,40}:[^\n]*\n|[ \t]+[^\n]*\n|- [^\n]*\n){1,40}---\n")
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$")


def drop_thinking(text: str, brief: LessonBrief) -> Mended:
    """Take out blocks of thinking that are closed, and the tokens that end a model's turn.

    A closing mark without an opening one ends thinking that began with the reply.
    """
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    findings: dict[int, Finding] = {}
    kept: list[str] = []
    tokens = 0
    opened: tuple[int, list[str]] | None = None
    # What follows a mark on its line is read as a line of its own: more of them may stand there.
    waiting = list(enumerate(lines))[::-1]
    while waiting:
        number, line = waiting.pop()
        match = None if fenced[number] and opened is None else _THINKING.match(line)
        rest = ""
        if opened is not None:
            end = _find_close(line)
            if end is not None:
                findings[number] = mended("a block of thinking was taken out.", line=opened[0] + 1)
                opened = None
                rest = line[end:].strip()
            else:
                opened[1].append(line)
        elif match and match["close"]:
            if not any(re.match(r"#{1,6}[ \t]", before) for before in kept):
                kept.clear()
                findings[number] = mended("thinking before the lesson was taken out.", line=number + 1)
                rest = line[match.end() :].strip()
            else:
                kept.append(line)
        elif match:
            end = _find_close(line[match.end() :])
            if end is not None:
                findings[number] = mended("a block of thinking was taken out.", line=number + 1)
                rest = line[match.end() + end :].strip()
            else:
                opened = (number, [line])
        else:
            plain, count = (line, 0) if fenced[number] else _TOKENS.subn("", line)
            tokens += count
            kept.append(plain)
        if rest:
            waiting.append((number, rest))
    if opened is not None:
        kept.extend(opened[1])
    told = list(findings.values())
    if tokens:
        told.append(mended(f"{tokens} tokens that end a model's turn were taken out."))
    return "\n".join(kept), told


def drop_front_matter(text: str, brief: LessonBrief) -> Mended:
    """Take out front matter: that of a published lesson is the program's."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return text, []
    return text[match.end() :], [mended("front matter was taken out.", line=1)]


def _find_close(line: str) -> int | None:
    start = 0
    while (at := line.find("</", start)) >= 0:
        match = _THINKING.match(line, at)
        if match:
            return match.end()
        start = at + 2
    return None


def unwrap_fence(text: str, brief: LessonBrief) -> Mended:
    """Take the code fence off that holds the whole lesson."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if _OUTER_FENCE.match(line) and _starts_lesson(lines[at + 1 : at + 7]):
            break
        if re.match(r"[ \t]{0,3}#{1,2}[ \t]", line):
            return text, []
    else:
        return text, []
    inside = lines[at + 1 :]
    # The outer fence's end now opens a fence that nothing closes, unless the lesson was cut off before it.
    spans = scan_fences(inside)
    end = spans[-1].first if spans and not spans[-1].closed and not spans[-1].info else len(inside)
    without = [*lines[:at], *inside[:end], *inside[end + 1 :]]
    return "\n".join(without), [mended("the code fence around the whole lesson was taken off.", line=at + 1)]


def _starts_lesson(lines: list[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return bool(re.match(r"[ \t]{0,3}#{1,2}[ \t]+\S", first)) or first.strip() == "---"


def drop_preamble(text: str, brief: LessonBrief) -> Mended:
    """Take out what stands before the title, unless it is too much to be a greeting or holds headings."""
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    at = next((n for n, line in enumerate(lines) if line.startswith("# ") and not fenced[n]), 0)
    before = "\n".join(lines[:at])
    if not before.strip():
        return text, []
    headings = any(re.match(r"#{2,6}[ \t]", line) and not fenced[n] for n, line in enumerate(lines[:at]))
    if headings or count_words(before) > MOST_PREAMBLE_WORDS:
        return text, []
    return "\n".join(lines[at:]), [
        mended(f"words before the title were taken out ({_quote(before)}).", line=1)
    ]


def drop_ending(text: str, brief: LessonBrief) -> Mended:
    """Take out a model's words to its user after the references."""
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    heading = f"## {brief.language.lesson['references']}"
    start = next((n for n, line in enumerate(lines) if line.strip() == heading and not fenced[n]), None)
    if start is None:
        return text, []
    last = max((n for n, line in enumerate(lines) if n > start and _is_reference(line, brief)), default=None)
    if last is None or any(line.startswith("#") for line in lines[last + 1 :]):
        return text, []
    rest = [line for line in lines[last + 1 :] if line.strip()]
    if not rest:
        return text, []
    words = " ".join(rest)
    ruled = bool(_RULE.match(rest[0]))
    if (
        len(words.split()) > MOST_ENDING_WORDS
        or "](" in words
        or not (ruled or _closing(brief.language).match(words.strip(" *_>`-")))
    ):
        return text, []
    findings = (
        []
        if all(_RULE.match(line) for line in rest)
        else [mended(f"words after the references were taken out ({_quote(words)}).", line=last + 2)]
    )
    return "\n".join(lines[: last + 1]), findings


def _is_reference(line: str, brief: LessonBrief) -> bool:
    stripped = line.strip()
    return (
        stripped.startswith(("- ", "* ", "+ "))
        or stripped == brief.language.lesson["no_references_demonstration"]
    )


@cache
def _closing_pattern(code: str, patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _closing(language: Language) -> re.Pattern[str]:
    return _closing_pattern(language.code, tuple(language.other["closings"]))


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words[:60]}…”" if len(words) > 60 else f"“{words}”"
