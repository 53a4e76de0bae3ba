"""What changed between two versions of a lesson, as a person is to read it."""

from __future__ import annotations

from coursewright.project.changes import compare_texts

BEFORE = """# Lesson 1.1: Probes

## Liveness

A probe asks whether a service lives. It is asked often. It must be cheap.

```sh
curl localhost/health
```

## Readiness

A service that starts is not ready.
"""


def test_a_changed_sentence_is_shown_alone_under_its_heading() -> None:
    change = compare_texts(BEFORE, BEFORE.replace("It is asked often.", "It is asked every ten seconds."))
    assert change.difference.splitlines() == [
        "@@ Liveness @@",
        "  A probe asks whether a service lives.",
        "- It is asked often.",
        "+ It is asked every ten seconds.",
        "  It must be cheap.",
    ]
    assert change.kept > 0.8


def test_sections_that_came_and_went_are_named() -> None:
    change = compare_texts(BEFORE, BEFORE.replace("## Readiness", "## Start-up"))
    assert change.sections_added == ("Start-up",)
    assert change.sections_removed == ("Readiness",)


def test_code_is_compared_line_by_line_and_its_comments_are_no_headings() -> None:
    text = BEFORE.replace("curl localhost/health", "# One. Two. Three.\ncurl localhost/ready")
    change = compare_texts(BEFORE, text)
    assert "+ # One. Two. Three." in change.difference
    assert "- curl localhost/health" in change.difference
    assert change.sections_added == ()


def test_a_new_text_has_no_difference() -> None:
    change = compare_texts("", BEFORE)
    assert (change.words_before, change.difference, change.kept) == (0, "", 0.0)
    assert change.words_after == len(BEFORE.split())


def test_the_same_text_differs_in_nothing() -> None:
    change = compare_texts(BEFORE, BEFORE)
    assert (change.kept, change.difference) == (1.0, "")


def test_a_very_long_difference_is_cut_and_says_so() -> None:
    before = "\n\n".join(f"Sentence {number}." for number in range(900))
    after = "\n\n".join(f"Another {number}." for number in range(900))
    lines = compare_texts(before, after).difference.splitlines()
    assert len(lines) == 601
    assert lines[-1] == "… and 1201 more lines"
