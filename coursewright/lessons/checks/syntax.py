"""Whether a piece of code parses, for the languages with a parser at hand. Nothing is ever run."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import textwrap
import threading
import tomllib
import warnings
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

import yaml

LONGEST_CODE = 100_000
"""Characters; longer code is not looked at."""
BASH_SECONDS = 5.0

_ELLIPSIS = re.compile(r"(?m)(?:^|[\s,({\[#/])(?:\.\.\.|…)(?:\s|$|[,)}\]])")
_TEMPLATE = re.compile(r"\{\{|\{%|<%")
_UNENDED = "here-document"
_WARNINGS = threading.Lock()


class SyntaxFault(ValueError):
    """Code that does not parse.

    Args:
        line: the line within the code, from 1, where it is known.
        excerpt: the code leaves something out on purpose, so that it cannot parse.
    """

    def __init__(self, message: str, *, line: int | None = None, excerpt: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.excerpt = excerpt


def parse_python(code: str) -> None:
    """Python: also indented, as an interactive session, with notebook commands or a bare `await`."""
    code = _strip_session(code) if re.search(r"(?m)^\s*>>> ?", code) else code
    code = re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", textwrap.dedent(code))
    try:
        compile_python(code)
    except SyntaxError as error:
        for wrapped in (f"if True:\n{textwrap.indent(code, '    ')}\n", f"{code.rstrip()}\n    pass\n"):
            try:
                compile_python(wrapped)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            else:
                return
        raise SyntaxFault(error.msg, line=error.lineno, excerpt="…" in code) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxFault(str(error) or "nested too deeply") from None


def compile_python(code: str) -> None:
    """Python as a file has it.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is none.
    """
    # Python warns of odd escapes while it parses, and the filters of warnings belong to the whole process.
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(code, "<lesson>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def _strip_session(code: str) -> str:
    lines = re.findall(r"(?m)^\s*(?:>>>|\.\.\.)(?: (.*)|)$", code)
    return "\n".join(lines) + "\n"


def parse_json(code: str) -> None:
    """JSON: one value, or one a line."""
    try:
        json.loads(code)
    except json.JSONDecodeError as error:
        lines = [line for line in code.splitlines() if line.strip()]
        if len(lines) > 1 and all(_is_json(line) for line in lines):
            return
        excerpt = bool(_ELLIPSIS.search(code)) or bool(re.search(r"(?m)^\s*//|/\*", code))
        raise SyntaxFault(error.msg, line=error.lineno, excerpt=excerpt) from None
    except (RecursionError, ValueError) as error:
        raise SyntaxFault(str(error) or "nested too deeply") from None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def parse_yaml(code: str) -> None:
    """YAML: all documents, by their events, so that tags of other programs and aliases cost nothing."""
    if _TEMPLATE.search(code):
        return
    try:
        for _ in yaml.parse(code, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        message = error.problem or error.context or "it is not YAML"
        raise SyntaxFault(
            message, line=mark.line + 1 if mark else None, excerpt=bool(_ELLIPSIS.search(code))
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SyntaxFault(str(error).split("\n", 1)[0]) from None


def parse_toml(code: str) -> None:
    """TOML."""
    try:
        tomllib.loads(code)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SyntaxFault(str(error) or "nested too deeply", excerpt=bool(_ELLIPSIS.search(code))) from None


def parse_shell(code: str) -> None:
    """A POSIX or Bash script, or a session with prompts, by ``bash -n``; nothing where there is no Bash."""
    typed = _strip_prompts(code)
    message = _ask_bash(typed)
    # Of a session the lines of a here-document are told from what was printed by nothing.
    if message and not (typed != code and _UNENDED in message):
        found = re.search(r"line (\d+): (.*)", message)
        line = int(found[1]) if found else None
        text = found[2] if found else message
        raise SyntaxFault(
            text, line=line, excerpt="…" in code or bool(re.search(r"(?m)^\s*\.\.\.\s*$", code))
        )


def _strip_prompts(code: str) -> str:
    """Of a session only what was typed: the lines after ``$`` with their continuations."""
    if not re.search(r"(?m)^\s*(?:[\w.@~:/-]{0,40})?\$ ", code):
        return code
    typed: list[str] = []
    goes_on = False
    for line in code.splitlines():
        prompt = re.match(r"\s*(?:[\w.@~:/-]{0,40})?\$ (.*)$", line)
        if prompt or goes_on:
            text = prompt[1] if prompt else re.sub(r"^\s*> ", "", line)
            typed.append(text)
            goes_on = text.rstrip().endswith("\\")
    return "\n".join(typed) + "\n"


@lru_cache(maxsize=256)
def _ask_bash(code: str) -> str:
    """What Bash says of the code's syntax; empty where it is right, or where Bash cannot tell."""
    bash = _find_bash()
    if not bash or "\x00" in code:
        return ""
    try:
        done = subprocess.run(
            [bash, "--norc", "--noprofile", "-n"],
            input=code.encode("utf-8", "replace"),
            capture_output=True,
            timeout=BASH_SECONDS,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    told = done.stderr.decode("utf-8", "replace").strip().split("\n", 1)[0]
    # Of a here-document without an end Bash only warns, though it takes all that follows for its text.
    if done.returncode <= 0:
        return told if _UNENDED in told else ""
    return told or "it is not a script"


@cache
def _find_bash() -> str | None:
    return shutil.which("bash")


def _bounded(parse: Callable[[str], None]) -> Callable[[str], None]:
    def parse_short(code: str) -> None:
        if len(code) <= LONGEST_CODE:
            parse(code)

    return parse_short


PARSERS: Mapping[str, Callable[[str], None]] = {
    name: _bounded(parse)
    for names, parse in (
        ("python py python3 py3 pycon", parse_python),
        ("json", parse_json),
        ("yaml yml", parse_yaml),
        ("toml", parse_toml),
        ("bash sh shell zsh ksh console shell-session", parse_shell),
    )
    for name in names.split()
}
"""The parser of each language that has one, by the names that fences use."""
