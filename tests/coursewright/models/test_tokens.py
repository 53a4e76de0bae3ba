from coursewright.models.base import Message
from coursewright.models.tokens import estimate_tokens, fewest_prompt_tokens, usage_at_most

from .conftest import ask_for


def test_the_estimate_for_english_is_rather_too_high_than_too_low() -> None:
    english = "A branch is a line of work that you can leave and come back to. " * 20
    assert len(english) / 4 < estimate_tokens(english) < len(english) / 3
    assert estimate_tokens("") == 0
    assert estimate_tokens("課程大綱") == 4


def test_the_most_that_a_request_uses_is_its_input_and_the_allowed_output() -> None:
    request = ask_for(text="x" * 3500, max_output_tokens=9000)
    most = usage_at_most(request, 16_384)
    assert 1000 < most.input < 1100
    assert most.output == 9000
    assert usage_at_most(request, 400).output == 400


def test_a_schema_counts_as_input() -> None:
    schema = {"type": "object", "description": "x" * 3500}
    plain, formed = ask_for(), ask_for(json_schema=schema)
    assert 1000 < usage_at_most(formed, 400).input - usage_at_most(plain, 400).input < 1100


def test_no_count_below_the_fewest_is_believed() -> None:
    assert fewest_prompt_tokens([Message("user", "x" * 8000)]) == 1000
