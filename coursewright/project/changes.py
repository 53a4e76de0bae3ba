"""What changed between two versions of a lesson, so that a person sees it at a glance."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"“«¿¡(\[]?[A-ZÁÉÍÓÚÜÑÀÂÇÈÊÔÕ0-9])")
_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$")
_FENCES = ("```", "~~~")
_DIFF_LINES = 600


@dataclass(frozen=True, slots=True)
class TextChange:
    """How two versions of a text differ.

    Attributes:
        words_before, words_after: counts.
        kept: the share (0 to 1) of sentences that stayed as they were.
        sections_added, sections_removed: headings.
        difference: a unified diff, sentence by sentence, with the heading that each part stands under.
    """

    words_before: int
    words_after: int
    kept: float
    sections_added: tuple[str, ...]
    sections_removed: tuple[str, ...]
    difference: str


def compare_texts(before: str, after: str) -> TextChange:
    """How `after` differs from `before`, both Markdown without front matter; a new text has an empty one."""
    old, new = _sentences(before), _sentences(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    old_sections, new_sections = _sections(before), _sections(after)
    return TextChange(
        words_before=len(before.split()),
        words_after=len(after.split()),
        kept=same / len(old) if old else 0.0,
        sections_added=tuple(title for title in new_sections if title not in old_sections),
        sections_removed=tuple(title for title in old_sections if title not in new_sections),
        difference=_difference(old, new, matcher) if old else "",
    )


def _sentences(text: str) -> list[str]:
    """One sentence or line each: a whole paragraph as one line of a diff cannot be read."""
    found: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith(_FENCES):
            fenced = not fenced
        if fenced or line.startswith(("|", "#")):
            found.append(line)
        elif line.strip():
            found += [part.strip() for part in _SENTENCE.split(line)]
    return found


def _sections(text: str) -> list[str]:
    return [title for _, title in _headings(text.splitlines())]


def _headings(lines: list[str]) -> list[tuple[int, str]]:
    """Where each heading stands, and its title; comments in code are none."""
    found: list[tuple[int, str]] = []
    fenced = False
    for index, line in enumerate(lines):
        if line.lstrip().startswith(_FENCES):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)):
            found.append((index, match[2]))
    return found


def _difference(old: list[str], new: list[str], matcher: difflib.SequenceMatcher[str]) -> str:
    lines: list[str] = []
    headings = _headings(new)
    for group in matcher.get_grouped_opcodes(1):
        heading = next((title for index, title in reversed(headings) if index <= group[0][3]), "")
        lines.append(f"@@ {heading} @@" if heading else "@@")
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                lines += [f"  {line}" for line in old[old_start:old_end]]
                continue
            lines += [f"- {line}" for line in old[old_start:old_end]]
            lines += [f"+ {line}" for line in new[new_start:new_end]]
    if len(lines) > _DIFF_LINES:
        lines = [*lines[:_DIFF_LINES], f"… and {len(lines) - _DIFF_LINES} more lines"]
    return "\n".join(lines)
