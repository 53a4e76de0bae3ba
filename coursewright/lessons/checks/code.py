"""Code fences: closed, in a language that exists, and parsing where a parser is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from coursewright.findings import Finding, Severity
from coursewright.lessons.checks.base import LessonUnderCheck, quote
from coursewright.lessons.checks.syntax import PARSERS, SyntaxFault
from coursewright.markdown.document import Fence

_DIAGRAMS = frozenset({"mermaid", "plantuml", "puml", "graphviz", "dot", "d2", "ascii-art"})

_FURTHER_LANGUAGES = """
    text txt plain plaintext none output console terminal log logs env dotenv csv tsv conf config
    properties jsonl ndjson json5 jsonc http curl promql logql kql kusto spl bicep rego hcl terraform tf
    cypher sparql gherkin gitignore dockerignore crontab nginx apache systemd tree ascii diff patch
    prompt markdown md regex ebnf bnf math latex tex pseudocode pseudocodigo pseudocódigo sh shell zsh
    bash powershell ps1 cmd bat svg xml html yaml yml toml ini sql mysql postgresql plsql tsql dax m
    powerquery powerfx abap apex solidity arm helm dockerfile docker compose makefile cmake proto
    protobuf graphql openapi wasm asm
"""


def check_code(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Each fence names a language that exists; Python, JSON, YAML, TOML and shell must parse."""
    for fence in subject.lesson.document.fences:
        language = read_language(fence.info)
        if not fence.closed:
            yield subject.find(
                "code",
                "error",
                "The code fence is never closed; the text may be cut off there. Close it and finish the "
                "lesson.",
                fence.line,
            )
            continue
        if not fence.content.strip():
            yield subject.find(
                "code", "error", "The code fence is empty; fill it or leave it out.", fence.line
            )
            continue
        if not language:
            yield subject.find(
                "code",
                "error",
                f"The code fence {quote(fence.content, 40)} names no language; write it after the opening "
                "marks, "
                "as in ```python, or ```text for output.",
                fence.line,
            )
        elif language in _DIAGRAMS:
            yield subject.find(
                "code",
                "warning",
                f"The diagram written in {language} is printed as code; describe it in a visual tag instead.",
                fence.line,
            )
        elif not is_known_language(language):
            near = _nearest(language)
            yield subject.find(
                "code",
                "warning",
                f"No language is called “{language}”{f'; “{near}” is' if near else ''}. Name an existing "
                "one, or "
                "`text`.",
                fence.line,
            )
        else:
            yield from _check_syntax(subject, fence, language)


def read_language(info: str) -> str:
    """The language that a fence's info names, lower case: ``python`` of ``{.Python title="x"}``."""
    word = info.strip().lstrip("{.").split(None, 1)[0] if info.strip().lstrip("{.") else ""
    return word.split(",", 1)[0].split("{", 1)[0].rstrip("}:").lower()


def is_known_language(name: str) -> bool:
    """Whether a fence may name this language."""
    return name in _known_languages()


def _check_syntax(subject: LessonUnderCheck, fence: Fence, language: str) -> Iterator[Finding]:
    parse = PARSERS.get(language)
    if parse is None:
        return
    try:
        parse(fence.content)
    except SyntaxFault as fault:
        severity: Severity = "warning" if fault.excerpt else "error"
        hint = "it seems to be an excerpt; make it complete" if fault.excerpt else "correct it"
        yield subject.find(
            "code",
            severity,
            f"The {language} code in line {fence.line} does not parse: {fault}; {hint}.",
            fence.line + (fault.line or 0),
        )


@cache
def _known_languages() -> frozenset[str]:
    # The names alone: no lexer is loaded for them.
    from pygments.lexers._mapping import LEXERS

    return frozenset(_FURTHER_LANGUAGES.split()).union(
        alias.lower() for entry in LEXERS.values() for alias in entry[2]
    )


def _nearest(language: str) -> str:
    from rapidfuzz import fuzz, process

    found = process.extractOne(language, sorted(_known_languages()), scorer=fuzz.ratio, score_cutoff=75)
    return str(found[0]) if found else ""
