"""A figure in words: what it is for, and everything that it shows, in the course's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coursewright.languages import Language
from coursewright.visuals.describe import (
    Architecture,
    Chart,
    Comparison,
    Cycle,
    FigureDescription,
    Flow,
    Hierarchy,
    Illustration,
    SequenceFigure,
    Timeline,
)
from coursewright.visuals.drawing.numbers import write_number

_SOUND_OF_I = re.compile(r"\W*h?[ií](?![aeo])", re.IGNORECASE)
"""Text that opens with the vowel i, not with a diphthong as in "hielo"."""


def alt_text(figure: FigureDescription | Illustration, language: Language) -> str:
    """What the figure is for, in one sentence."""
    return figure.purpose if figure.purpose.endswith((".", "!", "?", "…")) else f"{figure.purpose}."


def long_description(figure: FigureDescription | Illustration, language: Language) -> str:
    """Every node, arrow and number of the figure, one sentence a line; nothing for an illustration.

    What an image model made of its prompt is not known, so an illustration has its alt text only.
    """
    if isinstance(figure, Illustration):
        return ""
    return "\n".join(_Teller(language).tell(figure))


class _Teller:
    """Fills a language's sentences."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def tell(self, figure: FigureDescription) -> Iterator[str]:
        match figure:
            case Flow() | Architecture():
                return self._tell_graph(figure)
            case Hierarchy():
                return self._tell_hierarchy(figure)
            case Cycle():
                return self._tell_cycle(figure)
            case SequenceFigure():
                return self._tell_sequence(figure)
            case Comparison():
                return self._tell_comparison(figure)
            case Timeline():
                return self._tell_timeline(figure)
            case Chart():
                return self._tell_chart(figure)

    def _say(self, key: str, **values: object) -> str:
        sentence = self._language.figure[key].format(**values)
        # A label that ends with its own full stop or question mark needs no second one.
        for mark in ".?!…":
            if sentence.endswith(f"{mark}."):
                return sentence[:-1]
        return sentence

    def _quote(self, text: str) -> str:
        return self._say("quoted", text=text)

    def _list(self, texts: Sequence[str]) -> str:
        if len(texts) < 2:
            return "".join(texts)
        key = "list_and_before_i" if _SOUND_OF_I.match(texts[-1]) else "list_and"
        return self._say(key, head=", ".join(texts[:-1]), last=texts[-1])

    def _quoted_list(self, texts: Sequence[str]) -> str:
        return self._list([self._quote(text) for text in texts])

    def _tell_graph(self, figure: Flow | Architecture) -> Iterator[str]:
        label = {node.id: self._quote(node.label) for node in figure.nodes}
        yield self._say(figure.kind, count=len(figure.nodes))
        for group in figure.groups:
            members = [label[node.id] for node in figure.nodes if node.group == group.id]
            yield self._say("group", group=self._quote(group.label), members=self._list(members))
        for shape in ("start", "decision", "store", "actor", "end"):
            if names := [label[node.id] for node in figure.nodes if node.shape == shape]:
                yield self._say(f"shape_{shape}", names=self._list(names))
        for edge in figure.edges:
            key = "edge_labelled" if edge.label else "edge"
            yield self._say(key, source=label[edge.source], target=label[edge.target], label=edge.label)
        joined = {end for edge in figure.edges for end in (edge.source, edge.target)}
        if alone := [label[node.id] for node in figure.nodes if node.id not in joined]:
            yield self._say("alone", names=self._list(alone))

    def _tell_hierarchy(self, figure: Hierarchy) -> Iterator[str]:
        root = next(node for node in figure.nodes if node.parent is None)
        yield self._say("hierarchy", count=len(figure.nodes), root=self._quote(root.label))
        for node in figure.nodes:
            children = [child.label for child in figure.nodes if child.parent == node.id]
            if children:
                yield self._say(
                    "divides", parent=self._quote(node.label), children=self._quoted_list(children)
                )
        if names := [node.label for node in figure.nodes if node.emphasis]:
            yield self._say("emphasis", names=self._quoted_list(names))

    def _tell_cycle(self, figure: Cycle) -> Iterator[str]:
        yield self._say("cycle", count=len(figure.steps))
        for number, step in enumerate(figure.steps, start=1):
            key = "step_detail" if step.detail else "step"
            yield self._say(key, number=number, label=step.label, detail=step.detail)

    def _tell_sequence(self, figure: SequenceFigure) -> Iterator[str]:
        label = {participant.id: self._quote(participant.label) for participant in figure.participants}
        yield self._say("sequence", count=len(figure.messages), participants=self._list(list(label.values())))
        for number, message in enumerate(figure.messages, start=1):
            own = message.source == message.target
            yield self._say(
                "message_self" if own else "message_reply" if message.reply else "message",
                number=number,
                source=label[message.source],
                target=label[message.target],
                label=message.label,
            )

    def _tell_comparison(self, figure: Comparison) -> Iterator[str]:
        subjects = [subject.label for subject in figure.subjects]
        if not figure.criteria:
            yield self._say("comparison", subjects=self._quoted_list(subjects))
            for subject in figure.subjects:
                yield self._say(
                    "points", subject=self._quote(subject.label), points="; ".join(subject.points)
                )
            return
        yield self._say(
            "comparison_criteria",
            subjects=self._quoted_list(subjects),
            criteria=self._quoted_list(figure.criteria),
        )
        for row, criterion in enumerate(figure.criteria):
            points = [
                self._say("point_of", point=subject.points[row], subject=self._quote(subject.label))
                for subject in figure.subjects
            ]
            yield self._say("criterion", criterion=criterion, points="; ".join(points))

    def _tell_timeline(self, figure: Timeline) -> Iterator[str]:
        yield self._say("timeline", count=len(figure.events))
        for event in figure.events:
            key = "event_detail" if event.detail else "event"
            yield self._say(key, when=event.when, label=event.label, detail=event.detail)

    def _tell_chart(self, figure: Chart) -> Iterator[str]:
        yield self._say(f"chart_{figure.form}", categories=self._quoted_list(figure.categories))
        if figure.unit:
            yield self._say("chart_unit", unit=figure.unit)
        for series in figure.series:
            values = [
                self._say("value", value=write_number(value, self._language.code), category=category)
                for category, value in zip(figure.categories, series.values, strict=True)
            ]
            yield self._say("values", series=self._quote(series.label), values="; ".join(values))
