"""What a figure description may hold, and how a bad one is refused."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.random_figures import random_figure

from coursewright.visuals.describe import KINDS
from coursewright.visuals.fields import MAX_EDGES, MAX_LABEL, MAX_NODES
from coursewright.visuals.read import (
    DescriptionError,
    description_digest,
    description_schema,
    read_description,
    read_plan,
    write_description,
)

CORPUS = Path(__file__).parents[2] / "corpus" / "figures"
BAD: dict[str, Any] = json.loads((CORPUS / "bad.json").read_text("utf-8"))
GOOD: dict[str, Any] = {
    name: description
    for language in ("en", "es")
    for name, description in json.loads((CORPUS / f"{language}.json").read_text("utf-8")).items()
}

FLOW = {
    "kind": "flow",
    "title": "From a to b",
    "purpose": "Shows that b follows a.",
    "nodes": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}],
    "edges": [{"from": "a", "to": "b"}],
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_description_is_refused_by_the_name_of_its_fault(name: str) -> None:
    with pytest.raises(DescriptionError) as refused:
        read_description(BAD[name]["description"])
    assert any(BAD[name]["fault"] in fault for fault in refused.value.faults), refused.value.faults


def test_the_corpus_of_bad_descriptions_has_at_least_forty() -> None:
    assert len(BAD) >= 40


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of JSON values: what holds it, and its name or number in there."""
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, name
        yield from places_in(value[name])


@pytest.mark.parametrize("seed", range(3))
def test_a_description_that_is_spoiled_at_random_is_read_or_refused_with_a_reason(seed: int) -> None:
    rng = random.Random(seed)
    wrong = [None, True, -1, 1e400, "", " ", "a" * 200, [], {}, [None], {"a": 1}, "n1", "🔒", 10**400, 3.5]
    refused = 0
    for _ in range(150):
        description = random_figure(rng)
        holder, name = rng.choice(list(places_in(description)))
        holder[name] = copy.deepcopy(rng.choice(wrong))
        try:
            read_description(description)
        except DescriptionError as error:
            refused += 1
            assert error.faults
            assert all(fault.strip() for fault in error.faults)
    assert refused > 100


@pytest.mark.parametrize("name", GOOD)
def test_a_good_description_survives_being_written_and_read(name: str) -> None:
    figure = read_description(GOOD[name])
    assert read_description(json.loads(json.dumps(write_description(figure)))) == figure


def test_the_corpus_of_good_descriptions_has_every_kind_in_both_languages() -> None:
    for language in ("en", "es"):
        descriptions = json.loads((CORPUS / f"{language}.json").read_text("utf-8")).values()
        assert {description["kind"] for description in descriptions} == set(KINDS)


def test_every_fault_of_a_description_is_told_at_once() -> None:
    broken = {**FLOW, "edges": [{"from": "a", "to": "x"}, {"from": "y", "to": "b"}]}
    with pytest.raises(DescriptionError) as refused:
        read_description(broken)
    assert refused.value.faults == (
        "edge names unknown node 'x'; known: a, b",
        "edge names unknown node 'y'; known: a, b",
    )


def test_one_bad_entry_is_not_told_as_a_list_that_is_too_short() -> None:
    with pytest.raises(DescriptionError) as refused:
        read_description({**FLOW, "nodes": [{"id": "a", "label": "A"}, {"id": "b"}]})
    assert refused.value.faults == ("nodes[1].label: is missing",)


def test_markup_and_invisible_characters_leave_a_label() -> None:
    nodes = [{"id": "a", "label": "**Bold**\n `code`"}, {"id": "b", "label": "zero\u200bwidth\u202e"}]
    figure = read_description({**FLOW, "nodes": nodes})
    assert [node.label for node in figure.nodes] == ["Bold code", "zerowidth"]


def test_ids_given_as_numbers_are_read_as_text() -> None:
    nodes = [{"id": 1, "label": "A"}, {"id": 2, "label": "B"}]
    figure = read_description({**FLOW, "nodes": nodes, "edges": [{"from": 1, "to": 2}]})
    assert figure.edges[0].source == "1"


def test_the_digest_stays_when_a_default_is_written_out_and_changes_with_a_label() -> None:
    spelt_out = {**FLOW, "groups": [], "version": 1}
    other = {**FLOW, "nodes": [{"id": "a", "label": "A"}, {"id": "b", "label": "C"}]}
    digest = description_digest(read_description(FLOW))
    assert description_digest(read_description(spelt_out)) == digest
    assert description_digest(read_description(other)) != digest


def test_the_digest_of_a_description_is_pinned_because_drawings_are_keyed_by_it() -> None:
    # If this fails on purpose, raise DESCRIPTION_VERSION: every figure is then drawn anew.
    assert description_digest(read_description(FLOW)).startswith("43c7c8997d6d19cd")


def test_the_schema_states_the_limits() -> None:
    definitions = description_schema()["$defs"]
    assert definitions["Flow"]["properties"]["nodes"]["maxItems"] == MAX_NODES == 14
    assert definitions["Flow"]["properties"]["edges"]["maxItems"] == MAX_EDGES == 24
    assert definitions["Node"]["properties"]["label"]["maxLength"] == MAX_LABEL == 90


@pytest.mark.parametrize(
    ("prompt", "good"),
    [
        ("A cold aisle of a data centre, blue light, seen from the floor, photograph", True),
        ("An engineer at a desk at night, no text, no labels, soft light, photograph", True),
        ("A quiet library without letters, signs, or logos, seen from above, watercolour", True),
        ("A number of bees around a hive, macro photograph, soft light", True),
        ("Seen from the floor, no people, a screen with a headline above the racks", False),
        ("A labelled diagram of a data centre with arrows between the racks", False),
        ("A control room with no people, a large chart of the network on the wall", False),
        ("Una sala de servidores de noche, con un letrero sobre la puerta, fotografía", False),
        ("A teacher at a whiteboard full of handwritten equations, photograph", False),
        ("A poster in a server room showing the words Zero Trust, photograph", False),
    ],
)
def test_an_illustration_that_would_carry_words_is_refused(prompt: str, good: bool) -> None:
    data = {"kind": "illustration", "title": "T", "purpose": "Shows the place.", "prompt": prompt}
    if good:
        assert read_plan(data).kind == "illustration"
    else:
        with pytest.raises(DescriptionError, match="an illustration carries no words"):
            read_plan(data)


def test_an_illustration_is_no_kind_that_is_drawn() -> None:
    with pytest.raises(DescriptionError, match="unknown kind 'illustration'"):
        read_description({"kind": "illustration"})
