"""Code fences without a language."""

from __future__ import annotations

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.fences import scan_fences


def name_fences(text: str, brief: LessonBrief) -> Mended:
    """Call code without a language ``text``."""
    lines = text.split("\n")
    bare = [span for span in scan_fences(lines) if not span.info]
    for span in bare:
        lines[span.first] = f"{span.opening}text"
    if not bare:
        return text, []
    message = f"{len(bare)} code fences without a language are now `text`."
    return "\n".join(lines), [mended(message, line=bare[0].first + 1)]
