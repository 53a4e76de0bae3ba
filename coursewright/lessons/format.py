"""The format of a lesson, stated once: the prompt's rules, the checks and the mending all come from here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from coursewright.bloom import BloomLevel
from coursewright.languages import Language
from coursewright.lessons.brief import LessonBrief

SectionKey = Literal["learning_objectives", "introduction", "topic", "summary", "references"]

FEWEST_OBJECTIVES, MOST_OBJECTIVES = 3, 5
FEWEST_VISUAL_WORDS, MOST_VISUAL_WORDS = 10, 20
FEWEST_REFERENCES = 2
TOPIC_PARTS = ("concept_overview", "technical_details", "practical_application")
SUMMARY_PARTS = ("key_takeaways", "whats_next")


@dataclass(frozen=True, slots=True)
class ExpectedSection:
    """A section that a lesson must have.

    Attributes:
        title: of its H2.
        parts: titles of the H3s under it, in order.
        topic: the topic's place, from 0; None for a fixed section.
    """

    key: SectionKey
    title: str
    parts: tuple[str, ...] = ()
    topic: int | None = None


@dataclass(frozen=True)
class LessonFormat:
    """The format of one lesson.

    Attributes:
        title: the lesson's, without its number.
        sections: the H2s in order.
    """

    language: Language
    module_number: int
    lesson_number: int
    title: str
    sections: tuple[ExpectedSection, ...]

    @cached_property
    def title_line(self) -> str:
        """The H1 with its number: ``# Lesson M.L: Title``."""
        word = self.language.lesson["lesson"]
        return f"# {word} {self.module_number}.{self.lesson_number}: {self.title}"

    @cached_property
    def topics(self) -> tuple[ExpectedSection, ...]:
        """The sections of the lesson's topics."""
        return tuple(section for section in self.sections if section.key == "topic")


def lesson_format(brief: LessonBrief) -> LessonFormat:
    """The format of the lesson that `brief` asks for."""
    words = brief.language.lesson
    return LessonFormat(
        brief.language,
        brief.module_number,
        brief.lesson_number,
        one_line(brief.title),
        (
            ExpectedSection("learning_objectives", words["learning_objectives"]),
            ExpectedSection("introduction", words["introduction"]),
            *(
                ExpectedSection("topic", one_line(topic), tuple(words[part] for part in TOPIC_PARTS), number)
                for number, topic in enumerate(brief.topics)
            ),
            ExpectedSection("summary", words["summary"], tuple(words[part] for part in SUMMARY_PARTS)),
            ExpectedSection("references", words["references"]),
        ),
    )


def one_line(title: str) -> str:
    """A title as a heading can bear it: on one line, with single spaces."""
    return " ".join(title.split())


def objective_line(objective: str) -> str:
    """An objective as the bullet that a lesson has for it."""
    return f"- {one_line(objective)}"


def plain_title(title: str) -> str:
    """A title for comparing: without case, marks of emphasis and punctuation at its ends."""
    text = unicodedata.normalize("NFKC", title).casefold().replace("’", "'").replace("‘", "'")
    text = re.sub(r"[*_`~\\]+", "", text).replace("–", "-").replace("—", "-")
    return " ".join(text.split()).strip(" .:;,-¿?¡!\"'“”«»")


def highest_level(brief: LessonBrief) -> BloomLevel:
    """The level that decides a lesson's depth."""
    return max(brief.bloom_levels)


def format_rules(brief: LessonBrief) -> str:
    """The format's rules in English, for a model: a bullet a rule, then the skeleton of headings to fill."""
    language, words = brief.language, brief.language.lesson
    levels = sorted(set(brief.bloom_levels))
    low, high = round(brief.target_words * 0.9), round(brief.target_words * 1.1)
    verbs = "; ".join(
        f"{language.bloom_names[level][0]}: {', '.join(language.bloom_verbs[level][:12])}" for level in levels
    )
    highest = language.bloom_names[levels[-1]][0]
    rules = [
        f"Write everything in {language.english_name}: headings, text, captions and comments in code. "
        "Terms of the trade, names and titles of works stay as they are.",
        "Answer with the lesson alone, as Markdown that starts with its H1. No words before or after it, "
        "and no code fence around it.",
        "Use exactly the headings of the skeleton below, in that order, each once, without numbers. "
        "Add no other H1, H2 or H3; inside a part you may use H4.",
        f"Length: about {brief.target_words} words in all, between {low} and {high}.",
        _rule_objectives(brief, verbs, highest),
        "Under each topic all three parts are written out: "
        f"{', '.join(words[part] for part in TOPIC_PARTS)}.",
        "Visuals: at least one per topic, each alone on its line between blank lines, in the form "
        f"[VISUAL: description]. The description is one phrase of {FEWEST_VISUAL_WORDS + 2} to "
        f"{MOST_VISUAL_WORDS - 4} words in {language.english_name} that says what a diagram shows. No "
        "numbers in the tag; the program gives them. Never a visual for a table or for code.",
        "Tables are Markdown tables whose rows all have the same number of cells. Code stands in fences "
        "that name their language (```python, ```bash, ```json …; ```text for output), complete and correct.",
        "No raw HTML, no images, no placeholders such as TODO or [insert …], no review questions or quiz.",
        f"Never refer to another lesson by number or as the next or the previous one. Under "
        f"{words['whats_next']} say where the subject leads, without naming a lesson.",
        _rule_references(brief),
    ]
    if words["chapter"] != "Chapter":
        rules.insert(1, f"A module is called {words['chapter']} and a lesson {words['lesson']}.")
    return "\n".join(f"- {rule}" for rule in rules) + f"\n\nSkeleton:\n\n{skeleton(brief)}"


def skeleton(brief: LessonBrief) -> str:
    """The lesson's headings, in order, as Markdown."""
    form = lesson_format(brief)
    lines = [f"# {brief.language.lesson['lesson']}: {form.title}"]
    for section in form.sections:
        lines.append(f"## {section.title}")
        lines.extend(f"### {part}" for part in section.parts)
    return "\n".join(lines)


def _rule_objectives(brief: LessonBrief, verbs: str, highest: str) -> str:
    heading = brief.language.lesson["learning_objectives"]
    if brief.objectives:
        given = "\n".join(f"  {objective_line(objective)}" for objective in brief.objectives)
        return f"Under {heading} copy these objectives, word for word, as bullets:\n{given}"
    return (
        f"Under {heading}: {FEWEST_OBJECTIVES} to {MOST_OBJECTIVES} bullets and nothing else. Each opens "
        f"with one of these verbs, and at least one with a verb of {highest}. {verbs}."
    )


def _rule_references(brief: LessonBrief) -> str:
    heading = brief.language.lesson["references"]
    if brief.demonstration:
        return f"Under {heading} write only this line: {brief.language.lesson['no_references_demonstration']}"
    return (
        f"Under {heading}: at least {FEWEST_REFERENCES} bullets and nothing else, each of the form "
        "`- [title of the work](https://…)`, to real, well-known pages: official documentation, standards, "
        "papers. No made-up addresses, no example.com."
    )
