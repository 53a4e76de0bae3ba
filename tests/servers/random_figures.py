"""Figure descriptions at random, within every limit and up to each of them."""

from __future__ import annotations

import random
from typing import Any

_WORDS = (
    "análisis",
    "de",
    "la",
    "información",
    "señal",
    "vigilancia",
    "über",
    "Größe",
    "naïve",
    "façade",
    "data",
    "flow",
    "model",
    "tokens",
    "gateway",
    "¿cuándo?",
    "¡atención!",
    "(véase)",
    "95",
    "%",
    "API",
    "TLS",
    "autenticación",
    "multifactor",
    "desoxirribonucleico",
    "Donaudampfschifffahrtsgesellschaft",
    "electroencefalografista",
    "a",
    "y",
    "o",
    "e",
    "i",
    "www.example.org/a/very/long/path",
)


def random_label(rng: random.Random, most: int = 90) -> str:
    """A label of any length up to `most`, sometimes one word without a break."""
    kind = rng.random()
    if kind < 0.05:
        return "W" * rng.randint(1, most)
    length = rng.choice((8, 15, 25, 40, most))
    text = rng.choice(_WORDS)
    while len(text) < length:
        text += " " + rng.choice(_WORDS)
    return text[:length].strip() or "x"


def random_figure(rng: random.Random) -> dict[str, Any]:
    """A description that is good; each kind as likely as the next, graphs more so."""
    kind = rng.choice(("flow", "flow", "architecture", "architecture", *_MAKERS))
    head = {
        "kind": kind,
        "title": random_label(rng),
        "purpose": "Shows what follows: " + random_label(rng, 200),
    }
    return {**head, **_MAKERS.get(kind, _graph)(rng, kind)}


def _graph(rng: random.Random, kind: str) -> dict[str, Any]:
    names = [f"n{i}" for i in range(rng.randint(2, 14))]
    groups = [f"g{i}" for i in range(min(len(names), rng.choice((0, 0, 1, 2, 3, 6))))]
    nodes: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        node: dict[str, Any] = {"id": name, "label": random_label(rng)}
        node["shape"] = rng.choice(("step", "step", "decision", "start", "end", "store", "actor"))
        if groups and (i < len(groups) or rng.random() < 0.7):
            node["group"] = groups[i] if i < len(groups) else rng.choice(groups)
        nodes.append(node)
    pairs = [(a, b) for a in names for b in names if a != b]
    joined = []
    for i in range(1, len(names)):
        joined.append((names[rng.randrange(i)], names[i]))
    rest = [pair for pair in pairs if pair not in joined]
    rng.shuffle(rest)
    more = rng.choice((0, 2, 5, 24))
    chosen = [*joined, *rest[: max(0, min(more, 24 - len(joined)))]]
    edges = []
    share = rng.choice((0.0, 0.3, 1.0))
    for source, target in chosen:
        edge = {"from": source, "to": target}
        if rng.random() < share:
            edge["label"] = random_label(rng)
        edges.append(edge)
    return {
        "nodes": nodes,
        "edges": edges,
        "groups": [{"id": name, "label": random_label(rng)} for name in groups],
    }


def _hierarchy(rng: random.Random, kind: str) -> dict[str, Any]:
    count = rng.randint(2, 14)
    deep = rng.random() < 0.3
    nodes: list[dict[str, Any]] = [{"id": "0", "label": random_label(rng)}]
    for i in range(1, count):
        parent = str(i - 1) if deep and rng.random() < 0.8 else str(rng.randrange(i))
        nodes.append(
            {"id": str(i), "label": random_label(rng), "parent": parent, "emphasis": rng.random() < 0.2}
        )
    return {"nodes": nodes}


def _cycle(rng: random.Random, kind: str) -> dict[str, Any]:
    remark = rng.random() < 0.5
    return {
        "steps": [
            {"label": random_label(rng), "detail": random_label(rng) if remark else ""}
            for _ in range(rng.randint(3, 14))
        ]
    }


def _sequence(rng: random.Random, kind: str) -> dict[str, Any]:
    names = [f"p{i}" for i in range(rng.randint(2, 7))]
    messages = [
        {"from": name, "to": rng.choice(names), "label": random_label(rng), "reply": rng.random() < 0.3}
        for name in names
    ]
    messages += [
        {"from": rng.choice(names), "to": rng.choice(names), "label": random_label(rng)}
        for _ in range(rng.randint(0, 24 - len(names)))
    ]
    return {"participants": [{"id": n, "label": random_label(rng)} for n in names], "messages": messages}


def _comparison(rng: random.Random, kind: str) -> dict[str, Any]:
    rows = rng.randint(1, 6)
    criteria = [random_label(rng) for _ in range(rows)] if rng.random() < 0.5 else []
    subjects = [
        {
            "label": f"{i} {random_label(rng, 80)}",
            "points": [random_label(rng) for _ in range(rows if criteria else rng.randint(1, 6))],
        }
        for i in range(rng.randint(2, 4))
    ]
    return {"criteria": criteria, "subjects": subjects}


def _timeline(rng: random.Random, kind: str) -> dict[str, Any]:
    return {
        "events": [
            {
                "when": random_label(rng, 30)[:30],
                "label": random_label(rng),
                "detail": random_label(rng) if rng.random() < 0.5 else "",
            }
            for _ in range(rng.randint(2, 14))
        ]
    }


def _chart(rng: random.Random, kind: str) -> dict[str, Any]:
    count = rng.randint(2, 14)
    scale = rng.choice((1, 100, 1e6, 1e-3, 1e11))
    low = rng.choice((0.0, -1.0))
    return {
        "form": rng.choice(("bar", "line")),
        "unit": rng.choice(("", "%", "millones de euros al año")),
        "categories": [f"{i} {random_label(rng, 80)}" for i in range(count)],
        "series": [
            {
                "label": f"{i} {random_label(rng, 60)}",
                "values": [round(rng.uniform(low, 1) * scale, 4) or scale for _ in range(count)],
            }
            for i in range(rng.randint(1, 3))
        ],
    }


_MAKERS = {
    "hierarchy": _hierarchy,
    "cycle": _cycle,
    "sequence": _sequence,
    "comparison": _comparison,
    "timeline": _timeline,
    "chart": _chart,
}
