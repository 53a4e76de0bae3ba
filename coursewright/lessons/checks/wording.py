"""What a lesson may not say: raw HTML, review questions, other lessons, foreign names for a lesson."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from coursewright.findings import Finding
from coursewright.lessons.checks.base import LessonUnderCheck, quote, word_pattern
from coursewright.lessons.format import plain_title
from coursewright.lessons.mend.characters import HIDDEN
from coursewright.lessons.parse import bare_title

_ELEMENTS = """
    a abbr address area article aside audio b base blockquote body br button canvas caption center cite
    code col colgroup dd del details dfn dialog div dl dt em embed fieldset figcaption figure font
    footer form frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li
    link main map mark meta nav object ol option output p picture pre q s samp script section select
    small source span strike strong style sub summary sup svg table tbody td textarea tfoot th thead
    title tr tt u ul var video wbr marquee
"""
_HTML = re.compile(
    rf"</?(?:{'|'.join(_ELEMENTS.split())})(?:\s[^<>]{{0,500}})?/?>|<!--|<!DOCTYPE|<\?xml", re.IGNORECASE
)


def check_html(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No raw HTML outside code, but for what a title of the outline holds."""
    for passage in subject.passages:
        if "<" in passage.prose and (found := _HTML.search(passage.prose)):
            yield subject.find(
                "html",
                "error",
                f"“{found[0][:40]}” is raw HTML; write it in Markdown, or between backticks where the text "
                "is about it.",
                passage.line + passage.prose[: found.start()].count("\n"),
            )


def check_characters(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No control, zero-width or direction characters, and none that a broken transfer left."""
    if (at := subject.text.find("\ufffd")) >= 0:
        yield subject.find(
            "characters",
            "error",
            "The text is garbled: a character was lost where U+FFFD stands. Write the passage anew.",
            subject.text[:at].count("\n") + 1,
        )
    if found := HIDDEN.search(subject.text.replace("\r", "")):
        yield subject.find(
            "characters",
            "error",
            f"The character U+{ord(found[0]):04X} cannot be seen and changes how the text is read; take it "
            "out.",
            subject.text[: found.start()].count("\n") + 1,
        )


def check_questions(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No section of review questions."""
    pattern = word_pattern(subject.language, "question_headings")
    topics = {plain_title(topic) for topic in subject.brief.topics}
    headings = [
        (heading.title, heading.line) for heading in subject.lesson.document.headings if heading.level > 1
    ]
    labels = [
        (passage.text.rstrip(": "), passage.line)
        for passage in subject.lesson.document.passages
        if not passage.within and len(passage.text) < 60 and passage.text.endswith((":", "?"))
    ]
    for title, line in (*headings, *labels):
        plain = plain_title(bare_title(title))
        if plain not in topics and pattern.search(plain):
            yield subject.find(
                "questions", "error", f"{quote(title)} opens review questions; leave them out.", line
            )


def check_other_lessons(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No other lesson by number, or as the next or the previous one."""
    certain = word_pattern(subject.language, "other_lessons")
    doubtful = word_pattern(subject.language, "doubtful_other_lessons")
    for passage in subject.passages:
        found = certain.search(passage.prose)
        maybe = None if found else doubtful.search(passage.prose)
        if hit := found or maybe:
            yield subject.find(
                "other-lessons",
                "error" if found else "warning",
                f"“{hit[0]}” refers to another lesson; name the subject instead: the program prints such "
                "links.",
                passage.line + passage.prose[: hit.start()].count("\n"),
            )


def check_terms(subject: LessonUnderCheck) -> Iterator[Finding]:
    """The language's own words for chapter and lesson."""
    wrong = _terms(tuple(subject.language.other["wrong_terms"].items()))
    doubtful = _terms(tuple(subject.language.other["doubtful_terms"].items()))
    for passage in subject.passages:
        certain = [(found, right) for term, right in wrong if (found := term.search(passage.prose))]
        maybe = [(found, right) for term, right in doubtful if (found := term.search(passage.prose))]
        for found, right in certain or maybe:
            yield subject.find(
                "terms",
                "error" if certain else "warning",
                f"“{found[0]}” is not what this course calls it; the word is {right}.",
                passage.line + passage.prose[: found.start()].count("\n"),
            )


@cache
def _terms(items: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), right) for pattern, right in items)
