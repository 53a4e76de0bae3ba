"""LangGraph: a fan-out with `Send`, held by the run's `max_concurrency`."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from work import run_map, write_batch


class Course(TypedDict):
    """What the graph knows."""

    folder: str
    seconds: list[float]
    written: Annotated[list[str], operator.add]


class Batch(TypedDict):
    """What one node is sent."""

    folder: str
    number: int
    seconds: float


def find_batches(course: Course) -> list[Send]:
    """One node run a batch."""
    return [
        Send("write", {"folder": course["folder"], "number": number, "seconds": seconds})
        for number, seconds in enumerate(course["seconds"])
    ]


def write(batch: Batch) -> dict[str, list[str]]:
    """Write one batch."""
    return {"written": [write_batch(batch["folder"], batch["number"], batch["seconds"])]}


def map_all(folder: str, seconds: Sequence[float], slots: int) -> None:
    """Invoke the graph."""
    graph = StateGraph(Course)
    graph.add_node("write", write)
    graph.add_conditional_edges(START, find_batches, ["write"])
    graph.add_edge("write", END)
    start = {"folder": folder, "seconds": list(seconds), "written": []}
    graph.compile().invoke(start, {"max_concurrency": slots, "recursion_limit": 1_000})


if __name__ == "__main__":
    run_map(map_all)
