"""The ways in which a model's text is wrong though its answer came through."""

from __future__ import annotations

import re
from collections.abc import Callable

PROSE = {
    "en": "The following text was written in another language than the one that was asked for, which is what "
    "models do now and then when most of what they have read on a subject is in English.",
    "es": "El texto que sigue fue escrito en otro idioma que el que se pidió, cosa que los modelos hacen de "
    "vez en cuando si casi todo lo que han leído sobre un tema está en español.",
}
HEADINGS = [
    ("Introduction", "Introducción"),
    ("Summary", "Resumen"),
    ("Concept Overview", "Visión General del Concepto"),
    ("Practical Application", "Aplicación Práctica"),
]


def cut_off(text: str) -> str:
    """Six tenths of it, ending in the middle of a word."""
    return text[: int(len(text) * 0.6)].rstrip(" .\n") or text[:1]


def wrap_in_chatter(text: str) -> str:
    return f"Sure! Here is the lesson you asked for:\n\n{text}\n\nLet me know if you would like any changes!"


def wrap_in_fence(text: str) -> str:
    return f"```markdown\n{text}\n```"


def leave_thinking(text: str) -> str:
    return f"<think>\nThe user wants a lesson. Let me plan the sections first.\n</think>\n\n{text}"


def leave_script(text: str) -> str:
    paragraphs = text.split("\n\n")
    paragraphs.insert(len(paragraphs) // 2, "<script>alert('from a model')</script>")
    return "\n\n".join(paragraphs)


def garble(text: str) -> str:
    """Letters of every third line in no order."""
    lines = text.split("\n")
    return "\n".join(line[::-2] + line[::3] if i % 3 == 0 else line for i, line in enumerate(lines))


def change_language(text: str) -> str:
    """Put English prose in the place of prose that is not English, and Spanish in that of English."""
    spanish = len(re.findall(r"\b(el|la|los|las|que|una|de)\b", text)) > len(
        re.findall(r"\b(the|of|and|is)\b", text)
    )
    other = PROSE["en" if spanish else "es"]
    return "\n\n".join(
        other if re.match(r"[^\W\d_]", part) and len(part.split()) > 20 else part
        for part in text.split("\n\n")
    )


def translate_heading(text: str) -> str:
    """One fixed heading in the other language."""
    for english, spanish in HEADINGS:
        for here, there in ((english, spanish), (spanish, english)):
            changed = re.sub(rf"(?m)^(#+) {re.escape(here)}$", rf"\1 {there}", text, count=1)
            if changed != text:
                return changed
    return text


def drop_topic(text: str) -> str:
    """Without the last topic: the H2 before the summary."""
    parts = re.split(r"(?m)^(?=## )", text)
    return "".join(parts[:-3] + parts[-2:]) if len(parts) > 5 else text


def repeat(text: str) -> str:
    """The second half twice over."""
    return text + "\n\n" + text[len(text) // 2 :] * 2


def answer_twice(text: str) -> str:
    return f"{text}\n\n{text}"


def break_arrows(text: str) -> str:
    """Arrows that lead to a box that there is not."""
    return re.sub(r'("to": *)"[^"]*"', r'\1"nowhere"', text)


TEXT_FAULTS: dict[str, Callable[[str], str]] = {
    "cut-off": cut_off,
    "empty": lambda _: "",
    "chatter": wrap_in_chatter,
    "fences": wrap_in_fence,
    "thinking": leave_thinking,
    "script": leave_script,
    "garbled": garble,
    "wrong-language": change_language,
    "heading-translated": translate_heading,
    "topic-missing": drop_topic,
    "repeating": repeat,
    "twice": answer_twice,
}
"""Faults of any text; each spoils a lesson."""

FIGURE_FAULTS: dict[str, Callable[[str], str]] = {"bad-figure": break_arrows}
"""Faults of figure descriptions; what holds none stays as it is."""

REPLY_FAULTS = TEXT_FAULTS | FIGURE_FAULTS
