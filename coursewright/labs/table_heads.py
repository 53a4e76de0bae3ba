"""The heads of a guide's table of software, in the guide's language."""

from __future__ import annotations

import re

from coursewright.labs.bounds import section_bounds
from coursewright.labs.brief import LabBrief
from coursewright.labs.printed import read_cells, table_names
from coursewright.lessons.format import plain_title
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.markdown.fences import mark_fenced

_DELIMITERS = re.compile(r"[ \t]{0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|?)+[ \t]*$")


def mend_table_heads(text: str, brief: LabBrief) -> Mended:
    """Call software and version in the guide's language what another one calls so: “Version”, “Versión”."""
    bounds = section_bounds(text, "lab_environment", brief)
    if bounds is None:
        return text, []
    lines = text.split("\n")
    fenced = mark_fenced(lines)
    findings = []
    for at in range(bounds[0], min(bounds[1], len(lines) - 1)):
        head = lines[at]
        if fenced[at] or "|" not in head or not _DELIMITERS.match(lines[at + 1]) or "-" not in lines[at + 1]:
            continue
        new = f"| {' | '.join(_translate(cell, brief) for cell in read_cells(head))} |"
        if read_cells(new) != read_cells(head):
            lines[at] = new
            findings.append(mended(f"the head “{head.strip()[:80]}” is now “{new}”.", line=at + 1))
    return "\n".join(lines), findings


def _translate(cell: str, brief: LabBrief) -> str:
    for key in ("software", "version"):
        if plain_title(cell) in table_names(key):
            return brief.language.lab[key]
    return cell
