"""Lessons by the embedded model: small requests, and of each answer what a page can carry.

The model writes the sentences; headings, objectives' verbs, bullets, figures and the line that stands for
the references are the program's. Where several tries give no usable sentence, one made from the outline
stands in, so that a demonstration course always comes out whole.
"""

from __future__ import annotations

import zlib
from collections import Counter

from coursewright.errors import SettingsError
from coursewright.findings import Finding
from coursewright.languages import Language, load_language
from coursewright.lessons.asking import Asking, RequestsSpent
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.demonstration_fallback import join_titles, sentences_from_outline
from coursewright.lessons.demonstration_objectives import make_objectives
from coursewright.lessons.demonstration_prose import in_sentence, keep_sentences, make_paragraphs, mentions
from coursewright.lessons.format import one_line
from coursewright.lessons.harvest import piece_at
from coursewright.lessons.pieces import Piece, assemble, fit_description, list_pieces
from coursewright.lessons.repair import BestVersion
from coursewright.markdown.document import count_words
from coursewright.models.base import Message, Model
from coursewright.prompts import prompt_text, render

AIM = 0.8
"""The share of its words that a piece is asked for. Whole sentences overshoot, and nothing is gained by more
words of so small a model."""

ENOUGH = 0.7
"""The share of a piece's words from which it is long enough."""

MOST_TOKENS = 200
"""Of one answer. What it writes beyond that goes in circles."""

TOKENS_A_WORD = 1.4
"""Of what is asked for; a part of every answer is dropped."""

MOST_TRIES = 4
"""Requests for one piece, beyond those that its length takes."""

WORDS_AN_ANSWER = 70
"""The usable words that an answer has on the average."""

LEAST, TOP_UPS = 0.8, 3
"""A lesson below this share of its target is added to, with so many requests a part."""

FEWEST_WORDS = 25
"""A piece with less than that gets its sentences from the outline as well."""

LEAST_ON_SUBJECT = 0.3
"""The share of an answer's sentences that have a word of the subject in them."""

TAKEAWAYS = (3, 5)


def check_model_language(model: Model, language: Language) -> None:
    """See that a model writes the course's language.

    Raises:
        SettingsError: it does not; the embedded model writes English only.
    """
    if model.languages is not None and language.code not in model.languages:
        written = ", ".join(load_language(code).english_name for code in model.languages)
        raise SettingsError(
            f"The model {model.name} does not write {language.english_name}: it writes {written}. "
            "Name a model that does, for example --model openai:NAME, "
            "or take an outline in a language that it writes."
        )


def write_demonstration(brief: LessonBrief, asking: Asking, best: BestVersion, *, max_repairs: int) -> None:
    """Write the lesson into `best`; pieces in which the checks find errors are written anew."""
    writer = _Writer(brief, asking)
    try:
        writer.write()
    except RequestsSpent:
        writer.fill()
    model = asking.models[-1] if asking.models else asking.model.name
    best.offer(writer.text(), model)
    for last in [False] * max_repairs + [True]:
        faulty = {at.key: at for error in best.errors if (at := piece_at(error, best.text, brief))}
        if not faulty:
            break
        for piece in faulty.values():
            best.repairs += not last
            writer.write_anew(piece, from_outline=last)
        best.offer(writer.text(), model)
    if writer.from_outline:
        best.note(
            Finding(
                "demonstration",
                "note",
                f"The embedded model gave nothing usable for: {', '.join(sorted(writer.from_outline))}. "
                "Sentences made from the outline stand there.",
            )
        )


def stable_seed(brief: LessonBrief) -> int:
    """A seed that the same lesson always has."""
    return zlib.crc32(f"{brief.module_title}|{brief.title}|{brief.note}".encode()) % 1_000_000


class _Writer:
    """Writes the pieces of a demonstration.

    Attributes:
        from_outline: headings of the pieces that the model gave nothing usable for.
    """

    def __init__(self, brief: LessonBrief, asking: Asking) -> None:
        self.from_outline: set[str] = set()
        self._brief = brief
        self._asking = asking
        self._written: dict[str, str] = {}
        self._said: dict[str, tuple[str, ...]] = {}
        self._pieces = list_pieces(brief)
        self._figures = {
            number: fit_description(
                f"{one_line(topic)}: the parts, how they work together, and where they are used",
                padding=f"within {brief.title}",
            )
            for number, topic in enumerate(brief.topics, 1)
        }

    def text(self) -> str:
        """The lesson as it stands."""
        return assemble(self._brief, self._written, self._figures)

    def write(self) -> None:
        """Write every piece in order."""
        for piece in self._pieces:
            self._write(piece)
        self._top_up()

    def fill(self) -> None:
        """Fill the pieces that are not written from the outline."""
        for piece in self._pieces:
            if piece.key not in self._written:
                self.write_anew(piece, from_outline=True)

    def write_anew(self, piece: Piece, *, from_outline: bool) -> None:
        """Write a piece again, with other seeds, or from the outline alone."""
        self._said.pop(piece.key, None)
        if not from_outline:
            try:
                self._write(piece)
                return
            except RequestsSpent:
                pass
        self._put(piece, (), from_outline=True)

    def _write(self, piece: Piece) -> None:
        brief = self._brief
        if piece.kind == "references":
            self._written[piece.key] = brief.language.lesson["no_references_demonstration"]
        elif piece.kind == "objectives":
            objectives = brief.objectives or make_objectives(brief, self._asking)
            self._written[piece.key] = "\n".join(f"- {objective}" for objective in objectives)
        elif piece.kind == "takeaways":
            self._put(piece, self._takeaways())
        else:
            self._put(piece, self._prose(piece))

    def _put(self, piece: Piece, sentences: tuple[str, ...], *, from_outline: bool = False) -> None:
        if from_outline and piece.kind in ("objectives", "references"):
            self._written[piece.key] = (
                "\n".join(f"- {line}" for line in make_objectives(self._brief, None))
                if piece.kind == "objectives"
                else self._brief.language.lesson["no_references_demonstration"]
            )
            return
        bullets = piece.kind == "takeaways"
        short = len(sentences) < TAKEAWAYS[0] if bullets else count_words(" ".join(sentences)) < FEWEST_WORDS
        if short:
            self.from_outline.add(" / ".join(dict.fromkeys((piece.section, piece.heading))))
            sentences = (*sentences, *self._outline_sentences(piece))
        self._said[piece.key] = sentences
        self._written[piece.key] = (
            "\n".join(f"- {sentence}" for sentence in sentences) if bullets else make_paragraphs(sentences)
        )

    def _prose(self, piece: Piece) -> tuple[str, ...]:
        """Sentences for a piece, asked for from several sides until it has its words."""
        words = round(piece.words * AIM)
        questions = self._questions(piece.key.partition("/")[2] or piece.key, piece.topic)
        sentences: tuple[str, ...] = ()
        for attempt in range(MOST_TRIES + words // WORDS_AN_ANSWER):
            lacking = words - count_words(" ".join(sentences))
            if lacking <= words * (1 - ENOUGH):
                break
            answer = self._ask(
                questions[attempt % len(questions)], min(MOST_TOKENS, 50 + round(lacking * 1.7))
            )
            sentences += self._keep(
                answer, sentences, self._subject(piece.topic), most_words=max(12, lacking)
            )
        return sentences

    def _top_up(self) -> None:
        """Add to the parts of the topics, shortest first, while the lesson is far from its target."""
        tries = Counter(dict.fromkeys((piece for piece in self._pieces if piece.kind == "part"), 0))
        while count_words(self.text()) < self._brief.target_words * LEAST and min(tries.values()) < TOP_UPS:
            piece = min(tries, key=lambda piece: (tries[piece], count_words(self._written[piece.key])))
            tries[piece] += 1
            questions = self._questions(piece.key.partition("/")[2], piece.topic)
            answer = self._ask(questions[tries[piece] % len(questions)], MOST_TOKENS)
            added = self._keep(answer, (), self._subject(piece.topic), most_words=WORDS_AN_ANSWER)
            self._said[piece.key] += added
            self._written[piece.key] = make_paragraphs(self._said[piece.key])

    def _takeaways(self) -> tuple[str, ...]:
        """One sentence a topic, and more from other sides where there are few topics."""
        fewest, most = TAKEAWAYS
        sentences: tuple[str, ...] = ()
        turns = [(number, turn) for turn in range(3) for number in range(1, len(self._brief.topics) + 1)]
        wanted = min(most, max(fewest, len(self._brief.topics)))
        for number, turn in turns[: wanted + MOST_TRIES]:
            if len(sentences) == wanted:
                break
            answer = self._ask(self._questions("takeaways", number)[turn], 60)
            sentences += self._keep(answer, sentences, self._subject(number), most_words=1)
        return sentences

    def _keep(
        self, answer: str, sentences: tuple[str, ...], subject: str, *, most_words: int
    ) -> tuple[str, ...]:
        """What of an answer goes on a page after `sentences`; nothing where it is about something else."""
        said = [sentence for piece in self._said.values() for sentence in piece]
        kept = keep_sentences(answer, (*said, *sentences), self._brief.language, most_words=most_words)
        on_subject = sum(mentions(sentence, subject) for sentence in kept)
        return kept if on_subject > LEAST_ON_SUBJECT * len(kept) else ()

    def _subject(self, topic: int | None) -> str:
        """The words that show a sentence to be about a topic, or about any of the lesson's."""
        brief = self._brief
        return self._topic(topic) if topic else " ".join((*brief.topics, brief.module_title))

    def _ask(self, question: str, tokens: int) -> str:
        turns = (Message("system", render("lesson_demo_system")), Message("user", question))
        return self._asking.ask(turns, tokens).text

    def _questions(self, name: str, topic: int | None) -> list[str]:
        """The prompts for a piece, each from another side."""
        prompt = f"lesson_demo_{name}"
        known = self._values(topic)
        values = {key: value for key, value in known.items() if f"${{{key}}}" in prompt_text(prompt)}
        return render(prompt, **values).splitlines()

    def _values(self, topic: int | None) -> dict[str, str]:
        brief = self._brief
        return {
            "title": in_sentence(brief.title),
            "module": in_sentence(brief.module_title),
            "topics": join_titles([in_sentence(title) for title in brief.topics[:4]]),
            "topic": in_sentence(self._topic(topic)),
        }

    def _outline_sentences(self, piece: Piece) -> tuple[str, ...]:
        """Sentences made from the outline; takeaways one for each of the first topics."""
        brief = self._brief
        topics = brief.topics[: TAKEAWAYS[0]] if piece.kind == "takeaways" else (self._topic(piece.topic),)
        return tuple(
            sentence
            for topic in topics
            for sentence in sentences_from_outline(
                piece.key.partition("/")[2] or piece.key,
                title=brief.title,
                module=brief.module_title,
                topics=brief.topics,
                topic=topic,
            )
        )

    def _topic(self, number: int | None) -> str:
        return self._brief.topics[(number or 1) - 1]
