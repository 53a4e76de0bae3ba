"""The JSON schema of a reply that plans figures, for models that answer in a given form."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from coursewright.visuals.read import description_schema


@cache
def _schema(illustrations: bool) -> dict[str, Any]:
    figure = description_schema(illustrations=illustrations)
    parts = figure.pop("$defs")
    # What the program puts in itself, and what only some providers' dialects know, is left out.
    figure.pop("discriminator", None)
    options = figure.pop("oneOf")
    for option in options:
        part = parts[option["$ref"].rsplit("/", 1)[-1]]
        part["properties"].pop("version", None)
        part["properties"] = {"id": {"type": "string"}, **part["properties"]}
        part["required"] = ["id", *part.get("required", [])]
    return {
        "type": "object",
        "properties": {"figures": {"type": "array", "items": {"anyOf": options}}},
        "required": ["figures"],
        "$defs": {name: _bare(part) for name, part in parts.items()},
    }


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """Without pydantic's titles and defaults, which tell a model nothing and cost tokens each time."""
    bare: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            bare[key] = {name: _bare(part) for name, part in value.items()}
        elif key not in ("title", "default", "description"):
            bare[key] = _bare(value) if isinstance(value, dict) else value
    return bare


def figures_schema(*, illustrations: bool = False) -> dict[str, Any]:
    """``{"figures": [ … ]}`` with each figure's ``id``; the caller may change the copy that it gets."""
    return copy.deepcopy(_schema(illustrations))
