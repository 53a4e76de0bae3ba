"""Lessons that a good model would give, made from the brief alone: the same brief, the same text.

Loopback model servers answer with them; faults are made by spoiling them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from coursewright.bloom import BloomLevel
from coursewright.languages import load_language
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.format import lesson_format
from coursewright.lessons.number import number_lesson
from coursewright.markdown.document import count_words

_WORDS = Path(__file__).parents[1] / "corpus" / "lessons" / "words"
_REFERENCES = (
    ("HTTP Semantics, RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110"),
    ("The Twelve-Factor App", "https://12factor.net/"),
    ("Python Documentation", "https://docs.python.org/3/"),
    ("Kubernetes Documentation", "https://kubernetes.io/docs/home/"),
    ("OWASP Top Ten", "https://owasp.org/www-project-top-ten/"),
    ("PostgreSQL Documentation", "https://www.postgresql.org/docs/"),
    ("Site Reliability Engineering", "https://sre.google/books/"),
    ("NIST Cybersecurity Framework", "https://www.nist.gov/cyberframework"),
)


def make_brief(language: str = "en", **changes: Any) -> LessonBrief:
    """A brief to try things with; `changes` replace its fields."""
    titles = {
        "en": ("Keeping services up", ("Health checks", "Rolling updates"), "Running services"),
        "es": ("Mantener los servicios", ("Comprobaciones de salud", "Despliegues graduales"), "Operación"),
        "pt": ("Manter os serviços", ("Verificações de saúde", "Implantações graduais"), "Operação"),
    }
    title, topics, module = titles.get(language, titles["en"])
    fields: dict[str, Any] = {
        "module_number": 1,
        "lesson_number": 2,
        "title": title,
        "module_title": module,
        "language": load_language(language),
        "bloom_levels": (BloomLevel.UNDERSTAND, BloomLevel.APPLY),
        "duration_minutes": 25.0,
        "target_words": 1510,
        "topics": topics,
    }
    return LessonBrief(**{**fields, **changes})


def good_lesson(brief: LessonBrief, *, length: float = 1.0, numbered: bool = False, seed: int = 0) -> str:
    """A lesson that passes every check, about `length` times the brief's target in words.

    Args:
        numbered: with the program's numbers put in, as it is published; else as a model is asked to write it.
        seed: another one gives another text for the same brief.
    """
    words = _read_words(brief.language.code)
    chance = random.Random(f"{seed}|{brief.module_title}|{brief.title}|{'|'.join(brief.topics)}")
    sentences = _sentences(words, chance)
    form = lesson_format(brief)
    heading = brief.language.lesson
    pieces: list[list[str]] = []
    paragraphs: list[list[str]] = []

    def add(*lines: str) -> None:
        pieces.append(list(lines))

    def add_paragraph(opening: str = "") -> None:
        paragraph = [opening or next(sentences)]
        paragraphs.append(paragraph)
        pieces.append(paragraph)

    add(f"# {heading['lesson']}: {form.title}")
    add(f"## {heading['learning_objectives']}")
    add("\n".join(f"- {objective}" for objective in _objectives(brief, words, chance)))
    add(f"## {heading['introduction']}")
    add_paragraph()
    for number, topic in enumerate(form.topics):
        add(f"## {topic.title}")
        overview, details, practice = topic.parts
        add(f"### {overview}")
        add_paragraph(words["about"].replace("{topic}", _as_text(topic.title)))
        add(f"[VISUAL: {_visual(words, chance)}]")
        add(f"### {details}")
        add_paragraph()
        if number % 3 == 0:
            add(_table(words, chance))
        add(f"### {practice}")
        add_paragraph()
        if number % 2 == 0:
            add(next(sentences))
            add(_code(words, chance, number))
    add(f"## {heading['summary']}")
    add(f"### {heading['key_takeaways']}")
    add("\n".join(f"- {next(sentences)}" for _ in range(3)))
    add(f"### {heading['whats_next']}")
    add_paragraph(words["next_opening"])
    add(f"## {heading['references']}")
    if brief.demonstration:
        add(heading["no_references_demonstration"])
    else:
        chosen = chance.sample(_REFERENCES, 3)
        add("\n".join(f"- [{text}]({url})" for text, url in chosen))
    _fill(pieces, paragraphs, sentences, round(brief.target_words * length))
    text = "\n\n".join(" ".join(piece) for piece in pieces) + "\n"
    if numbered:
        text = number_lesson(text, brief.module_number, brief.lesson_number, brief.language)
    return text


def _fill(
    pieces: list[list[str]], paragraphs: list[list[str]], sentences: Iterator[str], target: int
) -> None:
    """Lengthen the paragraphs in turn, and break those that grow long, until the text has `target` words."""
    count = count_words("\n\n".join(" ".join(piece) for piece in pieces))
    for paragraph in cycle(list(paragraphs)):
        if count >= target:
            break
        sentence = next(sentences)
        last = paragraph[-1].rpartition("\n\n")[2]
        breaks = len(last.split()) > 40 or len(paragraph) % 4 == 0
        paragraph.append(f"\n\n{sentence}" if breaks else sentence)
        count += count_words(sentence)
    for paragraph in paragraphs:
        paragraph[:] = [re.sub(r" *\n\n", "\n\n", " ".join(paragraph))]


def _sentences(words: Mapping[str, Any], chance: random.Random) -> Iterator[str]:
    """Sentences that never repeat."""
    given: set[str] = set()
    while True:
        pattern = chance.choice(words["patterns"])
        actor, actor2 = chance.sample(words["actors"], 2)
        act, act2 = chance.sample(words["acts"], 2)
        aim, time, fact = (chance.choice(words[key]) for key in ("aims", "times", "facts"))
        sentence = pattern.format(
            actor=actor,
            Actor=_capital(actor),
            actor2=actor2,
            act=act,
            act2=act2,
            aim=aim,
            Time=_capital(time),
            fact=fact,
            Fact=_capital(fact),
        )
        if sentence not in given:
            given.add(sentence)
            yield sentence


def _objectives(brief: LessonBrief, words: Mapping[str, Any], chance: random.Random) -> list[str]:
    if brief.objectives:
        return list(brief.objectives)
    levels = sorted(set(brief.bloom_levels), reverse=True)
    chosen = [levels[number % len(levels)] for number in range(max(3, min(5, len(levels) + 1)))]
    verbs = {level: chance.sample(brief.language.bloom_verbs[level][:5], 5) for level in levels}
    objects = chance.sample(words["objects"], len(chosen))
    return [
        f"{_capital(verbs[level][place])} {thing}."
        for place, (level, thing) in enumerate(zip(chosen, objects, strict=True))
    ]


def _visual(words: Mapping[str, Any], chance: random.Random) -> str:
    node, node2, node3 = chance.sample(words["nodes"], 3)
    return str(chance.choice(words["visuals"])).format(node=node, node2=node2, node3=node3)


def _table(words: Mapping[str, Any], chance: random.Random) -> str:
    rows = [words["table"], ["---"] * 3, *chance.sample(words["cells"], 3)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _code(words: Mapping[str, Any], chance: random.Random, number: int) -> str:
    limit = chance.randrange(10, 900)
    comment = words["code_comment"]
    kinds = (
        f"```python\nLIMIT = {limit}  # {comment}\n\n\ndef within(value: int) -> bool:\n"
        "    return value <= LIMIT\n```",
        f'```bash\nlimit={limit}  # {comment}\nif [ "$1" -gt "$limit" ]; then\n  exit 1\nfi\n```',
        f'```json\n{{"limit": {limit}, "unit": "ms"}}\n```',
        f"```yaml\nlimit: {limit}  # {comment}\nunit: ms\n```",
    )
    return kinds[(number // 2) % len(kinds)]


def _as_text(title: str) -> str:
    """A title inside a sentence, with what Markdown would read as a mark escaped."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", title)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _read_words(language: str) -> Mapping[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_WORDS / f"{language}.yaml").read_text("utf-8"))
    return data


def lesson_languages() -> tuple[str, ...]:
    """The languages that lessons can be made in here."""
    return tuple(sorted(path.stem for path in _WORDS.glob("*.yaml")))
