"""Whether the text is one whole lesson: not empty, not cut off, not two, not the same over and over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from coursewright.findings import Finding
from coursewright.lessons.checks.base import LessonUnderCheck, quote, word_pattern
from coursewright.lessons.format import plain_title
from coursewright.lessons.number import VISUAL_TAG
from coursewright.markdown.document import Block

_END = re.compile(r"[.!?…:;)\]»”\"'`*_|>。！？]$")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
FEWEST_WORDS_REPEATED = 8
MOST_TIMES = 2
"""How often a sentence of eight words and more may stand in a lesson."""


def check_whole(subject: LessonUnderCheck) -> Iterator[Finding]:
    """The text is there and is not cut off."""
    text = subject.text.strip()
    if not text:
        yield subject.find("whole", "error", "The text is empty; write the lesson.")
        return
    if subject.lesson.document.truncated:
        yield subject.find("whole", "error", "The text is far too long to be a lesson; write one lesson.")
        return
    blocks = list(subject.lesson.document.blocks)
    last_heading = subject.lesson.document.headings[-1:] or ()
    if blocks and (fault := _cut_off(blocks[-1])):
        yield subject.find(
            "whole",
            "error",
            f"The text is cut off: it ends with {fault}. Write it to its end, all sections of the format "
            "included.",
            blocks[-1].last_line,
        )
    elif last_heading and not (blocks and blocks[-1].line > last_heading[0].line):
        yield subject.find(
            "whole",
            "error",
            "The text is cut off: it ends with a heading. Write it to its end.",
            last_heading[0].line,
        )
    for block, after in pairwise(blocks):
        under = subject.lesson.heading_at(block.line) != subject.lesson.heading_at(after.line)
        if under and block.kind == "paragraph" and (fault := _cut_off(block)):
            yield subject.find(
                "whole",
                "warning",
                f"A paragraph ends in mid-sentence, with {fault}; finish it.",
                block.last_line,
            )


def check_one_lesson(subject: LessonUnderCheck) -> Iterator[Finding]:
    """One H1, and the sections of one lesson."""
    titles = subject.lesson.titles
    for title in titles[1:]:
        yield subject.find(
            "one-lesson",
            "error",
            f"A second H1 stands in line {title.line} ({quote(title.title)}); a lesson has one. Write one "
            "lesson only.",
            title.line,
        )
    counts = Counter(
        plain_title(heading.title) for heading in subject.lesson.document.headings if heading.level == 2
    )
    fixed = [
        s.title for s in subject.lesson.format.sections if s.key in ("learning_objectives", "references")
    ]
    if len(titles) == 1 and all(counts[plain_title(title)] > 1 for title in fixed):
        yield subject.find("one-lesson", "error", "The text holds two lessons; write one.")


def check_chatter(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No words of a model to its user around the lesson."""
    preamble = word_pattern(subject.language, "preambles")
    closing = word_pattern(subject.language, "closings")
    if subject.lesson.before and (found := subject.lesson.before[0].passages):
        text = found[0].text.strip()
        if preamble.match(text):
            yield subject.find(
                "chatter", "error", f"{quote(text)} is addressed to the user; leave it out.", found[0].line
            )
    for block in list(subject.lesson.document.blocks)[-3:]:
        for passage in block.passages:
            text = passage.text.strip(" *_>-")
            if block.kind in ("paragraph", "quote") and closing.match(text):
                yield subject.find(
                    "chatter", "error", f"{quote(text)} is addressed to the user; leave it out.", passage.line
                )


def check_repeats(subject: LessonUnderCheck) -> Iterator[Finding]:
    """No sentence three times and no long paragraph twice: that is a model going round in circles."""
    sentences: dict[str, list[int]] = {}
    paragraphs: dict[str, list[int]] = {}
    for passage in subject.lesson.document.passages:
        if VISUAL_TAG.search(passage.text):
            continue
        whole = " ".join(passage.text.casefold().split())
        if len(whole.split()) >= 3 * FEWEST_WORDS_REPEATED:
            paragraphs.setdefault(whole, []).append(passage.line)
        for sentence in _SENTENCE.split(whole):
            if len(sentence.split()) >= FEWEST_WORDS_REPEATED:
                sentences.setdefault(sentence, []).append(passage.line)
    told: set[int] = set()
    for whole, lines in paragraphs.items():
        if len(lines) > 1:
            told.update(lines)
            yield subject.find(
                "repeats",
                "error",
                f"The paragraph {quote(whole)} stands there {len(lines)} times (lines {_list(lines)}); keep "
                "one.",
                lines[1],
            )
    for sentence, lines in sentences.items():
        if len(lines) > MOST_TIMES and not told.issuperset(lines):
            yield subject.find(
                "repeats",
                "error",
                f"The sentence {quote(sentence)} stands there {len(lines)} times (lines {_list(lines)}); say "
                "it once.",
                lines[1],
            )


def _cut_off(block: Block) -> str:
    """What a block ends with in mid-sentence; empty where it is whole."""
    if block.kind == "fence" and not block.closed:
        return "code that is never closed"
    if block.kind not in ("paragraph", "list", "quote") or not block.passages:
        return ""
    last = block.passages[-1]
    text = last.text.strip()
    if not text or VISUAL_TAG.search(text) or (last.links and text.endswith(last.links[-1].text)):
        return ""
    if re.search(r"\[[^\]]*$|\]\([^)]*$", text[-500:]):
        return quote(text[-60:])
    if _END.search(text):
        return ""
    if block.kind == "list" and len(text.split()) < 12 and not text.endswith(","):
        return ""
    return quote(text[-60:]) if len(text.split()) >= 4 or text.endswith(",") else ""


def _list(lines: list[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:5])
    return shown + (" …" if len(lines) > 5 else "")
