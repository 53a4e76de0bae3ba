from coursewright.models.base import Message
from coursewright.models.tokens import estimate_tokens, fewest_prompt_tokens, reserve_tokens

from .conftest import ask_for


def test_the_estimate_for_english_is_rather_too_high_than_too_low() -> None:
    english = "A branch is a line of work that you can leave and come back to. " * 20
    assert len(english) / 4 < estimate_tokens(english) < len(english) / 3
    assert estimate_tokens("") == 0
    assert estimate_tokens("課程大綱") == 4


def test_a_reserve_holds_the_input_and_the_allowed_output() -> None:
    request = ask_for(text="x" * 3500, max_output_tokens=9000)
    assert 1000 + 9000 < reserve_tokens(request, 16_384) < 1100 + 9000
    assert 1000 + 400 < reserve_tokens(request, 400) < 1100 + 400


def test_no_count_below_the_fewest_is_believed() -> None:
    assert fewest_prompt_tokens([Message("user", "x" * 8000)]) == 1000
