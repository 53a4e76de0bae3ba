"""What a model answers that plans a lesson's figures: good ones, or rubbish."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

from servers.calls import Call

_ASKED = re.compile(r'^Figure "(\d\d-\d\d-\d{4})"', re.MULTILINE)

_UNKNOWN_NODE = {
    "kind": "flow",
    "title": "Un flujo",
    "purpose": "Muestra adónde lleva.",
    "nodes": [{"id": "a", "label": "Inicio"}, {"id": "b", "label": "Fin"}],
    "edges": [{"from": "a", "to": "zzz"}, {"from": "a", "to": "b"}],
}
RUBBISH = (
    "Lo siento, no puedo dibujar.",
    '{"figures": [{"id": ',
    "```mermaid\ngraph TD; A-->B\n```",
    "[1, 2, null]",
    json.dumps(_UNKNOWN_NODE),
    "<svg><text>Listo</text></svg>",
)


def asked_figures(call: Call) -> list[str]:
    """The ids of the figures that the last turn asks for."""
    return list(dict.fromkeys(_ASKED.findall(call.messages[-1][1])))


def good_figures(call: Call) -> str:
    """One figure for each that is asked for, of several kinds."""
    spanish = "every label in Spanish" in call.prompt or "All labels in Spanish" in call.prompt
    figures = [_figure(name, spanish) for name in asked_figures(call)]
    return json.dumps({"figures": figures}, ensure_ascii=False)


def _figure(name: str, spanish: bool) -> dict[str, Any]:
    if spanish:
        head = {"title": f"Figura {name}", "purpose": "Muestra en qué orden se trabaja y quién lo hace."}
        parts = ["Identificar", "Evaluar", "Decidir", "Revisar"]
    else:
        head = {"title": f"Figure {name}", "purpose": "Shows in which order the work is done and by whom."}
        parts = ["Identify", "Evaluate", "Decide", "Review"]
    head = {"id": name, **head}
    match int(name[-2:]) % 3:
        case 0:
            return {**head, "kind": "cycle", "steps": [{"label": part} for part in parts]}
        case 1:
            nodes = [{"id": part[0], "label": part} for part in parts]
            edges = [{"from": a[0], "to": b[0]} for a, b in pairwise(parts)]
            return {**head, "kind": "flow", "nodes": nodes, "edges": edges}
        case _:
            events = [{"when": f"{i}.", "label": part} for i, part in enumerate(parts, start=1)]
            return {**head, "kind": "timeline", "events": events}
