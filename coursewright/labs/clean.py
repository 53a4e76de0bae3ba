"""Mending what can be mended in a guide without asking the model again, and putting in what is the program's.

The mends that lessons and labs share are the lessons'; here are those of a guide's own format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coursewright.findings import Finding
from coursewright.labs.bounds import section_bounds
from coursewright.labs.brief import LabBrief
from coursewright.labs.format import (
    FEWEST_OBJECTIVES,
    heading_line,
    lab_format,
    label_line,
    metadata_table,
    objective_line,
    software_table,
)
from coursewright.labs.names import (
    ALIKE,
    ISSUE_PARTS,
    STEP_PARTS,
    read_label,
    read_numbered,
    section_key,
)
from coursewright.labs.table_heads import mend_table_heads
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.clean import Cleaned
from coursewright.lessons.format import one_line, plain_title
from coursewright.lessons.mend.characters import mend_characters, mend_spaces
from coursewright.lessons.mend.html import mend_html
from coursewright.lessons.mend.lists import mend_references
from coursewright.lessons.mend.noting import Mended, mended
from coursewright.lessons.mend.tables import pad_tables
from coursewright.lessons.mend.wrapping import (
    drop_ending,
    drop_front_matter,
    drop_preamble,
    drop_thinking,
    unwrap_fence,
)
from coursewright.markdown.document import LONGEST_TEXT
from coursewright.markdown.fences import mark_fenced, scan_fences

SharedMend = Callable[[str, LessonBrief], Mended]
LabMend = Callable[[str, LabBrief], Mended]

_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(?=\S)(.*?)[ \t]*#*[ \t]*$")
_BOLD_HEADING = re.compile(r"[ \t]{0,3}(\*\*|__)(?=\S)([^*_\n]{2,120})\1[ \t]*:?[ \t]*$")
_LAB_LABEL = re.compile(
    r"^(?:\*\*)?(?:lab(?:oratorio|oratory|oratório)?|pr[áa]ctica|guide|gu[ií]a)"
    r"[ \t]*(?:n[.º°]*[ \t]*)?(?:\d{1,3}(?:[.-]\d{1,3}){0,2})?[ \t]*[:.)|–—-]+[ \t]*",
    re.IGNORECASE,
)


def clean_lab(reply: str, brief: LabBrief, *, verdict: str = "not_run") -> Cleaned:
    """Mend a guide as far as that is certain; title, metadata, given objectives and numbers are put in.

    Doing it twice changes nothing more.

    Args:
        verdict: of the guide's check commands; see `metadata_rows`.
    """
    text, findings = mend_characters(reply, brief.as_lesson)
    if len(text) > LONGEST_TEXT or not text.strip():
        return Cleaned(text, tuple(findings))
    before: tuple[SharedMend, ...] = (drop_thinking, unwrap_fence, drop_front_matter)
    own: tuple[LabMend, ...] = (mend_lab_headings, mend_entries)
    between: tuple[SharedMend, ...] = (drop_preamble, mend_html, pad_tables, mend_references, drop_ending)
    after: tuple[LabMend, ...] = (name_output_fences, put_objectives, put_software, mend_table_heads)
    for shared in before:
        text, found = shared(text, brief.as_lesson)
        findings += found
    for mend in own:
        text, found = mend(text, brief)
        findings += found
    for shared in between:
        text, found = shared(text, brief.as_lesson)
        findings += found
    for mend in after:
        text, found = mend(text, brief)
        findings += found
    text = put_metadata(text, brief, verdict=verdict)
    return Cleaned(mend_spaces(text, brief.as_lesson)[0], tuple(findings))


def mend_lab_headings(text: str, brief: LabBrief) -> Mended:
    """Write the title and the H2s that the format knows, by whatever name or in whatever language."""
    lines, findings = text.split("\n"), list[Finding]()
    form, language = lab_format(brief), brief.language
    titled = False
    seen: set[str] = set()
    for at, (line, fenced) in enumerate(zip(lines, mark_fenced(lines), strict=True)):
        heading = None if fenced else _HEADING.match(line) or _BOLD_HEADING.match(line)
        if heading is None:
            continue
        certain, title = heading[1].startswith("#"), heading[2].strip("* ")
        if certain and not titled and len(heading[1]) <= 2 and _is_title(title, brief):
            titled = True
            lines[at] = form.title_line
            continue
        key = section_key(title, language)
        exact = bool(key) and plain_title(title) == plain_title(language.lab[key])
        # Level 2 may have any known name; at other levels, or in bold, only the section's own one counts.
        level = len(heading[1]) if certain else 0
        if key and key not in seen and (level == 2 or (exact and level in (0, 1, 3))):
            seen.add(key)
            lines[at] = f"## {language.lab[key]}"
            if not exact or level != 2:
                message = f"the heading “{line.strip()[:80]}” is now “{lines[at]}”."
                findings.append(mended(message, line=at + 1, where=language.lab[key]))
        elif certain:
            lines[at] = f"{heading[1]} {title}".rstrip()
    first = next((n for n, line in enumerate(lines) if line.startswith("## ")), None)
    has_h1 = any(
        line.startswith("# ") and not code for line, code in zip(lines, mark_fenced(lines), strict=True)
    )
    if not titled and not has_h1 and first is not None and seen:
        lines.insert(first, f"{form.title_line}\n")
        findings.append(mended("the guide had no title; it was put in.", line=first + 1))
    return "\n".join(lines), findings


def mend_entries(text: str, brief: LabBrief) -> Mended:
    """Number the steps and issues, and write their parts' labels as the format has them."""
    lines, findings = text.split("\n"), list[Finding]()
    kinds = {"steps": ("step", STEP_PARTS), "troubleshooting": ("issue", ISSUE_PARTS)}
    kind: tuple[str, tuple[str, ...]] | None = None
    count = renamed = 0
    first = None
    result: list[str] = []
    for at, (line, fenced) in enumerate(zip(lines, mark_fenced(lines), strict=True)):
        heading = None if fenced else _HEADING.match(line)
        if heading and len(heading[1]) <= 2:
            kind, count = kinds.get(section_key(heading[2], brief.language)), 0
        if fenced or kind is None:
            result.append(line)
            continue
        if heading and 3 <= len(heading[1]) <= 4 and not read_label(line, kind[1], brief.language):
            entry = read_numbered(heading[2].strip("* "), kind[0], brief.language)
            if entry is not None or (kind[0] == "issue" and len(heading[1]) == 3):
                count += 1
                title = entry[1] if entry else heading[2].strip("* ")
                new = heading_line(kind[0], count, title, brief)
                renamed += new != line
                first = first or (at + 1 if new != line else None)
                result.append(new)
                continue
        label = read_label(line, kind[1], brief.language) if count else None
        if label is None:
            result.append(line)
            continue
        new = label_line(label.key, label.rest, brief)
        if new != line.rstrip():
            renamed += 1
            first = first or at + 1
        if result and result[-1].strip():
            result.append("")
        result.append(new)
    if renamed:
        findings.append(
            mended(f"{renamed} headings and labels of steps and issues were put into their form.", line=first)
        )
    return "\n".join(result), findings


def name_output_fences(text: str, brief: LabBrief) -> Mended:
    """Call code without a language ``text`` where it is what a program prints, by the label before it."""
    lines = text.split("\n")
    bare = []
    for span in scan_fences(lines):
        before = [line for line in lines[: span.first] if line.strip()]
        label = next(
            (found for line in before[:-4:-1] if (found := read_label(line, STEP_PARTS, brief.language))),
            None,
        )
        if not span.info and label is not None and label.key == "expected_output":
            lines[span.first] = f"{span.opening}text"
            bare.append(span.first + 1)
    if not bare:
        return text, []
    message = f"{len(bare)} outputs without a language are now `text`."
    return "\n".join(lines), [mended(message, line=bare[0])]


def put_objectives(text: str, brief: LabBrief) -> Mended:
    """Put the given objectives in, word for word; where they are too few, before the writer's own."""
    if not brief.objectives:
        return _box_objectives(text, brief)
    bounds = section_bounds(text, "learning_objectives", brief)
    if bounds is None:
        return text, []
    lines = text.split("\n")
    given = [one_line(objective) for objective in brief.objectives]
    if len(given) < FEWEST_OBJECTIVES:
        known = {plain_title(objective) for objective in given}
        written = [_without_box(line) for line in lines[bounds[0] : bounds[1]] if _ITEM.match(line)]
        given += [one for one in written if plain_title(one) not in known]
    boxes = [objective_line(objective) for objective in given]
    if [line for line in lines[bounds[0] : bounds[1]] if line.strip()] == boxes:
        return text, []
    lines[bounds[0] : bounds[1]] = ["", *boxes, ""]
    told = Finding("objectives", "note", "The given objectives were put in, word for word.")
    return "\n".join(lines), [told]


def put_software(text: str, brief: LabBrief) -> Mended:
    """Put the planned software's table under the environment where that has no table with versions."""
    table, bounds = software_table(brief), section_bounds(text, "lab_environment", brief)
    if not table or bounds is None:
        return text, []
    lines = text.split("\n")
    if any(line.lstrip().startswith("|") for line in lines[bounds[0] : bounds[1]]):
        return text, []
    lines[bounds[1] : bounds[1]] = [*table.split("\n"), ""]
    if lines[bounds[1] - 1].strip():
        lines.insert(bounds[1], "")
    told = mended(
        "the table of the planned software was put in.", where=brief.language.lab["lab_environment"]
    )
    return "\n".join(lines), [told]


def put_metadata(text: str, brief: LabBrief, *, verdict: str = "not_run") -> str:
    """Put the program's metadata table in: in the place of what stands there, or before the first section."""
    lines = text.split("\n")
    table = ["", *metadata_table(brief, verdict).split("\n"), ""]
    bounds = section_bounds(text, "metadata", brief)
    if bounds is not None:
        lines[bounds[0] : bounds[1]] = table
        return "\n".join(lines)
    fenced = mark_fenced(lines)
    if not any(line.startswith("# ") and not code for line, code in zip(lines, fenced, strict=True)):
        return text
    # Before the first section, so that nothing that stands under the title comes under the metadata.
    first = next(
        (n for n, line in enumerate(lines) if re.match(r"##(?:[ \t]|$)", line) and not fenced[n]), len(lines)
    )
    spans = scan_fences(lines)
    if first == len(lines) and spans and not spans[-1].closed:
        # What is put behind a fence that never ends would be code.
        return text
    lines[first:first] = ["", f"## {brief.language.lab['metadata']}", *table]
    return "\n".join(lines)


_ITEM = re.compile(r"[ \t]{0,3}(?:[-*+•]|\d{1,2}[.)])[ \t]+(?P<text>\S.*)$")
_BOX = re.compile(r"^\[[ xX]?\][ \t]*")


def _box_objectives(text: str, brief: LabBrief) -> Mended:
    bounds = section_bounds(text, "learning_objectives", brief)
    if bounds is None:
        return text, []
    lines, boxed = text.split("\n"), 0
    for at in range(*bounds):
        if _ITEM.match(lines[at]):
            new = f"- [ ] {_without_box(lines[at])}"
            boxed += new != lines[at].rstrip()
            lines[at] = new
    if not boxed:
        return text, []
    return "\n".join(lines), [mended(f"{boxed} objectives were put into check boxes.", line=bounds[0] + 1)]


def _without_box(line: str) -> str:
    item = _ITEM.match(line)
    return _BOX.sub("", item["text"]).strip() if item else line.strip()


def _is_title(title: str, brief: LabBrief) -> bool:
    from rapidfuzz import fuzz

    wanted = [plain_title(one) for one in strip_label(one_line(brief.title))]
    given = [plain_title(one) for one in strip_label(title)]
    return any(fuzz.ratio(one, other) >= ALIKE for one in given for other in wanted)


def strip_label(title: str) -> Sequence[str]:
    """An H1's title as it stands, and without a label or number before it."""
    return tuple(dict.fromkeys((title, _LAB_LABEL.sub("", title, count=1))))
