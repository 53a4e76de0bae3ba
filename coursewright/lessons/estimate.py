"""What writing a lesson will take of a model, before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass

from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.length import lesson_tokens, tokens_for
from coursewright.lessons.pieces import list_pieces
from coursewright.lessons.plan_sections import plan_request
from coursewright.lessons.subject import describe_subject, system_message
from coursewright.lessons.write_whole import whole_messages
from coursewright.models.base import Message, Model
from coursewright.models.tokens import estimate_prompt_tokens

Range = tuple[float, float]

LENGTHS = (0.7, 1.3)
"""The shares of their target that lessons come out at."""

TOKENIZERS = (0.7, 1.0)
"""Tokens that providers count, as a share of those estimated here, which err on the high side."""

REPAIRED = 0.35
"""The share of lessons or sections that are asked for once more, at the high end."""

FINDINGS_TOKENS = 400
"""Of a request for repair, beyond the request before it and the text at fault."""

SECTION_TASK_TOKENS = 250
SO_FAR_TOKENS = 45
"""What the prompt of a piece holds for each piece written before it."""

PLAN_TOKENS_A_TOPIC = 150

DEMONSTRATION_PROMPT_TOKENS = (50, 80)
DEMONSTRATION_CALLS = (1.3, 3.0)
"""Requests for each piece of a demonstration; its objectives and takeaways take several."""
DEMONSTRATION_WASTE = (1.2, 2.5)
"""Tokens written for each that is kept."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one or more lessons take, each as (low, high).

    Attributes:
        calls: requests to the model, repairs included; a fraction is a share of lessons.
        most_tokens: input and output where every repair that is allowed is used, for cost limits.
    """

    calls: Range = (0, 0)
    input_tokens: tuple[int, int] = (0, 0)
    output_tokens: tuple[int, int] = (0, 0)
    most_tokens: tuple[int, int] = (0, 0)

    def __add__(self, other: Estimate) -> Estimate:
        def add(one: Range, two: Range) -> Range:
            return one[0] + two[0], one[1] + two[1]

        def add_tokens(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
            return one[0] + two[0], one[1] + two[1]

        return Estimate(
            add(self.calls, other.calls),
            add_tokens(self.input_tokens, other.input_tokens),
            add_tokens(self.output_tokens, other.output_tokens),
            add_tokens(self.most_tokens, other.most_tokens),
        )


def estimate_lesson(
    brief: LessonBrief, writing: str, model: Model | str, *, max_repairs: int = 2
) -> Estimate:
    """What a lesson takes when it comes out at 0.7 to 1.3 of its target; at the high end with repairs.

    Args:
        writing: ``whole`` or ``sections``; the embedded model always writes by sections.
        model: the model or, where none is to be opened, its name.
    """
    if model == "embedded" or (not isinstance(model, str) and model.demonstration):
        return _estimate_demonstration(brief)
    if writing == "sections":
        return _estimate_sections(brief, max_repairs)
    return _estimate_whole(brief, model, max_repairs)


def _estimate_whole(brief: LessonBrief, model: Model | str, max_repairs: int) -> Estimate:
    messages = whole_messages(brief)
    prompt = estimate_prompt_tokens(messages)
    low, high = (tokens_for(brief.target_words * share, brief) for share in LENGTHS)
    most = lesson_tokens(brief, None if isinstance(model, str) else model, messages)
    return _ranged(
        calls=(1, 1 + REPAIRED),
        prompt=(prompt, prompt + REPAIRED * (prompt + high + FINDINGS_TOKENS)),
        output=(low, high * (1 + REPAIRED)),
        most=(
            prompt + max_repairs * (prompt + most + FINDINGS_TOKENS),
            most * (1 + max_repairs),
        ),
    )


def _estimate_sections(brief: LessonBrief, max_repairs: int) -> Estimate:
    subject = describe_subject(brief)
    system = system_message(brief, "lesson_house_sections")
    plan = estimate_prompt_tokens((system, Message("user", plan_request(brief, subject))))
    planned = PLAN_TOKENS_A_TOPIC * len(brief.topics)
    base = estimate_prompt_tokens((system, Message("user", subject))) + SECTION_TASK_TOKENS + planned
    pieces = len(list_pieces(brief))
    once = plan + sum(base + SO_FAR_TOKENS * done for done in range(pieces))
    low, high = (tokens_for(brief.target_words * share, brief) + planned for share in LENGTHS)
    return _ranged(
        calls=(pieces, (pieces + 1) * (1 + REPAIRED)),
        prompt=(once * 0.9, once * (1 + REPAIRED) + high),
        output=(low, high * (1 + REPAIRED)),
        most=(round(once * (1 + max_repairs) + high), round(high * (1 + max_repairs))),
    )


def _estimate_demonstration(brief: LessonBrief) -> Estimate:
    pieces = len(list_pieces(brief))
    calls = (pieces * DEMONSTRATION_CALLS[0], pieces * DEMONSTRATION_CALLS[1])
    tokens = [tokens_for(brief.target_words, brief) * waste for waste in DEMONSTRATION_WASTE]
    prompt = (calls[0] * DEMONSTRATION_PROMPT_TOKENS[0], calls[1] * DEMONSTRATION_PROMPT_TOKENS[1])
    most = (round(prompt[1] * 2), round(tokens[1] * 2))
    return _ranged(calls, prompt, (tokens[0], tokens[1]), most)


def _ranged(calls: Range, prompt: Range, output: Range, most: tuple[int, int]) -> Estimate:
    least, whole = TOKENIZERS
    return Estimate(
        calls=calls,
        input_tokens=(round(prompt[0] * least), round(prompt[1] * whole)),
        output_tokens=(round(output[0] * least), round(output[1] * whole)),
        most_tokens=most,
    )
