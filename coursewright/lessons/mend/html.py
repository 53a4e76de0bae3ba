"""Raw HTML that has a plain form in Markdown, outside code."""

from __future__ import annotations

import re

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import one_line
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.fences import mark_fenced

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`", "tt": "`"}
_SILENT = "p|div|span|center|font|u|sub|sup|small|big|mark|section|article|header|footer|main"
_CODE_SPAN = re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_BREAK = re.compile(r"[ \t]*<br[ \t]*/?>[ \t]*", re.IGNORECASE)
_MARKED = re.compile(r"</?(b|strong|i|em|code|kbd|tt)>", re.IGNORECASE)
_SILENT_TAG = re.compile(rf"</?(?:{_SILENT})(?:\s[^<>\n]{{0,200}})?>", re.IGNORECASE)
_LINK = re.compile(
    r"<a\s[^<>\n]{0,100}?href=[\"'](https?://[^\"'<>\s]{1,500})[\"'][^<>\n]{0,100}>([^<>\n]{1,300})</a>",
    re.IGNORECASE,
)


def mend_html(text: str, brief: LessonBrief) -> Mended:
    """Write simple HTML as Markdown and take comments out; other HTML is left for the checks.

    A heading that bears a title of the outline stays: a lesson may be about “the <div> element”.
    """
    if "<" not in text:
        return text, []
    titles = [one_line(title) for title in (brief.title, *brief.topics) if "<" in title]
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    first = None
    count = 0
    for number, line in enumerate(lines):
        if fenced[number] or "<" not in line or line.startswith("    "):
            continue
        if line.startswith("#") and any(line.rstrip().endswith(title) for title in titles):
            continue
        new = _outside_code(line)
        if new != line:
            lines[number] = new
            count += 1
            first = first or number + 1
    if not count:
        return text, []
    return "\n".join(lines), [mended(f"HTML in {count} lines was written as Markdown.", line=first)]


def _outside_code(line: str) -> str:
    pieces: list[str] = []
    at = 0
    for span in _CODE_SPAN.finditer(line):
        pieces += [_mend(line[at : span.start()]), span[0]]
        at = span.end()
    return "".join([*pieces, _mend(line[at:])])


def _mend(text: str) -> str:
    if "<" not in text:
        return text
    text = _drop_comments(text)
    text = _LINK.sub(r"[\2](\1)", text)
    text = _BREAK.sub(" ", text)
    if len(_MARKED.findall(text)) % 2 == 0:
        text = _MARKED.sub(lambda match: _MARKS[match[1].lower()], text)
    return _SILENT_TAG.sub("", text)


def _drop_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])
