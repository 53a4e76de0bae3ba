"""What a model answers that plans a lesson's figures: good ones, or rubbish."""

from __future__ import annotations

import json
import re
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
    return json.dumps({"figures": [_figure(name) for name in asked_figures(call)]}, ensure_ascii=False)


def _figure(name: str) -> dict[str, Any]:
    head = {"id": name, "title": f"Figura {name}", "purpose": f"Muestra el orden de la figura {name}."}
    parts = ["Identificar", "Evaluar", "Decidir", "Revisar"]
    match int(name[-2:]) % 3:
        case 0:
            return {**head, "kind": "cycle", "steps": [{"label": part} for part in parts]}
        case 1:
            nodes = [{"id": part[0], "label": part} for part in parts]
            edges = [{"from": "I", "to": "E"}, {"from": "E", "to": "D"}, {"from": "D", "to": "R"}]
            return {**head, "kind": "flow", "nodes": nodes, "edges": edges}
        case _:
            events = [{"when": f"Fase {i}", "label": part} for i, part in enumerate(parts, start=1)]
            return {**head, "kind": "timeline", "events": events}
