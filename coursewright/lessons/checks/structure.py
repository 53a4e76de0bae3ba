"""The title, the sections and their parts: all there, once, in order, by their names."""

from __future__ import annotations

from collections.abc import Iterator

from coursewright.findings import Finding, Severity
from coursewright.lessons.checks.base import LessonUnderCheck, quote
from coursewright.lessons.format import plain_title
from coursewright.lessons.number import heading_title
from coursewright.lessons.parse import LessonSection, bare_title
from coursewright.markdown.document import Block

FEWEST_WORDS_OF_A_PART = 12


def check_title(subject: LessonUnderCheck) -> Iterator[Finding]:
    """One H1, with the outline's title, before everything else."""
    from rapidfuzz import fuzz

    lesson = subject.lesson
    if not lesson.titles:
        yield subject.find(
            "title", "error", f"The lesson has no H1; start it with “{lesson.format.title_line}”."
        )
        return
    first = lesson.titles[0]
    title = heading_title(f"# {first.title}")
    score = fuzz.ratio(plain_title(title), plain_title(lesson.format.title))
    if score < 100:
        severity: Severity = "error" if score < 80 else "warning"
        yield subject.find(
            "title",
            severity,
            f"The H1 {quote(title)} is not the outline's title (likeness {score:.0f} of 100); "
            f"write “{lesson.format.title_line}”.",
            first.line,
        )
    before = [block for block in lesson.before if block.kind != "rule"]
    if before:
        yield subject.find(
            "title",
            "error",
            f"Text stands before the H1 ({quote(before[0].source)}); start with the H1 and leave the text "
            "out.",
            before[0].line,
        )
    if lesson.opening:
        yield subject.find(
            "title",
            "warning",
            f"Text stands between the H1 and “## {lesson.format.sections[0].title}”; move it under "
            f"“## {lesson.format.sections[1].title}”.",
            lesson.opening[0].line,
        )


def check_heading_levels(subject: LessonUnderCheck) -> Iterator[Finding]:
    """A heading is at most one level below the one before it."""
    above = 0
    for heading in subject.lesson.document.headings:
        if above and heading.level > above + 1:
            yield subject.find(
                "heading-levels",
                "error",
                f"The heading {quote(heading.title)} is an H{heading.level} under an H{above}; "
                f"make it an H{above + 1}.",
                heading.line,
            )
        if not heading.title:
            yield subject.find(
                "heading-levels", "error", "A heading has no text; give it one or leave it out.", heading.line
            )
        above = heading.level


def check_sections(subject: LessonUnderCheck) -> Iterator[Finding]:
    """The fixed H2s are there, once, in order and by their names; no others stand between."""
    lesson = subject.lesson
    for section in lesson.missing:
        if section.key == "topic":
            continue
        yield subject.find(
            "sections",
            "error",
            f"The section “## {section.title}” is missing; write it {_place(subject, section.title)}.",
            where=section.title,
        )
    for found in lesson.sections:
        if found.expected is None:
            yield _explain_surplus(subject, found)
        elif found.expected.key != "topic":
            yield from _check_name(
                subject, "sections", "##", found.heading.title, found.expected.title, found
            )


def check_parts(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Each topic and the summary have their H3s, in order, and no other H3."""
    for section in subject.lesson.sections:
        if section.expected is None or not section.expected.parts:
            continue
        have = [part.expected for part in section.parts]
        for title in section.expected.parts:
            if title not in have:
                yield subject.find(
                    "parts",
                    "error",
                    f"“### {title}” is missing under “## {section.heading.title}”; write it, in the order "
                    f"{', '.join(section.expected.parts)}.",
                    section.heading.line,
                    section.heading.title,
                )
        for part in section.parts:
            if part.expected is None:
                again = any(plain_title(part.heading.title) == plain_title(t) for t in section.expected.parts)
                yield subject.find(
                    "parts",
                    "error" if again else "warning",
                    f"“### {part.heading.title}” under “## {section.heading.title}” "
                    + (
                        f"stands there twice or out of order; the order is "
                        f"{', '.join(section.expected.parts)}."
                        if again
                        else "is not part of the format; make it an H4 of the part it belongs to."
                    ),
                    part.heading.line,
                    section.heading.title,
                )
            else:
                yield from _check_name(subject, "parts", "###", part.heading.title, part.expected, part)


def check_empty(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Every section and every part of the format says something."""
    for section in subject.lesson.sections:
        if section.expected is None:
            continue
        if not section.parts and not _has_content(section.blocks):
            yield _explain_empty(subject, f"## {section.heading.title}", section.heading.line)
        for part in section.parts:
            if not _has_content(part.blocks):
                yield _explain_empty(subject, f"### {part.heading.title}", part.heading.line)
            elif section.expected.key == "topic" and _count(part.blocks) < FEWEST_WORDS_OF_A_PART:
                yield subject.find(
                    "empty-section",
                    "warning",
                    f"“### {part.heading.title}” under “## {section.heading.title}” has only "
                    f"{_count(part.blocks)} words; write it out.",
                    part.heading.line,
                    section.heading.title,
                )


def _check_name(
    subject: LessonUnderCheck, check: str, marks: str, title: str, expected: str, found: object
) -> Iterator[Finding]:
    line = found.heading.line  # type: ignore[attr-defined]
    match = found.match  # type: ignore[attr-defined]
    if plain_title(title) == plain_title(expected):
        return
    if match == "translated":
        reason = f"is not in {subject.language.english_name}"
    elif plain_title(bare_title(title)) == plain_title(expected):
        reason = "carries a number"
    else:
        reason = "is not the heading of the format"
    yield subject.find(
        check, "error", f"The heading “{marks} {title}” {reason}; write “{marks} {expected}”.", line, title
    )


def _explain_surplus(subject: LessonUnderCheck, section: LessonSection) -> Finding:
    lesson = subject.lesson
    plain = plain_title(bare_title(section.heading.title))
    title = section.heading.title
    same = [other for other in lesson.known if other.expected and plain_title(other.expected.title) == plain]
    wanted = [missing for missing in lesson.missing if plain_title(missing.title) == plain]
    if wanted:
        message = f"The section “## {title}” is out of order; it belongs {_place(subject, wanted[0].title)}."
    elif same:
        message = (
            f"The section “## {title}” is there more than once (also in line {same[0].heading.line}); "
            "keep one, with the best of both."
        )
    else:
        message = (
            f"The section “## {title}” is not part of the format; leave it out, or make it an H4 within the "
            "part it belongs to."
        )
    return subject.find("sections", "error", message, section.heading.line, title)


def _place(subject: LessonUnderCheck, title: str) -> str:
    titles = [section.title for section in subject.lesson.format.sections]
    at = titles.index(title)
    return f"after “## {titles[at - 1]}”" if at else "first, right after the H1"


def _explain_empty(subject: LessonUnderCheck, heading: str, line: int) -> Finding:
    return subject.find("empty-section", "error", f"Nothing stands under “{heading}”; write it.", line)


def _has_content(blocks: tuple[Block, ...]) -> bool:
    return any(block.kind != "rule" for block in blocks)


def _count(blocks: tuple[Block, ...]) -> int:
    if any(block.kind in ("fence", "code", "table") for block in blocks):
        return FEWEST_WORDS_OF_A_PART
    return sum(len(passage.text.split()) for block in blocks for passage in block.passages)
