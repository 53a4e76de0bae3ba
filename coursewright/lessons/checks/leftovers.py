"""Placeholders, traces of thinking, sentences of the prompt: what must not be left in a lesson."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from coursewright.findings import Finding
from coursewright.languages import load_language, words_of_all
from coursewright.lessons.checks.base import LessonUnderCheck, compile_any, quote, word_pattern
from coursewright.lessons.format import format_rules, plain_title
from coursewright.lessons.number import heading_title

_CASED = re.compile(r"\b(?:TBD|FIXME|XXX|TODO)\b")
_CODE_PLACEHOLDER = re.compile(r"(?:#|//|--|/\*|<!--|;|%)[ \t]*(?:TODO|FIXME|TBD|XXX)\b")
_THINKING_TAG = re.compile(
    r"</?(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|inner_monologue)>|<\|[a-z_]{2,24}\|>|"
    r"\[/?INST\]|<<SYS>>|<(?:start|end)_of_turn>",
    re.IGNORECASE,
)
_SHINGLE = 8
"""Words in a row that a lesson and the prompt may not share: shorter runs are common by chance."""


@cache
def _placeholder() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:TBD|FIXME|XXX)\b"
        r"|\bTODO\b(?=[ \t]*(?:[:\])–-]|$))|^[ \t>*_-]*TODO\b(?=\s+[a-z])"
        r"|\blorem ipsum\b"
        rf"|\[(?:[ \t]*(?:{words_of_all('placeholder_openings')})\b[^\]\n]{{0,80}}"
        r"|[ \t]*(?:\.\.\.|…)[ \t]*)\](?!\()"
        r"|\$\{[a-z_]+\}|\{\{[ \t]*[a-z_]+[ \t]*\}\}",
        re.IGNORECASE | re.MULTILINE,
    )


def check_placeholders(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No TODO, no filler text, nothing left to be filled in."""
    patterns = word_pattern(subject.language, "placeholders")
    for passage in subject.passages:
        found = next(
            (m for m in _placeholder().finditer(passage.prose) if not _is_lower_mark(m[0])), None
        ) or patterns.search(passage.prose)
        if found:
            yield subject.find(
                "placeholders",
                "error",
                f"{quote(found[0])} is a placeholder; write what belongs there.",
                passage.line + passage.prose[: found.start()].count("\n"),
            )
    titles = {plain_title(title) for title in (subject.brief.title, *subject.brief.topics)}
    for heading in subject.lesson.document.headings:
        named = plain_title(heading_title(f"# {heading.title}")) in titles
        if not named and _CASED.search(heading.title):
            yield subject.find(
                "placeholders",
                "error",
                f"The heading {quote(heading.title)} holds a placeholder.",
                heading.line,
            )
    for fence in subject.lesson.document.fences:
        if found := _CODE_PLACEHOLDER.search(fence.content):
            yield subject.find(
                "placeholders",
                "error",
                f"{quote(found[0])} in the code is a placeholder; write the code out.",
                fence.line + 1 + fence.content[: found.start()].count("\n"),
            )


def check_thinking(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No trace of how a model came to its text."""
    labels = "|".join(re.escape(label) for label in subject.language.other["thinking_labels"])
    label = re.compile(rf"^(?:[*_#> ]*)(?:{labels})\s*[*_]*:", re.IGNORECASE)
    patterns = compile_any(
        tuple(dict.fromkeys((*subject.language.other["thinking"], *load_language("en").other["thinking"])))
    )
    for passage in subject.passages:
        found = (
            _THINKING_TAG.search(passage.prose)
            or label.match(passage.prose)
            or _starts(patterns, passage.prose)
        )
        if found:
            yield subject.find(
                "thinking",
                "error",
                f"{quote(passage.text)} is a trace of thinking about the task; leave it out.",
                passage.line + passage.prose[: found.start()].count("\n"),
            )


def check_prompt_leak(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No sentence of the prompt stands in the lesson."""
    brief = subject.brief
    known = (*brief.objectives, brief.language.lesson["no_references_demonstration"])
    prompt = _prompt_shingles(format_rules(brief).partition("\n\n")[0], " \n ".join(known))
    for passage in subject.passages:
        words = _words(passage.text)
        for at in range(len(words) - _SHINGLE + 1):
            if tuple(words[at : at + _SHINGLE]) in prompt:
                yield subject.find(
                    "prompt-leak",
                    "error",
                    f"{quote(passage.text)} repeats the instructions for writing; leave it out.",
                    passage.line,
                )
                break


def _is_lower_mark(text: str) -> bool:
    """Whether a mark such as TODO is written small: Spanish and Portuguese have the word."""
    return text.strip().casefold() in ("todo", "xxx", "tbd", "fixme") and text.strip() != text.strip().upper()


def _starts(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = pattern.match(text)
    if found:
        return found
    found = pattern.search(text)
    # In mid-sentence "now, let me check" is prose; the phrases about a user and a model never are.
    return found if found and re.search(words_of_all("thinking_marks"), found[0], re.IGNORECASE) else None


@lru_cache(maxsize=64)
def _prompt_shingles(rules: str, known: str) -> frozenset[tuple[str, ...]]:
    from coursewright.prompts import prompt_names, prompt_text

    own = [line for line in rules.split("\n") if not line.startswith("  ")]
    files = [
        re.sub(r"\$\{[a-z_]+\}", "\n", prompt_text(name))
        for name in prompt_names()
        if name.startswith("lesson")
    ]
    taken = _shingles(known)
    return (
        frozenset(
            shingle for text in (*own, *files) for line in text.split("\n") for shingle in _shingles(line)
        )
        - taken
    )


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
