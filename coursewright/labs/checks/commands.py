"""Code that a learner types: it parses, nothing is left to be filled in, and files have safe names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from coursewright.findings import Finding
from coursewright.labs.checks.base import LabUnderCheck, say_of_guide
from coursewright.labs.files import MOST_FILES, LabFile, in_the_way, name_fault, parse_fault, read_files
from coursewright.languages import language_codes, load_language
from coursewright.lessons.checks.base import quote
from coursewright.lessons.checks.code import check_code as check_lesson_code
from coursewright.lessons.checks.code import read_language
from coursewright.lessons.checks.syntax import PARSERS, SyntaxFault
from coursewright.markdown.document import Fence

_UPPER = re.compile(
    r"\b(?:YOUR|CHANGE)_\w*|\bCHANGE[-_ ]?ME\b|\bREPLACE[-_]?ME\b|\b(?:TU|SU|SEU|CAMBIAR?)_[A-Z]\w*"
)
_CHANGE_ME = re.compile(r"\bchange[-_]?me\b", re.IGNORECASE)
_ANGLE = re.compile(r"<(?P<name>[A-Za-zÀ-ÿ][\wÀ-ÿ]*(?:[-_. ][\wÀ-ÿ]+)*)>")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PRINTED = _words(
    "none pending unknown nil null invalid unset missing empty redacted anonymous module lambda stdin string "
    "stdout listcomp genexpr locals nada ninguno ninguna vacío vazio nenhum unnamed untagged default self"
)
"""What programs really print between angle brackets, such as kubectl's ``<none>``, Python's ``<module>``."""

_KEYS = re.compile(
    r"(?:ctrl|alt|altgr|shift|cmd|mayús)(?:-\w{1,9}){0,2}|enter|intro|tab|esc|supr|backspace|f\d{1,2}"
)
"""Keys of a keyboard, which are written so too."""

OUTPUT_LANGUAGES = _words("text txt output log logs plain plaintext")
"""What code fences are called that hold what a program prints."""

_MARKUP = _words(
    "html xml svg jsx tsx vue svelte php java c cpp c++ h csharp cs c# typescript ts javascript js rust "
    "kotlin swift go scala dart markdown md diff jinja erb xslt wsdl razor cshtml handlebars http"
)
"""Languages in which angle brackets have a meaning of their own."""

_ELEMENTS = _words(
    "a article aside audio b body br button canvas code dd details div dl dt em fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input label legend li link main meta "
    "nav ol option p pre script section select small span strong style sub summary sup svg table tbody td "
    "template textarea tfoot th thead title tr ul video"
)
"""HTML's elements, which a guide may speak of."""


def check_code(subject: LabUnderCheck) -> Iterator[Finding]:
    """Code names its language and parses; an excerpt cannot be typed, so it is an error here too."""
    for section in subject.lab.lesson.sections:
        for block in section.blocks:
            if block.kind == "code":
                yield subject.find(
                    "code",
                    "error",
                    f"The indented code {quote(block.content, 40)} names no language; put it into a fence "
                    "that does, as in ```bash, or ```text for output.",
                    block.line,
                )
    for finding in check_lesson_code(subject.shared):
        excerpt = finding.severity == "warning" and "does not parse" in finding.message
        yield replace(say_of_guide(finding), severity="error" if excerpt else finding.severity)


def check_placeholders(subject: LabUnderCheck) -> Iterator[Finding]:
    """No ``<name>``, no ``YOUR_``, no ``CHANGE_``: not in the code and not in the text."""
    owner = _owner_pattern()
    for fence in subject.lab.lesson.document.fences:
        language = read_language(fence.info)
        for number, line in enumerate(fence.content.split("\n"), fence.line + 1):
            found = _UPPER.search(line) or _CHANGE_ME.search(line) or owner.search(line)
            if found is None and language not in _MARKUP:
                found = _find_angle(line, fence, printed=language in OUTPUT_LANGUAGES)
            if found:
                yield _tell(subject, found[0], number)
                break
    for passage in subject.lab.lesson.document.passages:
        text = passage.text
        found = _UPPER.search(text) or _CHANGE_ME.search(text) or owner.search(text)
        found = found or next((one for one in _ANGLE.finditer(text) if _is_open(one["name"])), None)
        if found:
            yield _tell(subject, found[0], passage.line + text[: found.start()].count("\n"))


def check_files(subject: LabUnderCheck) -> Iterator[Finding]:
    """Starter and solution files have safe names, each once, and parse."""
    files = read_files(subject.lab.lesson.document)
    counts = Counter(file.path for file in files)
    before: list[str] = []
    for file in files:
        taken = in_the_way(file.path, before)
        before.append(file.path)
        if fault := name_fault(file.name):
            yield subject.find(
                "files",
                "error",
                f"The file cannot be called {quote(file.name)}: {fault}. Name it as in ```python "
                f"{file.kind}=app.py.",
                file.line,
            )
        elif taken == file.path:
            yield subject.find(
                "files",
                "error",
                f"The file {quote(file.path)} stands there {counts[file.path]} times; write it once, whole.",
                file.line,
            )
        elif taken:
            yield subject.find(
                "files",
                "error",
                f"The files {quote(taken)} and {quote(file.path)} cannot stand side by side: not every "
                "system tells capitals from small letters, and no file is a folder as well. Give one of them "
                "another name.",
                file.line,
            )
        elif (broken := parse_fault(file)) and not _is_told(file):
            yield subject.find(
                "files", "error", f"The file {quote(file.name)} does not parse: {broken}.", file.line
            )
    if len(counts) > MOST_FILES:
        yield subject.find(
            "files", "error", f"There are {len(counts)} files; a lab has at most {MOST_FILES}."
        )


def _is_told(file: LabFile) -> bool:
    """Whether what keeps a file from parsing is told of its fence already."""
    parse = PARSERS.get(file.language)
    try:
        if parse is not None:
            parse(file.text)
    except SyntaxFault:
        return True
    return False


def _find_angle(line: str, fence: Fence, *, printed: bool) -> re.Match[str] | None:
    for found in _ANGLE.finditer(line):
        name = found["name"]
        if f"</{name}>" in fence.content or not _is_open(name):
            continue
        if printed and not _owner_pattern().match(f"{name} "):
            continue
        return found
    return None


def _is_open(name: str) -> bool:
    """Whether what stands between angle brackets is left to be filled in."""
    word = name.casefold()
    return word not in _PRINTED and word not in _ELEMENTS and not _KEYS.fullmatch(word)


def _tell(subject: LabUnderCheck, text: str, line: int) -> Finding:
    return subject.find(
        "placeholders",
        "error",
        f"{quote(text)} is left to be filled in; choose a value, say it, and use it throughout.",
        line,
    )


@cache
def _owner_pattern() -> re.Pattern[str]:
    """``your-project``, ``tu_clave``: what is named after the reader is not named."""
    words = "|".join(load_language(code).lab["placeholder_owner"] for code in language_codes())
    return re.compile(rf"\b(?:{words})[-_][a-zà-ÿ]\w*", re.IGNORECASE)
