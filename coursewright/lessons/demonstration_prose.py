"""Making print-worthy sentences of what a very small model writes.

It loops, lists, talks about itself, forgets its subject and stops in mid-sentence. What is kept here is
whole, plain, English sentences that the lesson has not said before; everything else is dropped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from functools import cache

from coursewright.languages import Language

FEWEST_WORDS, MOST_WORDS = 5, 45
"""The words of a sentence that is kept; shorter ones are scraps, longer ones have lost their way."""

ALIKE = 82
"""The score, of 100, from which a sentence repeats an earlier one; see `rapidfuzz.fuzz.token_sort_ratio`."""

SENTENCES_A_PARAGRAPH = 4

_FUNCTION_WORDS = re.compile(
    r"\b(?:a|an|and|are|as|at|be|by|can|for|from|has|have|in|into|is|it|its|of|on|or|that|the|their|them|they|"
    r"this|to|used|using|when|which|while|will|with|you|your)\b",
    re.IGNORECASE,
)
_LEAST_FUNCTION_WORDS = 0.2
"""English prose has 40 % of such words; a list of terms or another language has hardly any."""

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BRACKETS = re.compile(r"(?<=\w)\s+\([^()]*\)")
"""Mostly what letters stand for, which so small a model gets wrong."""

_MARKS = re.compile(r"[*_`#>|~^\\]+")
_LINE_START = re.compile(r"^\s*(?:[-*+•]|\(?\d+[.)]|#{1,6}|step \d+:?)\s*", re.IGNORECASE)
_LABEL = re.compile(r"^(?:[A-Z][\w' -]{0,40}):\s+(?=[A-Z])")
_SENTENCE = re.compile(r"[^.!?]+(?:\.(?=\w)[^.!?]*)*[.!?]+[\"')]*(?=\s|$)")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|Mr|Mrs|Dr|St|No|approx)\.\s", re.IGNORECASE)
_DOT = "\u2024"
_SELF_TALK = re.compile(
    r"\b(?:I|I'm|I've|I'll|me|my|myself|as an ai|language model|assistant|sure|certainly|dear|thank you|"
    r"the (?:user|student|author|text|passage|prompt|paragraph|speaker|teacher|instructor|writer)|"
    r"(?:this|the) (?:article|book|paper|essay|video|lesson|course|module|chapter|section|tutorial|blog)|"
    r"let's|in conclusion|in summary|to summarize|to sum up|here (?:is|are))\b",
    re.IGNORECASE,
)
_NOT_PROSE = re.compile(r"https?:|www\.|[<>{}\[\]=@$§]|\bTODO\b|\.\.\.|…|\b\w+\(\)")
_LABELLED = re.compile(r"^[^,.]{1,40}:\s")
_LEANS = re.compile(
    r"^(?:this|these|those|it|its|they|their|he|she|however|additionally|also|moreover|furthermore|another|"
    r"similarly|therefore|thus|instead|in addition|for example|for instance|as a result|by doing so|in this|"
    r"in these|on the other)\b",
    re.IGNORECASE,
)
"""How a sentence opens that leans on the one before it."""

_YEAR_OR_QUANTITY = re.compile(r"\b(?:1[5-9]\d\d|20\d\d)\b|\b\d+(?:[.,]\d+)?\s?%|\$\d")
"""What so small a model invents most readily: years, shares, sums."""


def keep_sentences(
    text: str, said: Sequence[str], language: Language, *, most_words: int = 400
) -> tuple[str, ...]:
    """The sentences of a reply that a page can carry, in order.

    One that leans on the sentence before it goes with that sentence.

    Args:
        said: sentences that the lesson holds already; none of them is said again.
        most_words: sentences are kept until they have so many words together.
    """
    kept: list[str] = []
    words = 0
    leaning = True
    for sentence in split_sentences(text):
        if words >= most_words:
            break
        if not is_printable(sentence, language):
            leaning = True
            continue
        if (leaning and _LEANS.match(sentence)) or repeats(sentence, (*said, *kept)):
            continue
        leaning = False
        kept.append(sentence)
        words += len(sentence.split())
    return tuple(kept)


def split_sentences(text: str) -> list[str]:
    """The whole sentences of a text, its marks, lists, code, links and brackets flattened."""
    text = _BRACKETS.sub("", _LINK.sub(r"\1", _FENCE.sub(" ", text)))
    lines = []
    for line in text.splitlines():
        bare = _LABEL.sub("", _MARKS.sub("", _LINE_START.sub("", line))).strip()
        if bare and (_LINE_START.match(line) is None or bare[-1] in ".!?"):
            lines.append(bare)
    flat = _ABBREVIATION.sub(lambda match: f"{match[1].replace('.', _DOT)}{_DOT} ", " ".join(lines))
    return [
        _capital(" ".join(match[0].replace(_DOT, ".").split()).strip("\"' "))
        for match in _SENTENCE.finditer(flat)
    ]


def is_printable(sentence: str, language: Language) -> bool:
    """Whether a sentence is plain English prose about its subject, with nothing that the checks refuse."""
    words = re.findall(r"[A-Za-z][\w'-]*", sentence)
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or sentence[-1] != ".":
        return False
    if sum(1 for character in sentence if ord(character) > 0x2FF or character in '"“”()') > 4:
        return False
    if len(_FUNCTION_WORDS.findall(sentence)) / len(words) < _LEAST_FUNCTION_WORDS:
        return False
    if (
        _SELF_TALK.search(sentence)
        or _LABELLED.match(sentence)
        or _NOT_PROSE.search(sentence)
        or _YEAR_OR_QUANTITY.search(sentence)
    ):
        return False
    if loops(words) or sentence.count('"') % 2 or sentence.count("(") != sentence.count(")"):
        return False
    return not any(refused(sentence) for refused in _refused_by_checks(language))


def loops(words: Sequence[str]) -> bool:
    """Whether a sentence goes in circles: one run of three words twice, or hardly any word but once."""
    lower = [word.lower() for word in words]
    runs = [tuple(lower[index : index + 3]) for index in range(len(lower) - 2)]
    return len(runs) != len(set(runs)) or len(set(lower)) < 0.6 * len(lower)


def repeats(sentence: str, said: Sequence[str]) -> bool:
    """Whether a sentence says again, in nearly the same words or with the same opening, what was said."""
    from rapidfuzz import fuzz

    opening = sentence.lower().split()[:6]
    return any(
        fuzz.token_sort_ratio(sentence, other, score_cutoff=ALIKE) or other.lower().split()[:6] == opening
        for other in said
    )


def mentions(sentence: str, subject: str) -> bool:
    """Whether a sentence has a word of the subject in it, told by the first four letters."""
    stems = {word[:4].lower() for word in re.findall(r"\w{4,}|[A-Z]\w+", subject)}
    return any(word[:4].lower() in stems for word in re.findall(r"\w{2,}", sentence))


def make_paragraphs(sentences: Sequence[str]) -> str:
    """Sentences as paragraphs of about equal length."""
    if not sentences:
        return ""
    count = max(1, round(len(sentences) / SENTENCES_A_PARAGRAPH))
    bounds = [round(index * len(sentences) / count) for index in range(count + 1)]
    return "\n\n".join(
        " ".join(sentences[start:end]) for start, end in itertools.pairwise(bounds) if end > start
    )


def in_sentence(title: str) -> str:
    """A title as it stands within a sentence: its first letter small, unless its first word is a name."""
    first = title.split()[0] if title.split() else ""
    return title if any(letter.isupper() for letter in first[1:]) else title[:1].lower() + title[1:]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], ...]:
    from coursewright.languages import load_language

    other = load_language(code).other
    names = ("other_lessons", "placeholders", "thinking", "question_headings")
    return tuple(re.compile(pattern, re.IGNORECASE) for name in names for pattern in other.get(name, ()))


def _refused_by_checks(language: Language) -> tuple[Callable[[str], object], ...]:
    return tuple(pattern.search for pattern in _patterns(language.code))
