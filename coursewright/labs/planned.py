"""The plan of a course's labs as values, and as the JSON that stands in ``labs/plan.json``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from coursewright.bloom import BloomLevel
from coursewright.findings import Finding
from coursewright.labs.levels import Complexity, read_complexity
from coursewright.models.base import Usage

BY_OUTLINE = "outline"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Software:
    """A program that a lab needs; `version` is empty where nobody told one."""

    name: str
    version: str = ""

    @property
    def shown(self) -> str:
        """Name and version in one, such as ``Docker Engine 27.3``."""
        return f"{self.name} {self.version}".strip()

    @classmethod
    def read(cls, text: str) -> Software:
        """What `shown` gave: the last words, from the first with a digit on, are the version."""
        words = text.split()
        for at, word in enumerate(words):
            if at and re.match(r"v?\d", word):
                return cls(" ".join(words[:at]), " ".join(words[at:]))
        return cls(" ".join(words))


@dataclass(frozen=True, slots=True)
class PlannedLab:
    """One lab of the plan. Its id and title are the program's and the outline's, never a model's.

    Attributes:
        minutes: the outline's, else the model's within its complexity's range; None where neither tells.
        bloom_levels: the outline's, else the model's.
        hardware: what it needs of machines, each with its size or version.
        key: what the entry was planned for; it is planned anew where that changes.
        by: who planned it: a model's full name, or ``outline``.
    """

    id: str
    title: str
    objectives: tuple[str, ...] = ()
    scope: str = ""
    minutes: float | None = None
    bloom_levels: tuple[BloomLevel, ...] = ()
    prerequisites: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    complexity: Complexity = "intermediate"
    software: tuple[Software, ...] = ()
    hardware: tuple[str, ...] = ()
    key: str = ""
    by: str = BY_OUTLINE

    def as_json(self) -> dict[str, Any]:
        """The entry as plain JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "objectives": list(self.objectives),
            "scope": self.scope,
            "minutes": self.minutes,
            "bloom_level": " / ".join(level.name.title() for level in self.bloom_levels),
            "prerequisites": list(self.prerequisites),
            "technologies": list(self.technologies),
            "complexity": self.complexity,
            "software": [software.shown for software in self.software],
            "hardware": list(self.hardware),
            "key": self.key,
            "by": self.by,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedLab:
        """The entry that `as_json` gave.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it is none.
        """
        minutes = data.get("minutes")
        return cls(
            id=str(data["id"]),
            title=str(data["title"]),
            objectives=tuple(map(str, data.get("objectives", ()))),
            scope=str(data.get("scope", "")),
            minutes=None if minutes is None else float(minutes),
            bloom_levels=tuple(
                BloomLevel[name.strip().upper()]
                for name in str(data.get("bloom_level", "")).split("/")
                if name.strip()
            ),
            prerequisites=tuple(map(str, data.get("prerequisites", ()))),
            technologies=tuple(map(str, data.get("technologies", ()))),
            complexity=read_complexity(str(data.get("complexity", ""))) or "intermediate",
            software=tuple(Software.read(str(text)) for text in data.get("software", ())),
            hardware=tuple(map(str, data.get("hardware", ()))),
            key=str(data.get("key", "")),
            by=str(data.get("by", BY_OUTLINE)),
        )


@dataclass(frozen=True)
class LabPlan:
    """The plan of all labs of a course that were planned up to now.

    Attributes:
        labs: by id, in the outline's order.
        objectives: what the labs together are for.
        findings: what is to be told of how the plan came about; of this run only.
        usage, cost, seconds, requests: what this run spent on it; `cost` in US dollars, None if not known.
        models: who was asked in this run.
    """

    labs: Mapping[str, PlannedLab] = field(default_factory=dict)
    objectives: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    seconds: float = 0.0
    requests: int = 0
    models: tuple[str, ...] = ()

    @property
    def software(self) -> tuple[tuple[Software, tuple[str, ...]], ...]:
        """Every software and version with the ids of the labs that need it, by name."""
        return tuple(
            (software, labs)
            for software, labs in sorted(
                _needed({lab.id: lab.software for lab in self.labs.values()}).items(),
                key=lambda row: row[0].shown.casefold(),
            )
        )

    @property
    def hardware(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """All hardware with the ids of the labs that need it, by name."""
        needed = _needed({lab.id: lab.hardware for lab in self.labs.values()})
        return tuple(sorted(needed.items(), key=lambda row: row[0].casefold()))

    def with_labs(self, labs: Iterable[PlannedLab], order: Iterable[str]) -> LabPlan:
        """The plan with these entries put in; only labs that `order` names stay, in its order.

        Args:
            order: the ids of all labs of the outline.
        """
        known = {**self.labs, **{lab.id: lab for lab in labs}}
        return replace(self, labs={lab_id: known[lab_id] for lab_id in order if lab_id in known})

    def as_json(self) -> dict[str, Any]:
        """The plan as it stands in ``labs/plan.json``."""
        return {
            "objectives": list(self.objectives),
            "software": [
                {"name": software.name, "version": software.version, "labs": list(labs)}
                for software, labs in self.software
            ],
            "hardware": [{"name": name, "labs": list(labs)} for name, labs in self.hardware],
            "labs": [lab.as_json() for lab in self.labs.values()],
        }

    @classmethod
    def from_json(cls, data: object) -> LabPlan:
        """The plan that `as_json` gave; of a damaged one what can be read."""
        if not isinstance(data, Mapping):
            return cls()
        labs: dict[str, PlannedLab] = {}
        entries = data.get("labs")
        for entry in entries if isinstance(entries, list) else []:
            try:
                lab = PlannedLab.from_json(entry)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            labs[lab.id] = lab
        objectives = data.get("objectives")
        return cls(labs, tuple(map(str, objectives)) if isinstance(objectives, list) else ())


def _needed(things: Mapping[str, Iterable[T]]) -> dict[T, tuple[str, ...]]:
    needed: dict[T, tuple[str, ...]] = {}
    for lab_id, own in things.items():
        for thing in dict.fromkeys(own):
            needed[thing] = (*needed.get(thing, ()), lab_id)
    return needed
