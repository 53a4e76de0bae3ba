"""``python -m coursewright.evaluate``: score a model, or put saved score cards side by side."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from coursewright.errors import CourseError, InputError
from coursewright.evaluate.card import ScoreCard
from coursewright.evaluate.lessons import set_languages
from coursewright.evaluate.run import evaluate_model
from coursewright.evaluate.show import show_cards
from coursewright.findings import errors
from coursewright.lessons.brief import LessonBrief
from coursewright.lessons.produce import LessonDraft
from coursewright.models.opening import open_models


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code is 0, or 2 for wrong input and 1 for anything else that failed."""
    options = _parser().parse_args(arguments)
    try:
        cards = [_read_card(path) for path in options.compare]
        if options.model:
            cards.append(_evaluate(options))
    except CourseError as error:
        print(f"{error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    if not cards:
        print("Name a model to evaluate (--model), cards to compare (--compare), or both.", file=sys.stderr)
        return 2
    print(show_cards(cards), end="")
    if options.model and options.out:
        print(f"Saved as {options.out}; --compare {options.out} shows it beside another.", file=sys.stderr)
    return 0


def _evaluate(options: argparse.Namespace) -> ScoreCard:
    model = open_models(options.model)
    if options.out:
        _make_writable(options.out)
    try:
        card = evaluate_model(
            model, language=options.language, writing=options.writing, seed=options.seed, tell=_tell
        )
    finally:
        model.close()
    if options.out:
        options.out.write_text(
            json.dumps(card.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return card


def _make_writable(path: Path) -> None:
    """See that a card can be saved, before anything is paid for it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _tell(brief: LessonBrief, draft: LessonDraft) -> None:
    state = "accepted" if draft.accepted else f"not accepted: {errors(draft.findings)[0].message}"
    # In one piece, since two lessons are written at once.
    sys.stderr.write(f"{brief.title}: {draft.words} of {brief.target_words} words, {state}\n")


def _read_card(path: Path) -> ScoreCard:
    try:
        return ScoreCard.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read as a score card: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m coursewright.evaluate",
        description="Have a model write a fixed small set of lessons and score them by the checks.",
    )
    parser.add_argument("--model", help="the model to evaluate, for example embedded or openai:gpt-4o")
    parser.add_argument("--language", default="en", choices=set_languages(), help="the set of lessons")
    parser.add_argument("--writing", choices=("whole", "sections"), help="default: the model's own")
    parser.add_argument("--seed", type=int, help="for models that take one")
    parser.add_argument("--out", type=Path, metavar="FILE", help="save the score card here, as JSON")
    parser.add_argument(
        "--compare", type=Path, nargs="+", default=[], metavar="FILE", help="saved cards to show beside it"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
