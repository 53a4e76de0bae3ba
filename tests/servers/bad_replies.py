"""Replies of the kinds that models really give instead of a good lesson, made by spoiling one.

The cases are data: ``tests/corpus/lessons/bad_replies.yaml`` says of each what is spoiled, which checks must
see it, and whether it can be mended without asking the model again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from servers.lesson_text import good_lesson

from coursewright.languages import load_language
from coursewright.lessons.brief import LessonBrief

_CASES = Path(__file__).parents[1] / "corpus" / "lessons" / "bad_replies.yaml"
_OTHER = {"en": "es", "es": "en", "pt": "en"}


@dataclass(frozen=True)
class BadReply:
    """A kind of bad reply.

    Attributes:
        name: what is wrong, in a few words.
        expect: the checks that must find an error in it as it came.
        warn: the checks that must find at least a warning in it as it came.
        mended: whether it can be published after mending alone.
        unseen: the checks see nothing wrong in it as it came; mending takes away what is unwanted.
        changes: what is done to a good lesson.
    """

    name: str
    changes: tuple[Mapping[str, Any], ...]
    expect: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    mended: bool = False
    unseen: bool = False

    def speaks(self, language: str) -> bool:
        """Whether the case has its texts in a language; most cases have none of their own."""
        return all(_speaks(value, language) for change in self.changes for value in change.values())

    def write(self, brief: LessonBrief) -> str:
        """The bad reply to this brief."""
        text = good_lesson(brief)
        for change in self.changes:
            ((name, value),) = change.items()
            text = _CHANGES[name](text, _fill(value, brief), brief)
        return text


@cache
def bad_replies() -> tuple[BadReply, ...]:
    """All kinds of bad replies."""
    cases = yaml.safe_load(_CASES.read_text("utf-8"))
    return tuple(
        BadReply(
            name,
            tuple(case["changes"]),
            tuple(case.get("expect", ())),
            tuple(case.get("warn", ())),
            case.get("mended", False),
            case.get("unseen", False),
        )
        for name, case in cases.items()
    )


def bad_reply(name: str, brief: LessonBrief) -> str:
    """The bad reply of this name to this brief."""
    return next(case for case in bad_replies() if case.name == name).write(brief)


def _speaks(value: Any, language: str) -> bool:
    if isinstance(value, list):
        return all(_speaks(part, language) for part in value)
    return language in value if isinstance(value, dict) else True


def _fill(value: Any, brief: LessonBrief) -> Any:
    """The value in the brief's language, with the words that stand in ``<<…>>`` put in."""
    if isinstance(value, dict) and brief.language.code in value:
        value = value[brief.language.code]
    if isinstance(value, list):
        return [_fill(part, brief) for part in value]
    if not isinstance(value, str):
        return value
    words: dict[str, str] = dict(brief.language.lesson)
    words |= {f"topic{number}": topic for number, topic in enumerate(brief.topics, 1)}
    other = load_language(_OTHER[brief.language.code])
    words |= {f"other_{key}": word for key, word in other.lesson.items()}
    words["title"] = brief.title
    return re.sub(r"<<(\w+)>>", lambda match: words[match[1]], value)


def _bounds(text: str, title: str) -> tuple[int, int]:
    """Where the section under this heading starts and ends."""
    match = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert match, title
    after = re.compile(rf"^#{{1,{len(match[1])}}} ", re.MULTILINE).search(text, match.end())
    return match.start(), after.start() if after else len(text)


def _replace(text: str, value: list[str], brief: LessonBrief) -> str:
    assert value[0] in text, value[0]
    return text.replace(value[0], value[1])


def _sub(text: str, value: list[str], brief: LessonBrief) -> str:
    changed, count = re.subn(value[0], value[1], text, flags=re.MULTILINE)
    assert count, value[0]
    return changed


def _sub_once(text: str, value: list[str], brief: LessonBrief) -> str:
    changed, count = re.subn(value[0], value[1], text, count=1, flags=re.MULTILINE)
    assert count, value[0]
    return changed


def _drop(text: str, title: str, brief: LessonBrief) -> str:
    start, end = _bounds(text, title)
    return text[:start] + text[end:]


def _double(text: str, title: str, brief: LessonBrief) -> str:
    start, end = _bounds(text, title)
    return f"{text[:end].rstrip()}\n\n{text[start:end]}{text[end:]}"


def _swap(text: str, titles: list[str], brief: LessonBrief) -> str:
    (first, first_end), (second, second_end) = (_bounds(text, title) for title in titles)
    assert first_end <= second
    return "".join(
        (
            text[:first],
            text[second:second_end],
            text[first_end:second],
            text[first:first_end],
            text[second_end:],
        )
    )


def _hollow(text: str, title: str, brief: LessonBrief) -> str:
    start, end = _bounds(text, title)
    return f"{text[:start]}{text[start:].split(chr(10), 1)[0]}\n\n{text[end:]}"


def _put_under(text: str, value: list[str], brief: LessonBrief) -> str:
    line = re.search(rf"^#+ {re.escape(value[0])}$", text, re.MULTILINE)
    assert line, value[0]
    return f"{text[: line.end()]}\n\n{value[1]}{text[line.end() :]}"


def _put_at_end_of(text: str, value: list[str], brief: LessonBrief) -> str:
    _, end = _bounds(text, value[0])
    return f"{text[:end].rstrip()}\n\n{value[1]}\n\n{text[end:]}"


def _empty_under(text: str, value: list[str], brief: LessonBrief) -> str:
    return _put_under(_hollow(text, value[0], brief), value, brief)


def _cut(text: str, share: float, brief: LessonBrief) -> str:
    words = list(re.finditer(r"\S+", text[: int(len(text) * share)]))
    return text[: words[-2].end()]


def _other_brief(brief: LessonBrief) -> LessonBrief:
    from dataclasses import replace

    return replace(brief, language=load_language(_OTHER[brief.language.code]))


def _in_other_language(text: str, value: str, brief: LessonBrief) -> str:
    other = good_lesson(_other_brief(brief))
    if value == "all":
        return other
    start, end = _bounds(text, value)
    own = brief.language.lesson
    key = next((key for key, word in own.items() if word == value), None)
    title = load_language(_OTHER[brief.language.code]).lesson[key] if key else value
    other_start, other_end = _bounds(other, title)
    body = other[other_start:other_end].split("\n", 1)[1]
    return f"{text[:start]}{text[start:].split(chr(10), 1)[0]}\n{body}{text[end:]}"


def _length(text: str, share: float, brief: LessonBrief) -> str:
    return good_lesson(brief, length=share)


def _loop(text: str, times: int, brief: LessonBrief) -> str:
    start, end = _bounds(text, brief.language.lesson["introduction"])
    paragraph = text[start:end].split("\n\n")[1]
    return text[:end].rstrip() + f"\n\n{paragraph}" * times + f"\n\n{text[end:]}"


_CHANGES: Mapping[str, Callable[[str, Any, LessonBrief], str]] = {
    "prepend": lambda text, value, brief: value + text,
    "append": lambda text, value, brief: text.rstrip() + value,
    "become": lambda text, value, brief: value,
    "replace": _replace,
    "sub": _sub,
    "sub_once": _sub_once,
    "drop": _drop,
    "double": _double,
    "swap": _swap,
    "hollow": _hollow,
    "put_under": _put_under,
    "put_at_end_of": _put_at_end_of,
    "empty_under": _empty_under,
    "cut": _cut,
    "in_other_language": _in_other_language,
    "length": _length,
    "loop": _loop,
    "twice": lambda text, value, brief: f"{text}\n{good_lesson(brief, seed=1)}",
    "crlf": lambda text, value, brief: text.replace("\n", "\r\n"),
}
