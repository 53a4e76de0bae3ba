"""Bringing a model's answer for one piece into the form that the piece has in a lesson."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import FEWEST_OBJECTIVES, FEWEST_REFERENCES, MOST_OBJECTIVES
from coursewright.lessons.harvest import pick_heading, read_headings
from coursewright.lessons.mend.characters import mend_characters
from coursewright.lessons.mend.wrapping import drop_thinking
from coursewright.lessons.number import VISUAL_TAG
from coursewright.lessons.objectives import opening_verb
from coursewright.lessons.pieces import Piece, list_pieces
from coursewright.markdown.document import count_words
from coursewright.markdown.fences import mark_fenced

FEWEST_TAKEAWAYS = 3

_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*\S)\s*$")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_ADDRESS = re.compile(r"<?(https?://[^\s)>\]]+)>?")
_OUTER_FENCE = re.compile(
    r"^(`{3,}|~{3,})[ \t]*(?:markdown|md|text)?[ \t]*\n(.*)\n\1[ \t]*$", re.DOTALL | re.IGNORECASE
)
_BLOCK = re.compile(r"\n\s*\n")


def unwrap_piece(text: str, brief: LessonBrief) -> str:
    """A reply for one piece without what models put around it: thinking, a fence, words to their user."""
    text, _ = mend_characters(text, brief)
    text, _ = drop_thinking(text, brief)
    if whole := _OUTER_FENCE.match(text.strip()):
        text = whole[2]
    paragraphs = _BLOCK.split(text.strip())
    other = brief.language.other
    if len(paragraphs) > 1 and _opens_like(paragraphs[0], other["preambles"]):
        paragraphs = paragraphs[1:]
    if len(paragraphs) > 1 and _opens_like(paragraphs[-1], other["closings"]):
        paragraphs = paragraphs[:-1]
    return "\n\n".join(paragraphs)


def shape_piece(text: str, piece: Piece, brief: LessonBrief) -> str:
    """The piece's text as the lesson holds it; empty where nothing in the answer can be used."""
    body = _without_headings(VISUAL_TAG.sub("", text), piece, brief).strip()
    if piece.kind == "objectives":
        bullets = [bullet.replace("**", "") for bullet in read_bullets(body)][:MOST_OBJECTIVES]
        return _as_list(bullets)
    if piece.kind == "takeaways":
        return _as_list(read_bullets(body))
    if piece.kind == "references":
        return _as_list([link for bullet in read_bullets(body) if (link := _reference(bullet))])
    return body


def lacks(text: str, piece: Piece, brief: LessonBrief) -> str:
    """What a shaped piece lacks, as the request for its repair says it; empty where it can stand."""
    if not text:
        return "It holds no text that can be used."
    lines = len(text.splitlines())
    if piece.kind == "objectives":
        allowed = sorted({verb for level in brief.bloom_levels for verb in brief.language.bloom_verbs[level]})
        highest = max(brief.bloom_levels)
        bullets = read_bullets(text)
        if not FEWEST_OBJECTIVES <= lines <= MOST_OBJECTIVES:
            return f"It has {lines} bullets; it needs {FEWEST_OBJECTIVES} to {MOST_OBJECTIVES}."
        for bullet in bullets:
            if not opening_verb(bullet, brief.language)[1] & set(brief.bloom_levels):
                return f'"{bullet}" does not open with one of these verbs: {", ".join(allowed)}.'
        if not any(highest in opening_verb(bullet, brief.language)[1] for bullet in bullets):
            verbs = ", ".join(brief.language.bloom_verbs[highest])
            return f"No bullet opens with a verb of the highest level: {verbs}."
    if piece.kind == "takeaways" and lines < FEWEST_TAKEAWAYS:
        return f"It has {lines} bullets; it needs at least {FEWEST_TAKEAWAYS}, one sentence each."
    if piece.kind == "references" and lines < FEWEST_REFERENCES:
        return (
            f"It has {lines} usable references; it needs at least {FEWEST_REFERENCES}, each a bullet of "
            'the form "- [title](https://address)".'
        )
    return ""


def read_bullets(text: str) -> list[str]:
    """The bullets of a text, a numbered list's too; where it has none, its lines."""
    lines = [line for line in text.splitlines() if line.strip()]
    bullets = [match[1] for line in lines if (match := _BULLET.match(line))]
    return bullets or [line.strip() for line in lines if len(line.split()) <= 40]


def trim_words(text: str, most: int) -> str:
    """A text up to `most` words, cut between blocks, and within its first block between sentences."""
    kept: list[str] = []
    for block in _split_blocks(text):
        room = most - count_words("\n\n".join(kept))
        if count_words(block) <= room:
            kept.append(block)
            continue
        if re.match(r"[\w¿¡\"'«“*_(]", block) and not _BULLET.match(block):
            sentence_ends = [match.end() for match in re.finditer(r"[.!?…][»”\"')*]*(?=\s|$)", block)]
            fitting = [end for end in sentence_ends if count_words(block[:end]) <= room]
            if fitting:
                kept.append(block[: fitting[-1]])
        break
    while kept and kept[-1].rstrip().endswith((":", "：")):
        kept.pop()
    return "\n\n".join(kept)


def _opens_like(paragraph: str, patterns: Sequence[str]) -> bool:
    start = paragraph.strip(" *_>#-")
    return len(start.split()) < 60 and any(re.match(pattern, start, re.IGNORECASE) for pattern in patterns)


def _split_blocks(text: str) -> list[str]:
    """Blocks between blank lines; code stays whole."""
    lines = text.split("\n")
    blocks: list[list[str]] = [[]]
    for line, in_code in zip(lines, mark_fenced(lines), strict=True):
        if line.strip() or in_code:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]


def _without_headings(text: str, piece: Piece, brief: LessonBrief) -> str:
    """The piece's own stretch of the text, without the headings above it, the others below it in rank.

    A model often goes on with the pieces after the one that it was asked for, or begins with those before it.
    """
    above = [piece.heading, piece.section, brief.title]
    others = {other.heading for other in list_pieces(brief)} - set(above)
    stretches: list[tuple[bool, list[str]]] = [(True, [])]
    for level, line in read_headings(text):
        if not level:
            stretches[-1][1].append(line)
        elif pick_heading(line, above):
            stretches.append((True, []))
        elif pick_heading(line, others):
            stretches.append((False, []))
        elif level > 1:
            title = line.strip("*_ :")
            stretches[-1][1].append(f"#### {title}" if piece.heading != piece.section else f"**{title}**")
    own = ["\n".join(lines) for is_own, lines in stretches if is_own]
    titles = re.compile(r"^(?:#### .*|\*\*.*\*\*)$", re.MULTILINE)
    return "\n\n".join(part.strip() for part in own if count_words(titles.sub("", part)))


def _reference(bullet: str) -> str:
    if link := _LINK.search(bullet):
        return f"[{link[1].strip()}]({link[2]})"
    if address := _ADDRESS.search(bullet):
        title = (bullet[: address.start()] + bullet[address.end() :]).strip(' -–—:;.,()*_<>"')
        return f"[{title}]({address[1].rstrip('.,;')})" if title else ""
    return ""


def _as_list(bullets: list[str]) -> str:
    return "\n".join(f"- {bullet}" for bullet in bullets)
