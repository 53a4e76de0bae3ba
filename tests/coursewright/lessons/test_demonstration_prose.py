"""Of what a very small model writes, whole plain sentences are kept, and nothing twice."""

from __future__ import annotations

import pytest

from coursewright.languages import load_language
from coursewright.lessons.demonstration_prose import in_sentence, keep_sentences, make_paragraphs, mentions

ENGLISH = load_language("en")
GOOD = "A router sends each packet on to the network that is nearest to its goal."
OTHER = "The address in the header of a packet tells where it is to be delivered."


def keep(text: str, said: tuple[str, ...] = ()) -> tuple[str, ...]:
    return keep_sentences(text, said, ENGLISH)


def test_whole_sentences_are_kept_in_order() -> None:
    assert keep(f"{GOOD} {OTHER}") == (GOOD, OTHER)


def test_half_a_sentence_at_the_end_goes() -> None:
    assert keep(f"{GOOD} The next thing that a router") == (GOOD,)


def test_a_loop_is_kept_once() -> None:
    assert keep(f"{GOOD} " * 5) == (GOOD,)


def test_what_the_lesson_said_before_is_not_said_again() -> None:
    almost = GOOD.replace("is nearest to", "lies nearest to")
    assert keep(almost, (GOOD,)) == ()


@pytest.mark.parametrize(
    "bad",
    [
        "As a DevOps engineer, I have seen the power of a router in the network of a large company.",
        "In this lesson we will look at the way in which a router sends a packet to its goal.",
        "You can read about the router in the next lesson of the course that you are in.",
        "Why would anyone want to send a packet to the router of another network at all?",
        "In 1969 the router was made by a company that is known to all of us in the field.",
        "The router [see here](https://example.org/x) sends each packet to <b>its</b> goal with <i>care</i>.",
        "El enrutador envía cada paquete a la red que está más cerca de su destino final siempre.",
        "The router is a router is a router and the router is a router of the router.",
        "Router packet network address header protocol cable switch gateway modem firewall bridge.",
        "Short one here.",
        "Cable: the wire that leads from the router to the modem in the wall of the house.",
    ],
)
def test_what_no_page_can_carry_is_dropped(bad: str) -> None:
    assert keep(f"{bad} {GOOD}") == (GOOD,)


def test_lists_headings_code_and_bold_are_flattened() -> None:
    text = f"## Routers\n\n**Note:** {GOOD}\n\n```bash\nip route\n```\n\n1. {OTHER}\n- a scrap"
    assert keep(text) == (GOOD, OTHER)


def test_what_letters_stand_for_is_left_out() -> None:
    sentence = "Wi-Fi (Wireless Futurities) is a way for the devices in a home to reach the router."
    assert keep(sentence) == (sentence.replace(" (Wireless Futurities)", ""),)


def test_abbreviations_end_no_sentence() -> None:
    sentence = "A router has several ports, e.g. one for the cable that leads to the provider."
    assert keep(sentence) == (sentence,)


def test_no_more_words_are_kept_than_are_wanted() -> None:
    assert keep_sentences(f"{GOOD} {OTHER}", (), ENGLISH, most_words=5) == (GOOD,)


def test_a_sentence_that_leans_on_one_that_was_dropped_goes_as_well() -> None:
    leaning = "This makes it the part of the network that every message has to pass on its way."
    assert keep(f"{GOOD} {leaning}") == (GOOD, leaning)
    assert keep(f"I have seen this myself in the network of a company. {leaning} {OTHER}") == (OTHER,)


def test_paragraphs_have_about_four_sentences() -> None:
    assert [part.count(".") for part in make_paragraphs([GOOD] * 9).split("\n\n")] == [4, 5]
    assert make_paragraphs([]) == ""


def test_a_sentence_on_the_subject_is_told_from_one_that_is_not() -> None:
    assert mentions("Routing needs a table.", "What a router does")
    assert not mentions("Cats sleep all day.", "What a router does")


@pytest.mark.parametrize(
    ("title", "within"),
    [("What a router does", "what a router does"), ("TCP and UDP", "TCP and UDP"), ("5G cells", "5G cells")],
)
def test_a_title_within_a_sentence_opens_small_unless_it_opens_with_a_name(title: str, within: str) -> None:
    assert in_sentence(title) == within
