"""The two lists of a lesson that must be plain bullets: objectives and references."""

from __future__ import annotations

import re
from collections.abc import Callable

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.fences import mark_fenced

_ITEM = re.compile(r"[ \t]{0,3}(?:[-*+•]|\d{1,2}[.)])[ \t]+(?P<text>\S.*)$")
_BOX = re.compile(r"\[[ xX]\][ \t]+")
_NUMBERED = re.compile(r"\[\d{1,2}\](?!\()[ \t:.-]*")
_BARE_URL = re.compile(
    r"(?P<text>.*?)[ \t]*(?:[-–—:,(]|\bin\b|\ben\b|\bem\b)?[ \t]*<?(?P<url>https?://[^\s<>()\[\]]+(?:\([^\s()]*\))?)>?\)?[.]?$"
)


def mend_objectives(text: str, brief: LessonBrief) -> Mended:
    """Write the objectives as plain bullets, without numbers and check boxes."""
    heading = brief.language.lesson["learning_objectives"]
    return _mend_items(text, heading, lambda item: _BOX.sub("", item, count=1))


def mend_references(text: str, brief: LessonBrief) -> Mended:
    """Write the references as bullets with one link each: numbered ones, and those with a bare address."""
    return _mend_items(text, brief.language.lesson["references"], _link_reference)


def _link_reference(item: str) -> str:
    item = _NUMBERED.sub("", item, count=1)
    if "](" in item or "http" not in item or len(item) > 1000:
        return item
    match = _BARE_URL.match(item)
    if not match:
        return item
    title = match["text"].strip(' *_"“”.:,-–—(').replace("[", "(").replace("]", ")")
    return f"[{title or match['url']}]({match['url']})"


def _mend_items(text: str, heading: str, mend: Callable[[str], str]) -> Mended:
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    start = next(
        (n for n, line in enumerate(lines) if line.strip() == f"## {heading}" and not fenced[n]), None
    )
    if start is None:
        return text, []
    count = 0
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.startswith("#"):
            break
        match = None if fenced[number] else _ITEM.match(line)
        if match and (new := f"- {mend(match['text'])}") != line.rstrip():
            if line.lstrip(" \t")[0] not in "*+" or new[2:] != match["text"].rstrip():
                count += 1
            lines[number] = new
    if not count:
        return "\n".join(lines), []
    return "\n".join(lines), [
        mended(f"{count} lines under “{heading}” were put into their form.", line=start + 1, where=heading)
    ]
