"""The language of the prose: passage by passage, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from coursewright.findings import Finding, Severity
from coursewright.languages import Language, language_codes, load_language
from coursewright.lessons.checks.base import LessonUnderCheck, quote
from coursewright.lessons.number import VISUAL_TAG, visual_description
from coursewright.markdown.document import Passage

if TYPE_CHECKING:
    from lingua import LanguageDetector

ERROR_WORDS = 20
WARNING_WORDS = 8

_QUOTED = re.compile(r"“([^”\n]{1,120})”|«([^»\n]{1,120})»|\"([^\"\n]{1,120})\"")
_MOST_QUOTED_WORDS = 12
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(r"(?<=[.!?…;:。！？])\s+|\n")
_LONGEST = 5000
_MOST_JOINED = 40

# Models slip into these as well; a course cannot be written in them without a data file.
_OTHER_LANGUAGES: Mapping[str, str] = {
    "FRENCH": "le la les des est dans pour avec une que qui sur pas plus par ce sont du et en au aux ou",
    "GERMAN": "der die das und ist nicht mit ein eine für auf den dem des zu von im werden sind auch als",
    "ITALIAN": "il lo la gli le di che è per con una sono non del della nel più come anche dei alla si",
    "CHINESE": "",
    "RUSSIAN": "и в не на что с по для как это от из к его",
}


@dataclass(frozen=True, slots=True)
class _Foreign:
    words: int
    language: str
    text: str
    line: int


def check_language(subject: LessonUnderCheck) -> Iterator[Finding]:
    """Prose in another language is an error from 20 words on and a warning from 8.

    Links, code, headings and titles are exempt; so are short quotations.
    """
    for line, texts in _gather(subject):
        foreign = [found for text in texts if (found := _judge(text, subject.language, line)) is not None]
        words = sum(found.words for found in foreign)
        if words < WARNING_WORDS:
            continue
        severity: Severity = "error" if words >= ERROR_WORDS else "warning"
        yield subject.find(
            "language",
            severity,
            f"{words:,} words are in {foreign[0].language} ({quote(foreign[0].text, 80)}); write them in "
            f"{subject.language.english_name}.",
            line,
        )


def name_foreign(text: str, language: Language) -> str:
    """The language that `text` is in, where it is not `language`; empty where it is or cannot be told."""
    found = _judge(text, language, 0)
    return found.language if found else ""


def _gather(subject: LessonUnderCheck) -> Iterator[tuple[int, list[str]]]:
    """Pieces to judge together, with the line where they start: a paragraph's sentences, a list's items."""
    together: list[str] = []
    start = 0
    for passage in subject.passages:
        for tag in VISUAL_TAG.finditer(passage.text):
            yield passage.line, [visual_description(tag["body"])]
        text = _plain(passage)
        short = bool(passage.within) and len(text.split()) < WARNING_WORDS
        if short:
            start = start or passage.line
            together.append(text)
            continue
        if together:
            yield start, _join(together)
            together, start = [], 0
        if text:
            yield passage.line, _join([part for part in _SENTENCE_END.split(text[:_LONGEST]) if part.strip()])
    if together:
        yield start, _join(together)


def _plain(passage: Passage) -> str:
    text = VISUAL_TAG.sub(" ", passage.prose)

    def exempt(match: re.Match[str]) -> str:
        return " " if len(match[0].split()) <= _MOST_QUOTED_WORDS else match[0]

    return re.sub(r"[ \t]+", " ", _QUOTED.sub(exempt, text)).strip()


def _join(parts: list[str]) -> list[str]:
    """Parts of less than 8 words are too short to be judged alone: they go with their neighbours."""
    joined: list[list[str]] = []
    counts: list[int] = []
    for part in parts:
        count = len(part.split())
        if joined and (counts[-1] < WARNING_WORDS or (count < 4 and counts[-1] < _MOST_JOINED)):
            joined[-1].append(part)
            counts[-1] += count
        else:
            joined.append([part])
            counts.append(count)
    if len(joined) > 1 and counts[-1] < WARNING_WORDS:
        last = joined.pop()
        joined[-1].extend(last)
    return [" ".join(pieces) for pieces in joined]


def _judge(text: str, language: Language, line: int) -> _Foreign | None:
    """What a piece of text says of itself where it is not in `language`.

    The statistics of its letters and its small words must agree: technical prose is full of English terms,
    and a list of products is in no language at all.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    wide = len(_WIDE.findall(text))
    # Two characters of a script without spaces make about a word.
    count = len(text.split()) if wide < 4 else wide // 2 + len(words)
    if wide >= 4 and wide > len("".join(words)) // 2:
        return _Foreign(max(count, 1), "another language", text, line) if count >= 3 else None
    if len(words) < 5:
        return None
    small = {name: sum(map(known.__contains__, words)) / len(words) for name, known in _small_words().items()}
    own = small[language.english_name.upper()]
    if own >= 0.12 and own >= max(small.values()):
        return None
    values = {
        value.language.name: value.value for value in _detector().compute_language_confidence_values(text)
    }
    if values.get(language.english_name.upper(), 0.0) >= 0.3:
        return None
    other = max(values, key=lambda name: values[name])
    if other == language.english_name.upper():
        return None
    native, strange = _small_words()[language.english_name.upper()], _small_words().get(other, frozenset())
    only_native = sum(word in native and word not in strange for word in words) / len(words)
    only_strange = sum(word in strange and word not in native for word in words) / len(words)
    lower = sum(word[0].islower() for word in _WORD.findall(text)) / len(words)
    if only_native >= 0.08 and only_native >= only_strange / 2:
        return None
    if only_strange >= 0.15 or (only_strange >= 0.1 and small[other] >= 0.2):
        return _Foreign(count, other.capitalize(), text, line)
    # A language that nothing here knows: no small word of the course's own in a dozen words of prose.
    unknown = own == 0 and len(words) >= 12 and lower >= 0.6
    return _Foreign(count, "another language", text, line) if unknown else None


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    """The small words of each language, by its English name in capitals."""
    own = {
        (language := load_language(code)).english_name.upper(): frozenset(language.other["common_words"])
        for code in language_codes()
    }
    return {**{name: frozenset(words.split()) for name, words in _OTHER_LANGUAGES.items()}, **own}


@cache
def _detector() -> LanguageDetector:
    from lingua import Language as Known
    from lingua import LanguageDetectorBuilder

    names = sorted(_small_words())
    languages = [getattr(Known, name) for name in names if hasattr(Known, name)]
    # Low accuracy is trigrams alone: enough for eight words and more, with a fraction of the memory.
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
