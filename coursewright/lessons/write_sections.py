"""Writing a lesson section by section: a plan, then each piece with the plan and what was written before it.

So a model whose replies are short reaches a long target. What a piece may take is shared out anew after every
piece by what was really written, and by how much the model writes of what it is asked for.
"""

from __future__ import annotations

from collections import Counter

from coursewright.findings import Finding
from coursewright.lessons.asking import Asking
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.clean import clean_reply
from coursewright.lessons.format import objective_line
from coursewright.lessons.harvest import holds_lesson, piece_at, read_pieces, trim_cut
from coursewright.lessons.length import lesson_tokens, tokens_for
from coursewright.lessons.piece_text import lacks, shape_piece, trim_words, unwrap_piece
from coursewright.lessons.pieces import Piece, assemble, list_pieces
from coursewright.lessons.plan_sections import (
    PLAN_TOKENS_PER_TOPIC,
    Plan,
    plan_from_outline,
    plan_schema,
    read_plan,
)
from coursewright.lessons.repair import BestVersion, name_findings
from coursewright.lessons.section_requests import LENGTHENED, SectionRequests
from coursewright.markdown.document import count_words
from coursewright.models.base import Message, Reply

MOST_WORDS_A_REQUEST = 650
"""What one request asks for at most; every model in use answers so much in one go."""

ENOUGH = 0.85
"""The share of its words from which a piece is long enough; what it lacks goes to the pieces after it."""

TOO_MUCH, TRIM_TO = 1.5, 1.2
"""A piece of more than the first share of its words is trimmed to the second, so that no piece takes what the
others need."""

FEWEST_WORDS = 35
"""What a piece is asked for at least."""

YIELD_BOUNDS = (0.4, 2.5)
"""How far the measured yield, words written for each word asked for, may move a request's number."""

FRUITLESS = 3
"""After so many replies in a row that gave nothing, the model is taken not to write in sections."""

ROOM = 400
"""Output tokens beyond a piece's own."""


def write_sections(brief: LessonBrief, asking: Asking, best: BestVersion, *, max_repairs: int) -> None:
    """Write the lesson into `best`, section by section, with at most `max_repairs` repairs a section."""
    writer = SectionWriter(brief, asking, best, max_repairs=max_repairs)
    writer.plan_lesson()
    writer.write()


def continue_in_sections(
    brief: LessonBrief, asking: Asking, best: BestVersion, cut: str, *, max_repairs: int
) -> None:
    """Go on section by section with what came complete of a reply that its length cut off.

    Where the reply was a repair, the version before it stands for what it did not bring, so that only the
    parts at fault are asked for again.
    """
    writer = SectionWriter(brief, asking, best, max_repairs=max_repairs, after_whole=True)
    kept = writer.harvest(cut, cut=True, only=writer.at_fault())
    if best.text.strip():
        writer.harvest(best.text, cut=False)
    best.note(
        Finding(
            "cut off",
            "note",
            f"A reply was cut off by its length: {kept} of {len(writer.pieces)} parts had come complete, "
            "and what was still missing was written section by section.",
        )
    )
    writer.write()


class SectionWriter:
    """Writes what a lesson still lacks, piece by piece.

    Attributes:
        written: the pieces' texts by their keys.
        figures: what each topic's figure shows.
    """

    def __init__(
        self,
        brief: LessonBrief,
        asking: Asking,
        best: BestVersion,
        *,
        max_repairs: int,
        after_whole: bool = False,
    ) -> None:
        self.brief = brief
        self._after_whole = after_whole
        self.pieces = list_pieces(brief)
        self.written: dict[str, str] = {}
        self.plan: Plan = plan_from_outline(brief)
        self.figures: dict[int, str] = dict(self.plan.figures)
        self._asking = asking
        self._best = best
        self._max_repairs = max_repairs
        self._requests = SectionRequests(brief)
        self._yield = 1.0
        self._fruitless = 0
        self._repairs: Counter[str] = Counter()
        if brief.objectives:
            self.written["objectives"] = "\n".join(map(objective_line, brief.objectives))

    def plan_lesson(self) -> None:
        """Have the model plan the lesson; the outline's own structure stands for what it does not plan."""
        most = PLAN_TOKENS_PER_TOPIC * len(self.brief.topics) + ROOM
        reply = self._asking.ask(self._requests.plan(), most, json_schema=plan_schema(self.brief))
        if self._is_lesson(reply):
            self._take_lesson(reply)
            return
        self.plan = read_plan(reply.text, self.brief)
        self.figures.update(self.plan.figures)
        if self.plan.made_by_model < len(self.brief.topics):
            self._best.note(
                Finding(
                    "plan",
                    "note",
                    f"The model planned {self.plan.made_by_model} of {len(self.brief.topics)} topics; the "
                    "outline's own structure stands for the others.",
                )
            )

    def at_fault(self) -> frozenset[str] | None:
        """The pieces that the best version's errors point at; None where they point at more than pieces."""
        keys = {piece.key for piece in self._faulty()}
        placed = all(piece_at(error, self._best.text, self.brief) for error in self._best.errors)
        return frozenset(keys) if keys and placed else None

    def harvest(self, text: str, *, cut: bool, only: frozenset[str] | None = None) -> int:
        """Keep the pieces that a longer reply holds and that the lesson lacks; the number of those kept.

        Args:
            cut: the text was cut off, so that its last piece is left out.
            only: the keys of the pieces that are to be kept; None for all.
        """
        found, figures = read_pieces(clean_reply(text, self.brief).text, self.brief, cut=cut)
        before = len(self.written)
        for piece in self.pieces:
            shaped = shape_piece(found.get(piece.key, ""), piece, self.brief)
            wanted = piece.key not in self.written and (only is None or piece.key in only)
            if wanted and shaped and not lacks(shaped, piece, self.brief):
                self.written[piece.key] = shaped
        self.figures.update(figures)
        kept = len(self.written) - before
        if "takeaways" in self.written:
            # A summary may open with its key takeaways.
            self.written.setdefault("summary", "")
        return kept

    def write(self) -> None:
        """Write every piece that is missing, then have those mended in which the checks find errors."""
        for piece in self.pieces:
            if piece.key not in self.written and self._fruitless < FRUITLESS and not self._best.accepted:
                self._write_piece(piece)
        if not self._best.accepted:
            self._offer()
            self._mend()

    def _write_piece(self, piece: Piece) -> None:
        words = self._share_of(piece)
        request = self._request(piece, words)
        text = self._ask(piece, request, words)
        while (missing := lacks(text, piece, self.brief)) and self._may_repair(piece):
            self._count_repair(piece)
            again = self._ask(piece, self._repair(piece, request, text, f"- {missing}", words), words)
            if again and (not text or not lacks(again, piece, self.brief)):
                text = again
        if piece.key in self.written or self._best.accepted:
            return
        if text and piece.kind in LENGTHENED:
            text = self._lengthen(piece, request, text, words)
        if count_words(text) > max(words * TOO_MUCH, words + 60):
            text = trim_words(text, round(words * TRIM_TO)) or text
        if text:
            self.written[piece.key] = text

    def _may_repair(self, piece: Piece) -> bool:
        """Whether a piece may be asked for again: the lesson is not done, and the piece has tries left."""
        done = piece.key in self.written or self._best.accepted
        return not done and self._repairs[piece.key] < self._max_repairs and self._fruitless < FRUITLESS

    def _count_repair(self, piece: Piece) -> None:
        self._repairs[piece.key] += 1
        self._best.repairs += 1

    def _lengthen(self, piece: Piece, request: tuple[Message, ...], text: str, words: int) -> str:
        """Have a piece continued until it has its words, as long as that yields anything."""
        while (lacking := words - count_words(text)) > words * (1 - ENOUGH) and lacking > FEWEST_WORDS:
            turns = self._requests.more(request, text, self._to_ask(lacking))
            more = self._ask(piece, turns, lacking)
            if count_words(more) < FEWEST_WORDS / 2 or more in text or piece.key in self.written:
                break
            text = f"{text}\n\n{more}"
        return text

    def _ask(self, piece: Piece, turns: tuple[Message, ...], words: int) -> str:
        """Ask for a piece once; its text in form, empty where the reply holds nothing of it."""
        allowed = tokens_for(self._to_ask(words) * 2, self.brief) + ROOM
        if self._after_whole:
            # What was writing the whole lesson may go on doing so; allowed less, it would be cut off again.
            allowed = max(allowed, lesson_tokens(self.brief, self._asking.model, turns))
        reply = self._asking.ask(turns, allowed)
        if self._is_lesson(reply):
            self._take_lesson(reply)
            return self.written.get(piece.key, "")
        raw = unwrap_piece(reply.text, self.brief)
        text = shape_piece(trim_cut(raw) if reply.stop == "length" else raw, piece, self.brief)
        self._fruitless = 0 if text else self._fruitless + 1
        if text and piece.kind in LENGTHENED and words >= 2 * FEWEST_WORDS:
            low, high = YIELD_BOUNDS
            measured = min(high, max(low, count_words(text) / self._to_ask(words)))
            self._yield += 0.7 * (measured - self._yield)
        return text

    def _is_lesson(self, reply: Reply) -> bool:
        """Whether a reply is a lesson where one piece was asked for, whatever stands around it."""
        return holds_lesson(unwrap_piece(reply.text, self.brief), self.brief)

    def _take_lesson(self, reply: Reply) -> None:
        """Use a lesson, or a stretch of one, that came where one piece was asked for."""
        if reply.stop != "length":
            self._best.offer(reply.text, reply.model)
        gained = self.harvest(reply.text, cut=reply.stop == "length")
        self._fruitless = 0 if gained else self._fruitless + 1

    def _to_ask(self, words: int) -> int:
        """The number of words to name to the model, so that it writes about `words`."""
        return max(FEWEST_WORDS, round(min(words, MOST_WORDS_A_REQUEST) / self._yield / 5) * 5)

    def _share_of(self, piece: Piece) -> int:
        """A piece's words, by what the lesson still lacks of its target."""
        to_come = [other for other in self.pieces if other.key not in self.written]
        lacking = self.brief.target_words - count_words(self._assembled())
        share = piece.words * lacking / sum(other.words for other in to_come)
        return round(max(FEWEST_WORDS, piece.words * 0.5, min(share, piece.words * 1.6)))

    def _assembled(self) -> str:
        return assemble(self.brief, self.written, self.figures)

    def _request(self, piece: Piece, words: int) -> tuple[Message, ...]:
        return self._requests.piece(piece, self._to_ask(words), self.plan, self.written)

    def _repair(
        self, piece: Piece, request: tuple[Message, ...], text: str, findings: str, words: int
    ) -> tuple[Message, ...]:
        return self._requests.repair(request, piece, text, findings, self._to_ask(words))

    def _offer(self) -> bool:
        return self._best.offer(self._assembled(), self._asking.models[-1] if self._asking.models else "")

    def _mend(self) -> None:
        """Have the pieces mended in which the checks find errors, and keep what is better."""
        while self._best.errors and self._fruitless < FRUITLESS:
            faulty = (piece for piece in self._faulty() if self._repairs[piece.key] < self._max_repairs)
            piece = next(faulty, None)
            if piece is None:
                return
            self._count_repair(piece)
            before = self.written.get(piece.key, "")
            words = max(FEWEST_WORDS, count_words(before) or piece.words)
            findings = name_findings(
                [finding for finding in self._best.findings if self._is_at(finding, piece)]
            )
            text = self._ask(
                piece, self._repair(piece, self._request(piece, words), before, findings, words), words
            )
            if self._best.accepted:
                return
            if text and not self._replace(piece, text) and before:
                self.written[piece.key] = before

    def _replace(self, piece: Piece, text: str) -> bool:
        self.written[piece.key] = text
        return self._offer()

    def _faulty(self) -> list[Piece]:
        """The pieces that the errors of the best version point at."""
        return [
            piece for piece in self.pieces if any(self._is_at(error, piece) for error in self._best.errors)
        ]

    def _is_at(self, finding: Finding, piece: Piece) -> bool:
        return piece_at(finding, self._best.text, self.brief) == piece
