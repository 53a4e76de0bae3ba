"""What a model answered when it was asked for a plan: entries matched to the labs that were asked for.

A lab is known by its number in the request and by its title; ids that the model gives are its own and count
for nothing. What is cut off, invented, lacking or in another language is told, so that it can be mended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coursewright.bloom import BloomLevel
from coursewright.labs.brief import MOST_OBJECTIVES, plan_from_outline
from coursewright.labs.levels import LEVELS, complexity_of, read_complexity
from coursewright.labs.planned import PlannedLab, Software
from coursewright.languages import Language, language_codes, load_language
from coursewright.lessons.format import plain_title
from coursewright.outline.model import LabActivity, Lesson, Module

LabRow = tuple[Module, Lesson | None, LabActivity]

ALIKE = 85.0
"""The likeness of titles, of 100, from which an entry is about a lab whose number it does not give."""

SAME_NUMBER = 45.0
"""The least likeness where the number agrees: translated or shortened titles pass, another lab's do not."""

_MOST_ENTRIES = 12
_LONGEST = 600


@dataclass(frozen=True)
class ReadPlan:
    """A reply to a request for a plan.

    Attributes:
        labs: entries of the labs that were asked for, by id.
        faults: what is wrong with each of them, by id; such an entry can be used where none better comes.
        invented: titles of entries that are no lab of the request.
        own_ids: whether the model gave ids of its own.
        objectives: what the labs together are for.
    """

    labs: Mapping[str, PlannedLab]
    faults: Mapping[str, tuple[str, ...]]
    invented: tuple[str, ...]
    own_ids: bool
    objectives: tuple[str, ...]


def read_plan(reply: str, asked: Sequence[LabRow], language: Language, *, by: str) -> ReadPlan:
    """The plan in a model's reply, however much of one it is.

    Args:
        asked: the labs that were asked for, in the order of their numbers from 1.
        by: the model's full name.
    """
    entries, objectives = _read_objects(reply)
    matched, invented = _match(entries, asked)
    labs: dict[str, PlannedLab] = {}
    faults: dict[str, tuple[str, ...]] = {}
    for row, entry in matched:
        planned = _read_entry(row, entry, by)
        labs[planned.id] = planned
        if found := tuple(_find_faults(planned, language)):
            faults[planned.id] = found
    return ReadPlan(
        labs,
        faults,
        tuple(invented),
        any("id" in entry for entry in entries),
        tuple(objectives),
    )


def _read_objects(reply: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The labs' entries that came whole, wherever they stand in the reply, and the common objectives."""
    decoder = json.JSONDecoder()
    entries: list[dict[str, Any]] = []
    objectives: list[str] = []
    at = 0
    while (start := reply.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(reply, start)
        except (json.JSONDecodeError, RecursionError):
            at = start + 1
            continue
        inner = value.get("labs")
        if inner is None and not {"lab", "title"} & value.keys():
            # Some models wrap the plan once more, as in {"plan": {"labs": […]}}.
            value = next((one for one in value.values() if isinstance(one, dict) and "labs" in one), {})
            inner = value.get("labs")
        if inner is not None:
            objectives = objectives or _texts(value.get("objectives"))
            rows = list(inner.values()) if isinstance(inner, dict) else inner
            entries += [entry for entry in rows if isinstance(entry, dict)] if isinstance(rows, list) else []
        elif value:
            entries.append(value)
    return entries, objectives[:6]


def _match(
    entries: Sequence[dict[str, Any]], asked: Sequence[LabRow]
) -> tuple[list[tuple[LabRow, dict[str, Any]]], list[str]]:
    """Which entry is about which lab: by number and title, else by title; the rest is invented."""
    from rapidfuzz import fuzz

    free = dict(enumerate(asked, 1))
    matched: dict[int, dict[str, Any]] = {}
    left: list[dict[str, Any]] = []
    for entry in entries:
        number = _number(entry.get("lab"))
        if number not in free:
            left.append(entry)
            continue
        title = plain_title(str(entry.get("title") or ""))
        score = fuzz.ratio(title, plain_title(free[number][2].title))
        best = max(fuzz.ratio(title, plain_title(row[2].title)) for row in asked)
        if not title or (score >= SAME_NUMBER and score >= best - 1):
            matched[number] = entry
            del free[number]
        else:
            left.append(entry)
    invented = []
    for entry in left:
        title = plain_title(str(entry.get("title") or entry.get("name") or ""))
        scored = [(fuzz.ratio(title, plain_title(row[2].title)), -number) for number, row in free.items()]
        score, place = max(scored, default=(0.0, 0))
        if title and score >= ALIKE:
            matched[-place] = entry
            del free[-place]
        elif title:
            invented.append(str(entry.get("title") or entry.get("name"))[:120])
    return [(asked[number - 1], entry) for number, entry in sorted(matched.items())], invented


def _read_entry(row: LabRow, entry: Mapping[str, Any], by: str) -> PlannedLab:
    """An entry with what the program knows better: id, title, and what the outline gives."""
    module, lesson, lab = row
    outline = plan_from_outline(module, lesson, lab)
    levels = lab.bloom_levels or _bloom(str(entry.get("bloom_level") or "")) or outline.bloom_levels
    complexity = read_complexity(str(entry.get("complexity") or ""))
    minutes = _minutes(entry.get("minutes"))
    if lab.duration_minutes is not None:
        minutes = lab.duration_minutes
    complexity = complexity or complexity_of(minutes, levels)
    if lab.duration_minutes is None:
        low, high = LEVELS[complexity].minutes
        minutes = LEVELS[complexity].usual_minutes if minutes is None else max(low, min(high, minutes))
    return PlannedLab(
        id=lab.id,
        title=lab.title,
        objectives=tuple(_texts(entry.get("objectives"))[:MOST_OBJECTIVES]),
        scope=" ".join(str(entry.get("scope") or "").split())[:_LONGEST] or outline.scope,
        minutes=minutes,
        bloom_levels=levels,
        prerequisites=tuple(_texts(entry.get("prerequisites"))),
        technologies=tuple(_texts(entry.get("technologies"))),
        complexity=complexity,
        software=tuple(_software(entry.get("software"))),
        hardware=tuple(_texts(entry.get("hardware"))),
        by=by,
    )


def _find_faults(planned: PlannedLab, language: Language) -> Iterator[str]:
    from coursewright.labs.checks.prose import foreign_words, unprintable

    unversioned = [one.name for one in planned.software if not one.version or no_version(one.version)]
    if unversioned:
        yield f"the software {', '.join(unversioned)} has no exact version"
    if not 3 <= len(planned.objectives) <= MOST_OBJECTIVES:
        yield f"it has {len(planned.objectives)} objectives and needs 3 to {MOST_OBJECTIVES}"
    for sentence in (*planned.objectives, *planned.prerequisites):
        yield from (message.rstrip(".") for message in unprintable(sentence, language))
    prose = [planned.scope, *planned.objectives, *planned.prerequisites, *planned.hardware]
    if foreign_words(prose, language):
        yield f"it is not in {language.english_name}"


def leave_unprintable_out(planned: PlannedLab, language: Language) -> PlannedLab:
    """An entry without what no guide may hold, objectives, prerequisites and versions that are none: the
    writer then finds others.
    """
    from coursewright.labs.checks.prose import unprintable

    def keep(sentences: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sentence for sentence in sentences if not unprintable(sentence, language))

    return replace(
        planned,
        objectives=keep(planned.objectives),
        prerequisites=keep(planned.prerequisites),
        software=tuple(Software(one.name) if no_version(one.version) else one for one in planned.software),
    )


def no_version(text: str) -> bool:
    """Whether a word such as "latest" stands where a version should, in any language."""

    word = text.strip(" .*_`()")
    return any(
        re.fullmatch(rf"(?:{load_language(code).lab['no_version']})", word, re.IGNORECASE)
        for code in language_codes()
    )


def _software(value: object) -> Iterator[Software]:
    rows = value if isinstance(value, list) else list(value.items()) if isinstance(value, dict) else []
    for row in rows:
        if isinstance(row, dict):
            name, version = str(row.get("name") or "").strip(), str(row.get("version") or "").strip()
        elif isinstance(row, tuple):
            name, version = (str(part).strip() for part in row)
        else:
            read = Software.read(str(row))
            name, version = read.name, read.version
        if name:
            yield Software(" ".join(name.split()), " ".join(version.split()))


def _texts(value: object) -> list[str]:
    rows = value if isinstance(value, list) else value.splitlines() if isinstance(value, str) else []
    texts = (" ".join(str(row).split()).lstrip("-*• ")[:_LONGEST] for row in rows if isinstance(row, str))
    return [text for text in texts if text][:_MOST_ENTRIES]


def _number(value: object) -> int:
    digits = "".join(one for one in str(value) if one.isdigit()) if isinstance(value, int | str) else ""
    return int(digits) if digits and len(digits) <= 3 else 0


def _minutes(value: object) -> float | None:
    try:
        minutes = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return minutes if 0 < minutes < 10_000 else None


def _bloom(text: str) -> tuple[BloomLevel, ...]:
    names = {
        name.casefold(): level
        for code in language_codes()
        for level, own in load_language(code).bloom_names.items()
        for name in own
    }
    return tuple(level for part in text.split("/") if (level := names.get(part.strip().casefold())))
