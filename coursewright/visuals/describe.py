"""A figure as data: what a model fills in, what is drawn, and what alt text and long description say.

Every kind is a small frozen model that refuses what cannot be drawn well. A refusal's messages name the
fault, its place and what would be right, because they are sent to the model as its repair request.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from coursewright.visuals.fields import (
    MAX_EDGES,
    MAX_NODES,
    Id,
    Label,
    Number,
    Purpose,
    Remark,
    drop_markup,
    tidy_text,
)

DESCRIPTION_VERSION = 1
"""Raised when a description of today would mean something else than one stored before."""

LONGEST_PROMPT = 4_000
"""Characters of an illustration's prompt; most image models read less, see `illustrate`."""

_CARRIES_WORDS = re.compile(
    r"\b(diagrams?|flow ?charts?|charts?|graphs?|infographics?|tables? of|label(l?ed|s)?|caption(s|ed)?|text|"
    r"words|letters|lettering|digits|numbers|slogans?|headlines?|inscriptions?|typography|signage|handwrit(ing|ten)|"
    r"equations?|formulas?|source code|"
    r"diagramas?|infograf[íi]as?|gr[áa]ficos?|esquemas?|etiquetas?|r[óo]tulos?|letreros?|texto|letras|"
    r"palabras|palavras)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(no|not|without|free of|never|sin|sem)\b[^.;,]*"
    r"(, *((or|and|nor|no|ni|o|y|e|ou) +)?[^\W_]+(?= *([.;,]|$)))*",
    re.IGNORECASE,
)
"""What a prompt says shall not be there may be named."""


class Part(BaseModel):
    """What all parts share: frozen, no unknown keys, ``from`` and ``to`` spelt so in JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Node(Part):
    """A box. `shape` says what it stands for."""

    id: Id
    label: Label
    shape: Literal["step", "decision", "start", "end", "store", "actor"] = "step"
    group: Id | None = None


class Group(Part):
    """A frame around nodes that belong together."""

    id: Id
    label: Label


class Edge(Part):
    """An arrow between two nodes."""

    source: Id = Field(alias="from")
    target: Id = Field(alias="to")
    label: Remark = ""


class TreeNode(Part):
    """A node of a hierarchy; the root has no parent."""

    id: Id
    label: Label
    parent: Id | None = None
    emphasis: bool = False


class Step(Part):
    """A step of a cycle, with a remark in smaller letters."""

    label: Label
    detail: Remark = ""


class Participant(Part):
    """Who sends and receives in a sequence."""

    id: Id
    label: Label


class SequenceMessage(Part):
    """A message; `reply` draws it dashed."""

    source: Id = Field(alias="from")
    target: Id = Field(alias="to")
    label: Label
    reply: bool = False


class Subject(Part):
    """What is compared: a column with its points, in the order of the criteria where there are any."""

    label: Label
    points: tuple[Label, ...] = Field(min_length=1, max_length=6)


class Event(Part):
    """A moment or a phase of a timeline."""

    when: Annotated[str, BeforeValidator(drop_markup), Field(min_length=1, max_length=30, strict=True)]
    label: Label
    detail: Remark = ""


class Series(Part):
    """A row of numbers, one for each category."""

    label: Label
    values: tuple[Number, ...] = Field(min_length=2, max_length=MAX_NODES)


def _repeated(what: str, names: Sequence[str]) -> list[str]:
    return [
        f"{count} × {what} {name!r}; each needs a name of its own"
        for name, count in Counter(names).items()
        if count > 1
    ]


def _unknown_ends(what: str, edges: Iterable[Edge | SequenceMessage], known: Sequence[str]) -> list[str]:
    return [
        f"{what} names unknown node {end!r}; known: {', '.join(known)}"
        for edge in edges
        for end in dict.fromkeys((edge.source, edge.target))
        if end not in known
    ]


class _Figure(Part):
    """What every figure has.

    Attributes:
        title: stands above the drawing.
        purpose: one sentence that says what the figure is for; its alt text.
    """

    version: Literal[1] = 1
    title: Label
    purpose: Purpose

    def faults(self) -> list[str]:
        """What is wrong between the parts, each as an instruction that mends it."""
        return []

    @model_validator(mode="after")
    def _refuse_faults(self) -> _Figure:
        if faults := self.faults():
            raise ValueError("\n".join(faults))
        return self


class _Graph(_Figure):
    nodes: tuple[Node, ...] = Field(min_length=2, max_length=MAX_NODES)
    edges: tuple[Edge, ...] = Field(min_length=1, max_length=MAX_EDGES)
    groups: tuple[Group, ...] = Field(default=(), max_length=6)

    def faults(self) -> list[str]:
        node_ids = [node.id for node in self.nodes]
        group_ids = [group.id for group in self.groups]
        found = [*_repeated("node", node_ids), *_repeated("group", group_ids)]
        found += _unknown_ends("edge", self.edges, node_ids)
        for edge in self.edges:
            if edge.source == edge.target:
                found.append(f"edge joins {edge.source!r} to itself; leave it out or name another node")
        pairs = Counter((edge.source, edge.target) for edge in self.edges)
        for (source, target), count in pairs.items():
            if count > 1:
                found.append(
                    f"{count} edges go from {source!r} to {target!r}; join them into one with one label"
                )
        for node in self.nodes:
            if node.group is not None and node.group not in group_ids:
                known = ", ".join(group_ids) or "none"
                found.append(f"node {node.id!r} names unknown group {node.group!r}; known: {known}")
        used = {node.group for node in self.nodes}
        for group in group_ids:
            if group not in used:
                found.append(f"group {group!r} has no node; give it nodes or leave it out")
        return found


class Flow(_Graph):
    """Steps and decisions in the order in which they happen; groups are phases."""

    kind: Literal["flow"]

    def faults(self) -> list[str]:
        joined = {end for edge in self.edges for end in (edge.source, edge.target)}
        loose = [node.id for node in self.nodes if node.id not in joined]
        return super().faults() + [
            f"node {name!r} has no edge; join it to the flow or leave it out" for name in loose
        ]


class Architecture(_Graph):
    """Components and what passes between them; groups are layers, zones or teams."""

    kind: Literal["architecture"]


class Hierarchy(_Figure):
    """One thing and its parts."""

    kind: Literal["hierarchy"]
    nodes: tuple[TreeNode, ...] = Field(min_length=2, max_length=MAX_NODES)

    def faults(self) -> list[str]:
        ids = [node.id for node in self.nodes]
        found = _repeated("node", ids)
        roots = [node.id for node in self.nodes if node.parent is None]
        if len(roots) != 1:
            names = ", ".join(roots) or "none"
            found.append(f"a hierarchy has exactly one node without a parent; here: {names}")
        for node in self.nodes:
            if node.parent is not None and node.parent not in ids:
                known = ", ".join(ids)
                found.append(f"node {node.id!r} names unknown parent {node.parent!r}; known: {known}")
        return found or self._loops()

    def _loops(self) -> list[str]:
        parents = {node.id: node.parent for node in self.nodes}
        for start in parents:
            seen = [start]
            above = parents[start]
            while above is not None:
                if above in seen:
                    return [f"the parents go round in a circle: {' → '.join([*seen, above])}; break it"]
                seen.append(above)
                above = parents[above]
        return []


class Cycle(_Figure):
    """Steps that come back to the first."""

    kind: Literal["cycle"]
    steps: tuple[Step, ...] = Field(min_length=3, max_length=MAX_NODES)


class SequenceFigure(_Figure):
    """Messages between participants, in time."""

    kind: Literal["sequence"]
    participants: tuple[Participant, ...] = Field(min_length=2, max_length=7)
    messages: tuple[SequenceMessage, ...] = Field(min_length=1, max_length=MAX_EDGES)

    def faults(self) -> list[str]:
        ids = [participant.id for participant in self.participants]
        spoken = {end for message in self.messages for end in (message.source, message.target)}
        return [
            *_repeated("participant", ids),
            *_unknown_ends("message", self.messages, ids),
            *(
                f"participant {name!r} neither sends nor receives; give it a message or leave it out"
                for name in ids
                if name not in spoken
            ),
        ]


class Comparison(_Figure):
    """Two to four subjects side by side, free or along criteria."""

    kind: Literal["comparison"]
    subjects: tuple[Subject, ...] = Field(min_length=2, max_length=4)
    criteria: tuple[Label, ...] = Field(default=(), max_length=6)

    def faults(self) -> list[str]:
        found = _repeated("subject", [subject.label for subject in self.subjects])
        if self.criteria:
            found += [
                f"subject {subject.label!r} has {len(subject.points)} points for {len(self.criteria)} "
                f"criteria; give one point for each criterion, in their order"
                for subject in self.subjects
                if len(subject.points) != len(self.criteria)
            ]
        return found


class Timeline(_Figure):
    """Events in the order of time."""

    kind: Literal["timeline"]
    events: tuple[Event, ...] = Field(min_length=2, max_length=MAX_NODES)


class Chart(_Figure):
    """Numbers that the lesson itself states, as bars or lines."""

    kind: Literal["chart"]
    form: Literal["bar", "line"]
    categories: tuple[Label, ...] = Field(min_length=2, max_length=MAX_NODES)
    series: tuple[Series, ...] = Field(min_length=1, max_length=3)
    unit: Annotated[str, BeforeValidator(drop_markup), Field(max_length=30, strict=True)] = ""

    def faults(self) -> list[str]:
        found = [
            *_repeated("category", list(self.categories)),
            *_repeated("series", [series.label for series in self.series]),
        ]
        found += [
            f"series {series.label!r} has {len(series.values)} values for {len(self.categories)} "
            f"categories; give one value for each category"
            for series in self.series
            if len(series.values) != len(self.categories)
        ]
        if not any(value for series in self.series for value in series.values):
            found.append("all values are 0; state numbers from the lesson or choose another kind")
        return found


FigureDescription: TypeAlias = Annotated[
    Flow | Architecture | Hierarchy | Cycle | SequenceFigure | Comparison | Timeline | Chart,
    Field(discriminator="kind"),
]
"""Any figure, told apart by its `kind`."""


class Illustration(_Figure):
    """A picture that an image model makes: a scene, a place or an object, without a single word in it."""

    kind: Literal["illustration"]
    prompt: Annotated[
        str, BeforeValidator(tidy_text), Field(min_length=40, max_length=LONGEST_PROMPT, strict=True)
    ]

    def faults(self) -> list[str]:
        if asked := _CARRIES_WORDS.search(_DENIED.sub("", self.prompt)):
            return [
                f"prompt: asks for {asked[0]!r}, but an illustration carries no words; describe a scene "
                f"without them, or choose a kind that the program draws"
            ]
        return []


KINDS = ("flow", "architecture", "hierarchy", "cycle", "sequence", "comparison", "timeline", "chart")
