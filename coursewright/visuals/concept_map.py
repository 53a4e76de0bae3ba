"""Figures made from a lesson's own words, without a model: where one failed, and for the demonstration."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from coursewright.languages import Language
from coursewright.markdown.fences import mark_fenced
from coursewright.visuals.describe import FigureDescription
from coursewright.visuals.fields import MAX_LABEL, letter
from coursewright.visuals.read import read_description
from coursewright.visuals.tags import Tag

_MOST_BRANCHES = 5
_MOST_LEAVES = 2
_MOST_CONCEPTS = 7
_LONGEST = 52

_FIXED = (
    "learning_objectives",
    "introduction",
    "concept_overview",
    "technical_details",
    "practical_application",
    "summary",
    "key_takeaways",
    "whats_next",
    "references",
)

_BOLD = re.compile(r"\*\*(?=\S)(.{2,80}?)(?<=\S)\*\*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s+(?:\[[ xX]\]\s+)?(.*\S)")
_HEADING = re.compile(r"(#{3,6})[ \t]+(.*?)[ \t#]*")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`~|]|<[^>]*>")


def map_concepts(tag: Tag, language: Language) -> FigureDescription:
    """A hierarchy of the section's own concepts: its headings, the terms that it sets in bold, its lists."""
    branches = _find_branches(tag.text, language)
    topic = _trim(tag.section or tag.description, MAX_LABEL) or tag.id
    nodes: list[dict[str, Any]] = [{"id": "0", "label": topic}]
    for title, terms in branches:
        if title:
            nodes.append({"id": str(len(nodes)), "label": title, "parent": "0"})
            parent = nodes[-1]["id"]
            nodes += [
                {"id": f"{parent}.{i}", "label": term, "parent": parent}
                for i, term in enumerate(terms[:_MOST_LEAVES])
            ]
        else:
            nodes += [{"id": f"t{i}", "label": term, "parent": "0"} for i, term in enumerate(terms)]
    if len(nodes) < 3:
        seen = {_fold(node["label"]) for node in nodes}
        parts = _fresh(map(_trim, re.split(r"[,;:]|\s[–—]\s", tag.description)), {"", *seen})
        nodes += [
            {"id": f"d{i}", "label": part, "parent": "0"} for i, part in enumerate(parts[:_MOST_CONCEPTS])
        ]
    if len(nodes) < 2:
        nodes.append({"id": "d", "label": _trim(tag.description) or topic, "parent": "0"})
    return read_description(
        {
            "kind": "hierarchy",
            "title": _fill(language, "map_title", topic),
            "purpose": _fill(language, "map_purpose", language.figure["quoted"].format(text=topic), most=240),
            "nodes": nodes,
        }
    )


def place_topic(tag: Tag, title: str, sections: Sequence[str], language: Language) -> FigureDescription:
    """Where a topic stands in its lesson: the lesson's topics, this one set apart with its own concepts."""
    fixed = {_fold(language.lesson[key]) for key in _FIXED}
    topics = [_trim(name, MAX_LABEL) for name in sections if _fold(name) not in fixed]
    own = _trim(tag.section, MAX_LABEL)
    others = [name for name in dict.fromkeys(topics) if name and name != own]
    if not own or not others:
        return map_concepts(tag, language)
    shown = [name for name in dict.fromkeys(topics) if name == own or name in others[: _MOST_CONCEPTS - 1]]
    nodes: list[dict[str, Any]] = [{"id": "0", "label": _trim(title, MAX_LABEL) or own}]
    for i, name in enumerate(shown):
        nodes.append({"id": f"t{i}", "label": name, "parent": "0", "emphasis": name == own})
    terms = [term for _, branch in _find_branches(tag.text, language) for term in branch]
    own_id = f"t{shown.index(own)}"
    free = [term for term in dict.fromkeys(terms) if term not in shown][:3]
    nodes += [{"id": f"c{i}", "label": term, "parent": own_id} for i, term in enumerate(free)]
    return read_description(
        {
            "kind": "hierarchy",
            "title": _fill(language, "place_title", own),
            "purpose": _fill(language, "place_purpose", language.figure["quoted"].format(text=own), most=240),
            "nodes": nodes,
        }
    )


def _find_branches(text: str, language: Language) -> list[tuple[str, list[str]]]:
    """Headings of the section's own with their terms; terms below none of them under an empty title."""
    fixed = {_fold(language.lesson[key]) for key in _FIXED}
    lines = text.split("\n")
    branches: list[tuple[str, list[str]]] = [("", [])]
    for line, in_code in zip(lines, mark_fenced(lines), strict=True):
        if in_code:
            continue
        if heading := _HEADING.fullmatch(line):
            title = "" if _fold(heading[2]) in fixed else _trim(heading[2])
            if title or branches[-1][0]:
                branches.append((title, []))
            continue
        branches[-1][1].extend(_find_terms(line))
    seen: set[str] = set()
    named = [(title, _fresh(terms, seen)) for title, terms in branches if title][:_MOST_BRANCHES]
    loose = _fresh((term for title, terms in branches if not title for term in terms), seen)
    room = _MOST_CONCEPTS - len(named) if named else _MOST_CONCEPTS
    return [*named, ("", loose[:room])]


def _find_terms(line: str) -> list[str]:
    terms = [_trim(match) for match in _BOLD.findall(line)]
    if not terms and (item := _ITEM.fullmatch(line)):
        lead = re.split(r":\s|\.\s|\s[–—-]\s", item[1], maxsplit=1)[0]
        terms = [_trim(lead)]
    return [term for term in terms if 2 <= len(term) <= _LONGEST + 1]


def _fresh(terms: Iterable[str], seen: set[str]) -> list[str]:
    fresh = []
    for term in terms:
        if _fold(term) not in seen:
            seen.add(_fold(term))
            fresh.append(term)
    return fresh


def _trim(text: str, most: int = _LONGEST) -> str:
    """`text` without markup, by default at most as long as a label is pleasant, cut between words."""
    bare = letter(_MARKUP.sub(lambda match: match[1] or "", text))
    # Once more: a mark whose letter was such a sign would stand on nothing.
    bare = letter(bare.strip(" .:;,"))
    if len(bare) <= most:
        return bare
    return bare[: most - 1].rsplit(" ", 1)[0].rstrip(" .:;,") + "…"


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def _fill(language: Language, key: str, topic: str, most: int = MAX_LABEL) -> str:
    room = most - len(language.figure[key].format(topic=""))
    return language.figure[key].format(topic=_trim(topic, room))
