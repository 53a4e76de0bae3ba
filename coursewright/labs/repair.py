"""Mending a guide: a reply that was cut off is gone on with, findings are named to the model."""

from __future__ import annotations

import re

from coursewright.labs.brief import LabBrief
from coursewright.labs.names import SECTIONS, section_key
from coursewright.lessons.harvest import read_headings
from coursewright.lessons.repair import BestVersion, ask_again, name_findings
from coursewright.models.base import Message
from coursewright.prompts import render


def repair_request(request: tuple[Message, ...], best: BestVersion) -> tuple[Message, ...]:
    """The request for a repair of the whole guide: the first request, the text at fault, its findings."""
    if not best.text.strip():
        return ask_again(request)
    return (
        *request,
        Message("assistant", best.text),
        Message("user", render("lab_repair", findings=name_findings(best.findings))),
    )


def keep_whole(cut: str) -> str:
    """Of a reply that was cut off, what came whole: up to the heading (H2 or H3) that the cut fell under.

    Empty where there is nothing but an opening.
    """
    lines = cut.split("\n")
    starts = [at for at, (level, _) in enumerate(read_headings(cut)) if level in (2, 3)]
    if len(starts) < 2:
        return ""
    return "\n".join(lines[: starts[-1]]).rstrip()


def continue_request(request: tuple[Message, ...], whole: str, brief: LabBrief) -> tuple[Message, ...]:
    """The request to go on after what came whole."""
    return (
        *request,
        Message("assistant", whole),
        Message("user", render("lab_continue", missing="; ".join(missing_sections(whole, brief)))),
    )


def missing_sections(text: str, brief: LabBrief) -> tuple[str, ...]:
    """The H2s that a part of a guide has not reached."""
    there = {section_key(title, brief.language) for level, title in read_headings(text) if level == 2}
    last = max((SECTIONS.index(key) for key in there if key), default=-1)
    return tuple(brief.language.lab[key] for key in SECTIONS[last + 1 :])


def join_continuation(whole: str, more: str) -> str:
    """What came whole with what the model went on with; a guide begun anew stands for itself."""
    if re.search(r"^#[ \t]+\S", _outside_code(more), re.MULTILINE):
        return more
    headings = [at for at, (level, _) in enumerate(read_headings(more)) if level]
    lines = more.split("\n")
    # Words before the first heading are an answer to the request, not a part of the guide.
    body = "\n".join(lines[headings[0] :]) if headings else ""
    first = lines[headings[0]].strip() if headings else ""
    if first and first in {line.strip() for line in whole.split("\n")}:
        # The model repeats from a heading on: the repetition takes the place of what it repeats.
        kept = [line.strip() for line in whole.split("\n")]
        whole = "\n".join(whole.split("\n")[: kept.index(first)])
    return f"{whole.rstrip()}\n\n{body}".strip() + "\n" if body else whole


def _outside_code(text: str) -> str:
    return "\n".join(f"{'#' * level} {title}" for level, title in read_headings(text) if level)
