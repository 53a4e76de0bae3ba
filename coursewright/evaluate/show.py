"""Score cards as Markdown tables that line up in a terminal, one column a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from coursewright.evaluate.card import CheckScore, ScoreCard

_ROWS: tuple[tuple[str, Callable[[ScoreCard], str]], ...] = (
    ("lessons", lambda card: str(card.lessons)),
    ("way of writing", lambda card: card.writing),
    ("version of prompt / format", lambda card: f"{card.prompt_version} / {card.format_version}"),
    ("accepted", lambda card: _percent(card.accepted)),
    ("topics covered", lambda card: _percent(card.topic_coverage)),
    ("objectives at the right Bloom level", lambda card: _percent(card.bloom_accuracy)),
    ("length score (LongWriter, of 100)", lambda card: f"{card.length_score:.1f}"),
    ("words, share of the target", lambda card: _percent(card.words_of_target)),
    ("lessons with repetition", lambda card: _percent(card.repetition)),
    ("repairs a lesson", lambda card: f"{card.repairs:.2f}"),
    ("requests a lesson", lambda card: f"{card.requests:.1f}"),
    ("input tokens a lesson", lambda card: f"{card.input_tokens:,.0f}"),
    ("output tokens a lesson", lambda card: f"{card.output_tokens:,.0f}"),
    ("US dollars a lesson", lambda card: "unknown" if card.usd is None else f"{card.usd:.4f}"),
    ("seconds a lesson", lambda card: f"{card.seconds:.1f}"),
)


_SPOTLESS = CheckScore(passed_before=1.0, passed=1.0, clean=1.0)


def show_cards(cards: Sequence[ScoreCard]) -> str:
    """The cards side by side, as Markdown: the scores, then what the checks found before and after repair."""
    heads = [f"{card.model} ({card.lesson_set})" for card in cards]
    lines = _table("score", heads, {name: [show(card) for card in cards] for name, show in _ROWS})
    if len({card.lesson_set for card in cards}) > 1:
        lines += ["", "These cards are of different sets of lessons; they do not compare."]
    names = dict.fromkeys(name for card in cards for name in card.checks)
    telling = [name for name in names if any(card.checks.get(name) != _SPOTLESS for card in cards)]
    if telling:
        lines += [
            "",
            "Share of the lessons in which a check found no error, before repair → after it (in brackets: "
            "neither error nor warning after it).",
            "",
            *_table("check", heads, {name: [_check(card, name) for card in cards] for name in telling}),
        ]
    quiet = len(names) - len(telling)
    if quiet:
        which = f"The other {quiet} checks" if telling else f"All {quiet} checks"
        lines += ["", f"{which} found no error before repair and nothing after it."]
    return "\n".join(lines) + "\n"


def _check(card: ScoreCard, name: str) -> str:
    if (score := card.checks.get(name)) is None:
        return "no such check"
    return f"{_percent(score.passed_before)} → {_percent(score.passed)} ({_percent(score.clean)})"


def _table(name: str, heads: Sequence[str], rows: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [(name, *heads), *((row, *cells) for row, cells in rows.items())]
    first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
    told = [f"| {' | '.join((line[0].ljust(first), *map(str.rjust, line[1:], others)))} |" for line in lines]
    rule = f"| {' | '.join(('-' * first, *('-' * (width - 1) + ':' for width in others)))} |"
    return [told[0], rule, *told[1:]]


def _percent(share: float) -> str:
    return f"{share:.0%}"
